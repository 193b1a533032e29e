import { describe, expect, test } from '@jest/globals';
import type { ObservedDecision, ObservedRequest } from '@holdfast/kernel';
import { decisionLog } from './decision-log.js';
import { createLog, type LogLevel } from './pino-log.js';

/** A log at this level, and a request that knows how often it was asked for what a line would tell of it. */
function setup(level: LogLevel) {
  const lines: string[] = [];
  const looked = { times: 0 };
  const request = {
    tenant: 'default',
    key: 'secret-key',
    body: {},
    hints: null,
    get traceParent() {
      looked.times += 1;
      return null;
    },
  } satisfies ObservedRequest;
  const log = createLog({ level, readable: false, stream: { write: (line) => lines.push(line) } });
  return { observer: decisionLog(log), request, lines, looked };
}

const made = { operation: { id: 'opn_1', type: 'a.b' }, replayed: false } as ObservedDecision;

describe('the log of decisions', () => {
  test('puts no line together that goes nowhere', async () => {
    const { observer, request, lines, looked } = setup('info');
    expect(await observer.decision(request, async () => made)).toBe(made);
    expect(lines).toEqual([]);
    expect(looked.times).toBe(0);
  });

  test('tells every decision at debug, without its key', async () => {
    const { observer, request, lines } = setup('debug');
    await observer.decision(request, async () => made);
    expect(lines).toEqual([expect.stringContaining('"operationId":"opn_1"')]);
    expect(lines.join()).not.toContain('secret-key');
  });
});
