import { check, type Step, type Verdict } from './checker.js';

/** A client that sends the same request with the same key until it has an answer. */
interface Client {
  /** `send` the create, wait for its `commit`, `look` the key up, `answered`, or `refused` as expired. */
  readonly phase: 'send' | 'commit' | 'look' | 'answered' | 'refused';
  /** The operation it was answered with. */
  readonly answer: number | null;
}

/** One key and what was made of it. Operations are numbered in the order in which they are committed. */
export interface Creation {
  readonly created: number;
  /** The operation behind the key; null while it is free. */
  readonly key: number | null;
  /** Its operation was erased and only the tombstone is left. */
  readonly purged: boolean;
  /** Clients whose insert is sent and not committed. */
  readonly inserting: readonly number[];
  readonly clients: readonly Client[];
}

const ONE = 'I1: one operation at most for a key';
const KEPT = 'I2: an acknowledged create is never lost';

/** Ways in which creating could be wrong, and what each would break. */
export const CREATION_MUTANTS = {
  looksBeforeItInserts: { what: 'a look for the key and then an insert, without the unique key', breaks: ONE },
  purgeFreesKey: { what: 'purge.sql that deletes the key together with the operation', breaks: ONE },
  answersBeforeCommit: { what: 'an answer to the client before the insert is committed', breaks: KEPT },
  replaysUncommitted: { what: 'a replay of an insert that is not committed yet', breaks: KEPT },
} as const;
export type CreationMutant = keyof typeof CREATION_MUTANTS;

type Next = Step<Creation, string>;

const INITIAL: Creation = {
  created: 0,
  key: null,
  purged: false,
  inserting: [],
  clients: Array.from({ length: 3 }, () => ({ phase: 'send', answer: null })),
};

function next(state: Creation, wrong: CreationMutant | null): Next[] {
  const purge = { ...state, purged: true, key: wrong === 'purgeFreesKey' ? null : state.key };
  return [
    ...state.clients.flatMap((client, index) => clientSteps(state, client, index, wrong)),
    ...(state.key !== null && !state.purged ? [{ label: 'purge.sql', after: purge }] : []),
  ];
}

function clientSteps(state: Creation, client: Client, index: number, wrong: CreationMutant | null): Next[] {
  const step = (what: string, phase: Client['phase'], rest: Partial<Creation> = {}, answer = client.answer): Next => ({
    label: `client ${index}: ${what}`,
    after: { ...state, ...rest, clients: state.clients.with(index, { phase, answer }) },
  });
  const others = state.inserting.filter((inserting) => inserting !== index);
  switch (client.phase) {
    case 'send':
      if (state.key !== null) return [step('create.sql finds the key taken', 'look')];
      if (others.length > 0 && wrong === 'replaysUncommitted') {
        return [step('is answered with what is being inserted', 'answered', {}, state.created + 1)];
      }
      // The unique key makes the second insert wait for the first; after the lock timeout the client is told to come again.
      if (others.length > 0 && wrong !== 'looksBeforeItInserts') return [];
      return [step('create.sql inserts', 'commit', { inserting: [...state.inserting, index] })];
    case 'commit': {
      const done = { inserting: others, created: state.created + 1, key: state.created + 1 };
      const early = wrong === 'answersBeforeCommit' && client.answer === null;
      return [
        ...(early ? [step('is answered', 'commit', {}, state.created + 1)] : []),
        step('commits and is answered', 'answered', done, done.key),
        step('commits, the answer is lost, it sends again', 'send', done),
        step('is rolled back and sends again', 'send', { inserting: others }),
      ];
    }
    case 'look':
      if (state.key === null) return [step('find-by-key.sql finds nothing, it sends again', 'send')];
      if (state.purged) return [step('find-by-key.sql finds the tombstone', 'refused')];
      return [step('find-by-key.sql finds the operation', 'answered', {}, state.key)];
    case 'answered':
    case 'refused':
      return [];
  }
}

/** Looks for a way to break I1 or I2 in every order of three clients that share a key, their crashes, and a purge. */
export function checkCreation(wrong: CreationMutant | null): Verdict<Creation, string> {
  return check<Creation, string>({
    initial: INITIAL,
    keyOf: (state) => JSON.stringify(state),
    next: (state) => next(state, wrong),
    broken: (_, { after: { created, clients, inserting } }) => {
      if (created > 1) return ONE;
      const isLost = clients.some(({ answer }) => answer !== null && answer > created && inserting.length === 0);
      return isLost ? KEPT : null;
    },
  });
}
