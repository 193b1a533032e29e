import type { OperationTypeInfo } from '@holdfast/client';
import { UnauthenticatedError } from '@holdfast/client';
import type { Session } from '../session.js';
import { reasonOf } from '../outcome/database-trouble.js';
import { clockFinding } from './clock-finding.js';
import { type Finding, ok, problem } from './finding.js';

/** What the service says of itself; the types are null when they cannot be had. */
export interface ServiceLook {
  readonly findings: readonly Finding[];
  readonly types: readonly OperationTypeInfo[] | null;
}

const ANSWER_MS = 5_000;

/** Looks at a service from outside: is it there, is it ready, does it know the token, what does its clock say. */
export async function lookAtService(session: Session): Promise<ServiceLook> {
  const { url } = session;
  const asked = await fetch(`${url.replace(/\/+$/, '')}/health/ready`, {
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => reasonOf(error instanceof Error && error.cause ? error.cause : error));
  if (typeof asked === 'string') {
    const remedy = 'Start one with `holdfast dev`, or name yours with --url or HOLDFAST_URL.';
    return { findings: [problem('service', `There is no answer at ${url}: ${asked}.`, remedy)], types: null };
  }
  const ready = await readinessOf(asked, url);
  const types = await typesOf(session);
  const clock = clockOf(asked);
  return { findings: [ready, ...(clock ? [clock] : []), types.finding], types: types.types };
}

async function readinessOf(answer: Response, url: string): Promise<Finding> {
  const body = (await answer.json().catch(() => null)) as { status?: unknown; detail?: unknown } | null;
  if (answer.ok && body?.status === 'ready') return ok('service', `Holdfast at ${url} is ready.`);
  const said = typeof body?.detail === 'string' ? body.detail : `It answered ${answer.status}.`;
  const isOurs = typeof body?.detail === 'string';
  return isOurs
    ? problem('service', `Holdfast at ${url} is not ready: ${said}`, 'Look at its log and at its database.')
    : problem('service', `What answers at ${url} is not Holdfast: ${said}`, 'Check --url or HOLDFAST_URL.');
}

async function typesOf({ holdfast, signal }: Session): Promise<{ finding: Finding; types: ServiceLook['types'] }> {
  try {
    const types = await holdfast.types({ signal });
    if (types.length > 0) return { finding: ok('types', `It knows ${types.length} operation types.`), types };
    const finding = problem('types', 'It knows no operation types.', 'Start it with HOLDFAST_HANDLERS.');
    return { finding, types };
  } catch (error) {
    const finding =
      error instanceof UnauthenticatedError
        ? problem('token', 'It does not know the token.', 'Give a valid one with --token or HOLDFAST_TOKEN.')
        : problem('types', `It cannot say what it knows: ${reasonOf(error)}.`, 'Look at its log.');
    return { finding, types: null };
  }
}

/** `Date` has whole seconds: half a one is the best guess at the rest. */
function clockOf({ headers }: Response): Finding | null {
  const atMs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(atMs)
    ? null
    : clockFinding('the service', atMs + 500 - (performance.timeOrigin + performance.now()));
}
