import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Holdfast } from '@holdfast/client';
import { freshDatabase, ServiceProcess, unique, until } from '@holdfast/testkit';
import { CommandLine } from './command-line.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'client', 'handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let shell: CommandLine;
let holdfast: Holdfast;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  database = await freshDatabase();
  service = await ServiceProcess.start({
    databaseUrl: database.url,
    handlers: HANDLERS,
    env: { HOLDFAST_TOKENS: 'a-token-of-the-tests:tests' },
  });
  shell = new CommandLine({ HOLDFAST_URL: service.url, HOLDFAST_TOKEN: 'a-token-of-the-tests' });
  holdfast = new Holdfast({ baseUrl: service.url, token: 'a-token-of-the-tests' });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** An operation that waits for its approval. */
async function waitingOrder(): Promise<string> {
  const { operation } = await holdfast.create('client.order', { cents: 500 });
  await until(async () => (await holdfast.get(operation.id)).waitingFor?.reason === 'signal');
  return operation.id;
}

describe('holdfast create', () => {
  test('prints the id alone as data, and shows the key before anything can go wrong', async () => {
    const { code, stdout, stderr } = await shell.run('create', 'client.double', 'n:=4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^opn_\w+\n$/);
    expect(stderr).toMatch(/^key [0-9a-f-]{36}\n$/);
  });

  test('--wait prints the result alone, and tells how it went on standard error, in plain lines', async () => {
    const { code, stdout, stderr } = await shell.run('create', 'client.double', 'n:=4', '--wait');
    expect([code, stdout]).toEqual([0, '8\n']);
    expect(stderr).toMatch(/✓ succeeded/);
    // eslint-disable-next-line no-control-regex -- no color and no cursor movement where nobody looks
    expect(stderr + stdout).not.toMatch(/\u001b/);
  });

  test('the same identity is the same operation', async () => {
    const words = ['create', 'client.double', 'n:=4', '--identity', 'order', unique('order')];
    const first = await shell.run(...words);
    const second = await shell.run(...words);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toMatch(/was created earlier with this key/);
  });

  test('the same key with another input is refused, and says where it differs and what to do', async () => {
    const key = unique('key');
    await shell.run('create', 'client.double', 'n:=4', '--key', key);
    const { code, stdout, stderr } = await shell.run('create', 'client.double', 'n:=5', '--key', key);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^holdfast: idempotency_key_reused: /m);
    expect(stderr).toMatch(/differs from the first request at \/input\/n/);
    expect(stderr).toMatch(/The operation: holdfast get opn_/);
  });

  test('takes text, JSON, files and standard input', async () => {
    const file = join(folder, 'input.json');
    writeFileSync(file, '{"n":7}');
    const number = join(folder, 'number.json');
    writeFileSync(number, '8');
    expect((await shell.run('create', 'client.double', '--input', `@${file}`, '--wait')).stdout).toBe('14\n');
    expect((await shell.run('create', 'client.double', `n:=@${number}`, '--wait')).stdout).toBe('16\n');
    expect((await shell.feed('{"n":9}', 'create', 'client.double', '--input', '-', '--wait')).stdout).toBe('18\n');
    const { stdout } = await shell.run('create', 'client.echo', 'text=12', 'json:=12', 'deep:={"a":[1]}', '--wait');
    expect(JSON.parse(stdout)).toEqual({ text: '12', json: 12, deep: { a: [1] } });
  });

  test('of a type that nobody knows, says which one was meant', async () => {
    const { code, stderr } = await shell.run('create', 'client.duoble', 'n:=4');
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no operation type «client.duoble». Did you mean client.double\?/);
  });

  test.each([
    [['create'], /missing required argument 'type'/],
    [['create', 'client.double', 'n'], /«n» is not a pair/],
    [['create', 'client.double', 'n:=x'], /is not JSON/],
    [['create', 'client.double', '--delay', 'soon'], /such as 30s/],
    [['create', 'client.double', '--key', 'a', '--identity', 'b'], /not both/],
    [['crate', 'client.double'], /Did you mean create\?/],
    [['get', 'opn_1', '--url', 'localhost:8080'], /Write it like http:\/\/localhost:8080/],
    [['list', '--status', 'finished'], /Allowed choices are pending/],
    [['create', 'client.double', '--key', 'ключ'], /^holdfast: An idempotency key is 1 to 255 characters/m],
    [['create', 'client.double', '--identity', ''], /^holdfast: An identity needs at least one part/m],
    [['types', '--token', 's3cret\n1'], /^holdfast: A token is visible ASCII without spaces\.$/m],
  ])('%j is a mistake in the command line: exit 2', async (words, text) => {
    const { code, stdout, stderr } = await shell.run(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(text);
  });
});

