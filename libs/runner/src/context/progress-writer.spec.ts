import { describe, expect, test } from '@jest/globals';
import { LIMITS, silentLog } from '@holdfast/kernel';
import { ProgressWriter } from './progress-writer.js';

/** A store whose answers the test gives. */
function gate() {
  const written: string[] = [];
  const answers: { yes: () => void; no: () => void; away: () => void }[] = [];
  const events: string[] = [];
  const writer = new ProgressWriter({
    held: { uuid: 'u', shard: 0, fence: 1 },
    log: silentLog,
    onStored: () => events.push('stored'),
    onLost: () => events.push('lost'),
    store: {
      recordProgress: (_, text) =>
        new Promise((resolve, reject) => {
          written.push(text);
          answers.push({ yes: () => resolve(true), no: () => resolve(false), away: () => reject(new Error('away')) });
        }),
    },
  });
  return { writer, written, answers, events };
}

describe('progress', () => {
  test('reports that arrive during a write become one, the newest', async () => {
    const { writer, written, answers, events } = gate();
    const reports = [1, 2, 3, 4].map((completed) => writer.report({ completed }));
    expect(written).toEqual(['{"completed":1}']);
    answers[0]?.yes();
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(written).toEqual(['{"completed":1}', '{"completed":4}']);
    answers[1]?.yes();
    await Promise.all(reports);
    expect(events).toEqual(['stored', 'stored']);
  });

  test('a report made the moment another is stored is written too', async () => {
    const { writer, written, answers } = gate();
    const first = writer.report({ completed: 1 });
    const second = first.then(() => writer.report({ completed: 2 }));
    answers[0]?.yes();
    await first;
    await new Promise(setImmediate);
    expect(written).toHaveLength(2);
    answers[1]?.yes();
    await second;
  });

  test('closing writes what is left and takes no more', async () => {
    const { writer, written, answers } = gate();
    void writer.report({ completed: 1 });
    void writer.report({ completed: 2 });
    const closed = writer.close();
    answers[0]?.yes();
    await new Promise(setImmediate);
    answers[1]?.yes();
    await closed;
    expect(written).toEqual(['{"completed":1}', '{"completed":2}']);
    await expect(writer.report({ completed: 3 })).rejects.toThrow('after the attempt had ended');
  });

  test('a database that is away fails no handler, and the report goes with the next', async () => {
    const { writer, written, answers } = gate();
    const report = writer.report({ completed: 1 });
    answers[0]?.away();
    await report;
    const closed = writer.close();
    answers[1]?.away();
    await closed;
    expect(written).toEqual(['{"completed":1}', '{"completed":1}']);
  });

  test('a lost fence is told', async () => {
    const { writer, answers, events } = gate();
    const report = writer.report({});
    answers[0]?.no();
    await report;
    expect(events).toEqual(['lost']);
  });

  test('an abandoned writer forgets what it has not written', async () => {
    const { writer, written, answers } = gate();
    void writer.report({ completed: 1 });
    void writer.report({ completed: 2 });
    writer.abandon();
    answers[0]?.yes();
    await writer.close();
    expect(written).toEqual(['{"completed":1}']);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 3],
    ['a list', [1]],
    ['null', null],
    ['a bigint', { completed: 1n }],
    ['too much', { message: 'x'.repeat(LIMITS.progressBytes) }],
  ])('%s is refused, and harms nobody who does not wait for it', async (_, progress) => {
    const { writer, written } = gate();
    void writer.report(progress);
    await expect(writer.report(progress)).rejects.toBeInstanceOf(TypeError);
    expect(written).toEqual([]);
  });
});
