// At SIGWINCH, which nobody else listens to, this process stands still for BLOCKED_MS as one with an endless loop would:
// no timer, no socket and no heartbeat has its turn meanwhile.
const blockedMs = Number(process.env.BLOCKED_MS);

process.on('SIGWINCH', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs));
