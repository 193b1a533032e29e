import type {
  Clock,
  ExplainStore,
  HistoryStore,
  MessageStore,
  Observer,
  OperationStore,
  Signals,
  TypeRegistry,
} from '@holdfast/kernel';
import { ControlOperation } from './control-operation.js';
import { CreateOperation } from './create-operation.js';
import { ExplainOperation } from './explain-operation.js';
import { LogRequests } from './log-requests.js';
import { PollAdvice } from './poll-advice.js';
import { PurgeOperation } from './purge-operation.js';
import { ReadHistory } from './read-history.js';
import { ReadOperation } from './read-operation.js';
import { SignalOperation } from './signal-operation.js';
import { WatchOperation } from './watch-operation.js';

export interface EngineParts {
  readonly store: OperationStore & HistoryStore & ExplainStore & { readonly steps: MessageStore };
  readonly types: TypeRegistry;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly random: () => number;
  /** Carries notes between operations; absent where nobody calls children. */
  readonly mail?: { soon(): void };
  /** Makes traces and metrics; absent where nobody looks on. */
  readonly observer?: Observer;
}

/** The use cases of the front door, wired over one store. */
export class Engine {
  readonly create: CreateOperation;
  readonly read: ReadOperation;
  readonly control: ControlOperation;
  readonly signals: SignalOperation;
  readonly history: ReadHistory;
  readonly explain: ExplainOperation;
  readonly purge: PurgeOperation;
  readonly requests: LogRequests;
  readonly watch: WatchOperation;
  readonly advice: PollAdvice;
  readonly types: TypeRegistry;

  constructor({ store, types, signals, clock, random, mail, observer }: EngineParts) {
    this.types = types;
    this.requests = new LogRequests(store, clock);
    this.create = new CreateOperation(store, types, signals, clock, this.requests, observer);
    this.read = new ReadOperation(store);
    this.control = new ControlOperation(store, types, signals, mail, observer);
    this.signals = new SignalOperation(store.steps, store, signals, observer);
    this.history = new ReadHistory(store);
    this.explain = new ExplainOperation(store);
    this.purge = new PurgeOperation(store, signals);
    this.watch = new WatchOperation(store, signals, clock);
    this.advice = new PollAdvice(clock, random);
  }
}
