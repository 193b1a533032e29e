// Loaded into every measured process, with --import where it knows nothing of the bench: tells the bench over the
// channel of child processes how often a handler ran, and how the process feels. Without that channel it does nothing.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RAN_EVERY_MS = 20;
const VITALS_EVERY_MS = 1000;
const DELAY_RESOLUTION_MS = 10;

const tally = { ran: 0, firstUs: 0, lastUs: 0 };
let told = 0;

/** The clock that all processes of the machine share, in microseconds; `Date.now` may be set while we measure. */
export function nowUs() {
  return Number(process.hrtime.bigint() / 1000n);
}

/** A handler begins: called by every handler of the bench, of all systems. */
export function ran() {
  tally.lastUs = nowUs();
  if (tally.ran === 0) tally.firstUs = tally.lastUs;
  tally.ran += 1;
}

function tell() {
  if (tally.ran === told || !process.connected) return;
  told = tally.ran;
  process.send?.({ tally });
}

if (process.send) {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const look = () => {
    if (!process.connected) return;
    const { user, system } = process.cpuUsage();
    // The monitor reports its own interval as part of every delay.
    const loopDelayP99Ms = Math.max(0, delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS);
    process.send?.({ vitals: { rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, loopDelayP99Ms } });
  };
  setInterval(tell, RAN_EVERY_MS).unref();
  setInterval(look, VITALS_EVERY_MS).unref();
  process.on('message', (message) => {
    if (message === 'look') look();
    if (message === 'begin') delay.reset();
  });
  // Nobody is left to measure for.
  process.on('disconnect', () => process.exit(0));
  // Listening must not keep a process alive that wants to end.
  process.channel?.unref();
}
