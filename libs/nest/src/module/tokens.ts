/** Injection tokens of what has no class: interfaces and settings. */
export const HOLDFAST_OPTIONS = Symbol('HOLDFAST_OPTIONS');
/** The kernel's `Log`. */
export const HOLDFAST_LOG = Symbol('HOLDFAST_LOG');
/** The kernel's `Clock`. */
export const HOLDFAST_CLOCK = Symbol('HOLDFAST_CLOCK');
/** The `Observing`: who looks on while this process works. */
export const HOLDFAST_OBSERVING = Symbol('HOLDFAST_OBSERVING');
/** The `HandlerRegistry` with everything that can run. */
export const HOLDFAST_HANDLERS = Symbol('HOLDFAST_HANDLERS');

/** Name of our TypeORM data source: the application's own default one stays untouched. */
export const HOLDFAST_DATA_SOURCE = 'holdfast';
