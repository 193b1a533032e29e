import type { Style } from '../terminal/terminal.js';

/** One thing that was looked at. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** What was looked at, in a word or two. */
  readonly about: string;
  /** What was found, one sentence. */
  readonly text: string;
  /** What to do about it; null when nothing needs to be done. */
  readonly remedy: string | null;
}

export const LEVEL_LOOK: Readonly<Record<Finding['level'], { readonly sign: string; readonly style: Style }>> = {
  ok: { sign: '✓', style: 'green' },
  warning: { sign: '!', style: 'yellow' },
  problem: { sign: '✗', style: 'red' },
};

export const ok = (about: string, text: string): Finding => ({ level: 'ok', about, text, remedy: null });
export const warning = (about: string, text: string, remedy: string): Finding => ({
  level: 'warning',
  about,
  text,
  remedy,
});
export const problem = (about: string, text: string, remedy: string): Finding => ({
  level: 'problem',
  about,
  text,
  remedy,
});
