import {
  DEFAULT_ID_PREFIX,
  DEFAULT_REPLAY_WINDOW_MS,
  DEFAULT_RETRY_POLICY,
  isJsonObject,
  type OperationType,
  type TypeRegistry,
} from '@holdfast/kernel';

const ECHO: OperationType = {
  name: 'test.echo',
  idPrefix: DEFAULT_ID_PREFIX,
  retry: DEFAULT_RETRY_POLICY,
  attemptTimeoutMs: null,
  replayWindowMs: DEFAULT_REPLAY_WINDOW_MS,
  description: 'Gives its input back.',
  inputSchema: null,
  validateInput: () => [],
};

/** Wants an `amount`, and names its ids after itself. */
const CHARGE: OperationType = {
  ...ECHO,
  name: 'test.charge',
  idPrefix: 'chg',
  attemptTimeoutMs: 30_000,
  inputSchema: { type: 'object', required: ['amount'] },
  validateInput: (input) =>
    isJsonObject(input) && 'amount' in input ? [] : [{ pointer: '/input', detail: 'must have an amount' }],
};

/** What the tests of the API may ask for. Nothing runs them. */
export const TEST_TYPES: TypeRegistry = new Map([ECHO, CHARGE].map((type) => [type.name, type]));
