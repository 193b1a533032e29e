import { InvalidArgumentError } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `5m`, `2h`, `1d`, `250ms`; a bare number is seconds. Gives ms. */
export function readDuration(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (amount === '') throw new InvalidArgumentError('Write a time such as 30s, 5m, 2h or 1d.');
  return Number(amount) * (UNITS_MS[unit] ?? 1_000);
}

/** A whole number of at least 1. */
export function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a whole number of at least 1.');
  return Number(text);
}

/** A whole number, also a negative one. */
export function readWhole(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}
