import type { Role } from '../settings/variables.js';

/** What a person wants to know once the service runs. */
export interface Ready {
  readonly role: Role;
  readonly publicUrl: string;
  /** Where the data is, in words, without secrets. */
  readonly database: string;
  readonly concurrency: number;
  readonly types: readonly string[];
  readonly needsToken: boolean;
  /** Makes the key of the printed command, so that every start offers a new intent. */
  readonly keySuffix: string;
}

/** A demo that fails once and tries again shows in seconds what the service is for. */
const SHOWN_FIRST = 'demo.flaky';
const SHOWN_INPUT: Readonly<Record<string, string>> = { [SHOWN_FIRST]: '{"failures":1}' };
const SHOWN_PAIRS: Readonly<Record<string, string>> = { [SHOWN_FIRST]: ' failures:=1' };

/** The lines printed when everything stands: what runs, where, and one command to try it. */
export function readyLines(ready: Ready): string[] {
  const { role, publicUrl, types, concurrency } = ready;
  const work = role === 'api' ? [] : [row('Worker', `${concurrency} at once: ${types.join(', ') || 'no types'}`)];
  const api = role === 'worker' ? [] : [row('API', publicUrl), row('OpenAPI', `${publicUrl}/openapi.json`)];
  return [
    `Holdfast is ready (role ${role}, process ${process.pid}).`,
    ...api,
    row('Health', `${publicUrl}/health/ready`),
    ...work,
    row('Database', ready.database),
    ...(role === 'worker' ? [] : tryLines(ready)),
    '',
    'Ctrl-C drains and stops.',
  ];
}

function tryLines({ publicUrl, types, needsToken, keySuffix, role }: Ready): string[] {
  const type = types.includes(SHOWN_FIRST) ? SHOWN_FIRST : types[0];
  if (type === undefined) return [];
  const auth = needsToken ? ` -H 'Authorization: Bearer <token>'` : '';
  const body = `{"type":"${type}"${SHOWN_INPUT[type] ? `,"input":${SHOWN_INPUT[type]}` : ''}}`;
  return [
    '',
    `Create an operation and wait for it; run it again, and the answer is a replay${role === 'api' ? ' (a worker must run)' : ''}:`,
    `  curl -i ${publicUrl}/operations${auth} -H 'Content-Type: application/json' -H 'Idempotency-Key: try-${keySuffix}' -H 'Prefer: wait=10' -d '${body}'`,
    'The same from the command line:',
    `  npx holdfast create ${type}${SHOWN_PAIRS[type] ?? ''} --wait --url ${publicUrl}${needsToken ? ' --token <token>' : ''}`,
    'Look at it later, by its key or at its Operation-Location:',
    `  curl ${publicUrl}/operations/by-key/try-${keySuffix}${auth}`,
  ];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(9)} ${text}`;
}
