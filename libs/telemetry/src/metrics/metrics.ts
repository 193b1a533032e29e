import { Cells, type CounterCell, type HistogramCell, measure } from './cells.js';
import {
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type MetricKey,
  METRICS,
  type MetricSpec,
} from './metric-table.js';

/** A value that is only read when somebody looks, with its attribute values in the order of the table. */
export interface Reading {
  readonly values: readonly string[];
  readonly value: number;
}
type Read = () => readonly Reading[] | Promise<readonly Reading[]>;

/** All that one metric has to show at one moment. */
export type Shown =
  | { readonly spec: MetricSpec; readonly kind: 'counter' | 'gauge'; readonly readings: readonly Reading[] }
  | { readonly spec: MetricSpec; readonly kind: 'histogram'; readonly cells: readonly HistogramCell[] };

/**
 * What a process measures. A measurement is an addition to a cell in memory, some 40 ns; an instrument of the
 * OpenTelemetry SDK takes 1 µs, because it sorts and hashes its attributes each time, and a service that makes 20,000
 * operations a second would spend a tenth of itself on that. The SDK still does everything else: it asks for these
 * cells when it collects (`MetricProducer`), beside the instruments that handlers make with its API.
 */
export class Metrics {
  private readonly counters = new Map<MetricKey, Cells<CounterCell>>();
  private readonly histograms = new Map<MetricKey, Cells<HistogramCell>>();
  private readonly reads = new Map<MetricKey, Read>();

  add(key: CounterKey, values: readonly string[], by = 1): void {
    this.countersOf(key).at(values).sum += by;
  }

  /** In the unit of the metric. */
  record(key: HistogramKey, values: readonly string[], value: number): void {
    measure(this.histogramsOf(key).at(values), METRICS[key].buckets ?? [], value);
  }

  /** Shows a count at zero before the first event: a rate over something that was not there before is lost. */
  touch(key: CounterKey, values: readonly string[]): void {
    this.add(key, values, 0);
  }

  /** Asks `read` for the metric whenever somebody looks. One that throws shows nothing that time. */
  observe(key: GaugeKey | CounterKey, read: Read): void {
    this.reads.set(key, read);
  }

  /** Everything there is to show, in the order of the table. */
  async show(): Promise<Shown[]> {
    const shown = await Promise.all((Object.keys(METRICS) as MetricKey[]).map((key) => this.showOne(key)));
    return shown.filter((one) => one !== null);
  }

  private async showOne(key: MetricKey): Promise<Shown | null> {
    const spec: MetricSpec = METRICS[key];
    const { kind } = spec;
    if (kind === 'histogram') {
      const cells = [...(this.histograms.get(key)?.all() ?? [])];
      return cells.length === 0 ? null : { spec, kind, cells };
    }
    const counted = [...(this.counters.get(key)?.all() ?? [])].map(({ values, sum }) => ({ values, value: sum }));
    const read = this.reads.get(key);
    const readings = [...counted, ...(read ? await readingsOf(read) : [])];
    return readings.length === 0 ? null : { spec, kind, readings };
  }

  private countersOf(key: CounterKey): Cells<CounterCell> {
    const cells = this.counters.get(key) ?? new Cells((values) => ({ values, sum: 0 }));
    this.counters.set(key, cells);
    return cells;
  }

  private histogramsOf(key: HistogramKey): Cells<HistogramCell> {
    let cells = this.histograms.get(key);
    if (cells) return cells;
    const length = (METRICS[key].buckets ?? []).length + 1;
    cells = new Cells((values) => ({ values, counts: Array<number>(length).fill(0), count: 0, sum: 0 }));
    this.histograms.set(key, cells);
    return cells;
  }
}

async function readingsOf(read: Read): Promise<readonly Reading[]> {
  try {
    return await read();
  } catch {
    // What cannot be read now is not there now; a gap in a graph says so better than an old value.
    return [];
  }
}