describe('the exit code', () => {
  test('1: the operation has failed', async () => {
    const { code, stdout, stderr } = await shell.run('create', 'client.fails', '--wait');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/has failed: card_declined: The card was declined\./);
  });

  test('3: nobody answers, and the words say where and what to do', async () => {
    const { code, stderr } = await shell.run('get', 'opn_1', '--url', 'http://127.0.0.1:9');
    expect(code).toBe(3);
    expect(stderr).toMatch(/no answer from Holdfast at http:\/\/127\.0\.0\.1:9/);
    expect(stderr).toMatch(/holdfast dev/);
  });

  test('4: the operation had not ended in time; 5: it was canceled', async () => {
    const id = await waitingOrder();
    const late = await shell.run('wait', id, '--timeout', '200ms');
    expect(late.code).toBe(4);
    expect(late.stderr).toMatch(new RegExp(`Wait again: holdfast wait ${id}`));
    expect((await shell.run('cancel', id)).code).toBe(0);
    expect((await shell.run('wait', id)).code).toBe(5);
  });

  test('130: Ctrl-C ends the wait, says that the operation goes on, and does not touch it', async () => {
    const id = await waitingOrder();
    const waiting = shell.start('wait', id);
    await waiting.said(/waiting for the signal «approval»/);
    waiting.child.kill('SIGINT');
    const { code, stderr } = await waiting.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(new RegExp(`${id} goes on`));
    expect(await holdfast.get(id)).toMatchObject({ status: 'pending', cancelRequestedAt: null });
  });

  test('1: another tenant’s or nobody’s operation, and a wrong token', async () => {
    expect((await shell.run('get', 'opn_01k8zzzzzzzzzzzzzzzzzzzzzz')).code).toBe(1);
    const { code, stderr } = await shell.run('types', '--token', 'wrong');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^holdfast: unauthenticated: /);
  });
});

describe('holdfast', () => {
  test('get tells a person, and --json a program', async () => {
    const { operation } = await holdfast.create(
      'client.double',
      { n: 2 },
      { waitSeconds: 10, labels: { shop: 'north' } },
    );
    const shown = await shell.run('get', operation.id);
    expect(shown.stdout).toMatch(new RegExp(`^${operation.id} has succeeded, on attempt 1\\.`));
    expect(shown.stdout).toMatch(/^labels +shop=north$/m);
    const { stdout } = await shell.run('get', operation.id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id: operation.id, result: 4, attempts: [{ number: 1 }] });
  });

  test('explain says why an operation is where it is', async () => {
    const id = await waitingOrder();
    const { code, stdout } = await shell.run('explain', id);
    expect(code).toBe(0);
    expect(stdout).toMatch(/approval/);
    const { stdout: text } = await shell.run('explain', id, '--json');
    expect(JSON.parse(text)).toMatchObject({ operationId: id, reasons: [{ code: expect.any(String) }] });
    await holdfast.cancel(id);
  });

  test('signal sends what the operation waits for, and watch prints what happens, a line an event', async () => {
    const id = await waitingOrder();
    const watching = shell.start('watch', id);
    await watching.said(/operation\.waiting/);
    const sent = await shell.run('signal', id, 'approval', 'by=ann');
    expect([sent.code, sent.stdout.slice(0, id.length)]).toEqual([0, id]);
    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]);
    expect([types[0], types.at(-1)]).toEqual(['operation.created', 'operation.succeeded']);
    expect(types).toContain('step.completed');
    const events = (await shell.run('watch', id, '--json')).stdout.trim().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(types);
  });

  test('list prints a table for people, lines of JSON for programs, and goes on over pages', async () => {
    const shop = unique('shop');
    for (let n = 0; n < 3; n += 1) await holdfast.create('client.double', { n }, { labels: { shop }, waitSeconds: 10 });
    const { stdout } = await shell.run('list', '--label', `shop=${shop}`);
    expect(stdout.trim().split('\n')).toHaveLength(4);
    const limited = await shell.run('list', '--label', `shop=${shop}`, '--json', '--limit', '2');
    expect(
      limited.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toHaveLength(2);
    expect(limited.stderr).toMatch(/There may be more/);
  });

  test('tail prints operations as they change', async () => {
    const tailing = shell.start('tail', '--json');
    const shop = unique('shop');
    // What was there before is no news, so it may take a look before the first change is one.
    await until(async () => {
      await holdfast.create('client.double', { n: 1 }, { labels: { shop } });
      return tailing.stdout.includes(shop);
    });
    tailing.child.kill('SIGINT');
    expect((await tailing.ended).code).toBe(130);
  });

  test('resume gives a failed operation more attempts', async () => {
    const { operation } = await holdfast.create('client.once-more', null, { waitSeconds: 10 });
    expect(operation.status).toBe('failed');
    expect((await shell.run('resume', operation.id, '--reason', 'the test says so')).code).toBe(0);
    expect((await shell.run('wait', operation.id)).stdout).toBe('2\n');
    const again = await shell.run('resume', operation.id);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/operation_not_resumable/);
  });

  test('keys tells what became of a key, and creates nothing by asking', async () => {
    const key = unique('key');
    const unused = await shell.run('keys', key);
    expect([unused.code, unused.stdout]).toEqual([0, '']);
    expect(unused.stderr).toMatch(/free, and safe to send/);
    expect((await shell.run('keys', key, '--json')).stdout).toBe('null\n');
    for (let sent = 0; sent < 2; sent += 1) await shell.run('create', 'client.double', 'n:=1', '--key', key);
    await until(async () => (await shell.run('keys', key)).stdout.includes('asked for 2 times'));
    const { operation } = await holdfast.create('client.double', { n: 1 }, { key, waitSeconds: 10 });
    await holdfast.delete(operation.id);
    expect((await shell.run('keys', key)).stdout).toMatch(/was purged .* The key stays taken\./);
  });

  test('types lists what can be created', async () => {
    expect((await shell.run('types')).stdout).toMatch(/^client\.double /m);
  });

  test.each([
    'create',
    'get',
    'explain',
    'wait',
    'watch',
    'tail',
    'list',
    'cancel',
    'resume',
    'signal',
    'keys',
    'types',
    'migrate',
    'restored',
    'doctor',
    'dev',
  ])('%s --help teaches by an example', async (command) => {
    const { code, stdout } = await shell.run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n.*holdfast ${command}`, 's'));
    expect(stdout).toMatch(/--json/);
  });
});
