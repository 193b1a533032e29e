/** Key of the advisory lock that lets one process at a time purge, and keep the archive. */
export const RETENTION_LOCK = 4_807_526_977;
