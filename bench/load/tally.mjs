/** What came back in one run: all answers, for the checks, and the latencies of those in the measured window. */
export class Tally {
  /** @type {Record<number, number>} */
  answers = {};
  replayed = 0;
  /** Refusals that say when to come back. */
  advised = 0;
  broken = 0;
  /** Requests that found no free connection at their time. */
  unsent = 0;
  /** Of answers within the window, in ms. */
  #latencies = /** @type {number[]} */ ([]);
  /** @type {Record<number, number>} */
  #inWindow = {};
  #beginsMs;
  #endsMs;
  /** @type {NodeJS.CpuUsage | undefined} */
  #cpu;

  /** @param {number} warmUpMs @param {number} windowMs */
  constructor(warmUpMs, windowMs) {
    this.#beginsMs = performance.now() + warmUpMs;
    this.#endsMs = this.#beginsMs + windowMs;
    setTimeout(() => (this.#cpu = process.cpuUsage()), warmUpMs);
  }

  get over() {
    return performance.now() >= this.#endsMs;
  }

  /** @param {import('./connection.mjs').Answer} answer @param {number} sentMs */
  note(answer, sentMs) {
    const { status } = answer;
    const now = performance.now();
    this.answers[status] = (this.answers[status] ?? 0) + 1;
    if (isReplay(answer)) this.replayed += 1;
    if ((status === 429 || status === 503) && answer.text.includes('retry-after: ')) this.advised += 1;
    if (now < this.#beginsMs || now > this.#endsMs) return;
    this.#inWindow[status] = (this.#inWindow[status] ?? 0) + 1;
    if (status < 300) this.#latencies.push(now - sentMs);
  }

  /** Successful answers a second of the window, their latencies in ms, and how busy this client was (1 = one core). */
  report() {
    const windowMs = Math.min(performance.now(), this.#endsMs) - this.#beginsMs;
    const sorted = Float64Array.from(this.#latencies).sort();
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      perSecond: (sorted.length / windowMs) * 1000,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      clientCpu: (user + system) / 1000 / windowMs,
      inWindow: this.#inWindow,
      answers: this.answers,
      replayed: this.replayed,
      advised: this.advised,
      broken: this.broken,
      unsent: this.unsent,
    };
  }
}

/** @param {import('./connection.mjs').Answer} answer */
export function isReplay({ text }) {
  return text.includes('idempotent-replayed: true');
}

/** @param {Float64Array} sorted @param {number} q */
export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
