/** The tenant of everybody where nobody is told apart (CONTRACT §3). */
export const DEFAULT_TENANT = 'default';
