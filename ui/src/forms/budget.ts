import type { InstanceClass, Limits, TaskDraft } from '../bindings';

/** The console's classes, in rising order, and what each allows a second. */
export const CLASSES: Record<InstanceClass, number | null> = {
  small: 2_000,
  medium: 5_000,
  large: 6_000,
  xlarge: 7_000,
  '2xlarge': 11_000,
  unlimited: null,
};

export const CLASS_NAMES = Object.keys(CLASSES) as InstanceClass[];

const MIB = 1024 * 1024;

/** The class whose limits a task has; null where they are the user's own. */
export function classOf({ class: cls, limits }: Pick<TaskDraft, 'class' | 'limits'>): InstanceClass | null {
  if (cls !== null) return cls;
  return CLASS_NAMES.find((name) => CLASSES[name] === limits.records_per_second && limits.bytes_per_second === null) ?? null;
}

/** A limit as typed: a whole number from 1; blank is none. `undefined` is a mistake. */
export function parseLimit(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

export function limitsOf(records: number | null, mebibytes: number | null): Limits {
  return { records_per_second: records, bytes_per_second: mebibytes === null ? null : mebibytes * MIB };
}

export function mebibytes(bytes: number | null): string {
  return bytes === null ? '' : String(Math.max(1, Math.round(bytes / MIB)));
}
