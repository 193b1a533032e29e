import { HEADER } from '@holdfast/contract';
import { Refusal } from '@holdfast/kernel';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

interface Entry {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** Knows which methods each path has, so that a wrong method on a known path is 405 and not 404 (RFC 9110 §15.5.6). */
export class RouteIndex {
  private readonly entries = new Map<string, Entry>();

  /** Remembers a route as Fastify registers it; `path` in the router's notation (`/operations/:id`). */
  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    const entry = this.entries.get(url) ?? { segments: url.split('/'), methods: new Set<string>() };
    for (const name of [method].flat()) entry.methods.add(name.toUpperCase());
    this.entries.set(url, entry);
  }

  /** The refusal for a request that no route serves; sets `Allow` when another method would be served. */
  refuse(request: FastifyRequest, reply: FastifyReply): Refusal {
    const segments = request.url.replace(/[?#].*$/s, '').split('/');
    const allowed = new Set<string>();
    for (const entry of this.entries.values()) {
      if (matches(entry, segments)) for (const method of entry.methods) allowed.add(method);
    }
    if (allowed.size === 0 || allowed.has(request.method)) return new Refusal('route-not-found');
    reply.header(HEADER.allow, [...allowed].sort().join(', '));
    return new Refusal('method-not-allowed');
  }
}

function matches({ segments }: Entry, path: readonly string[]): boolean {
  if (segments.length !== path.length) return false;
  return segments.every((segment, at) => (segment.startsWith(':') ? path[at] !== '' : segment === path[at]));
}
