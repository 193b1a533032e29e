import type { PostgresSignals } from '@holdfast/store';
import type { OnApplicationBootstrap } from '@nestjs/common';

/** Begins to listen for signals once everything stands: a start that fails halfway leaves no connection behind. */
export class SignalListening implements OnApplicationBootstrap {
  constructor(private readonly signals: Pick<PostgresSignals, 'start'>) {}

  onApplicationBootstrap(): void {
    this.signals.start();
  }
}
