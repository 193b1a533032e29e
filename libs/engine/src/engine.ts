import type { Clock, OperationStore, Signals, TypeRegistry } from '@holdfast/kernel';
import { ControlOperation } from './control-operation.js';
import { CreateOperation } from './create-operation.js';
import { PollAdvice } from './poll-advice.js';
import { ReadOperation } from './read-operation.js';
import { WatchOperation } from './watch-operation.js';

export interface EngineParts {
  readonly store: OperationStore;
  readonly types: TypeRegistry;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The use cases of the front door, wired over one store. */
export class Engine {
  readonly create: CreateOperation;
  readonly read: ReadOperation;
  readonly control: ControlOperation;
  readonly watch: WatchOperation;
  readonly advice: PollAdvice;
  readonly types: TypeRegistry;

  constructor({ store, types, signals, clock, random }: EngineParts) {
    this.types = types;
    this.create = new CreateOperation(store, types, signals, clock);
    this.read = new ReadOperation(store);
    this.control = new ControlOperation(store, types, signals);
    this.watch = new WatchOperation(store, signals, clock);
    this.advice = new PollAdvice(clock, random);
  }
}
