import type { ConflictPolicy, EndpointDraft, InstanceClass, PasswordInput, TaskDetails, TaskDraft } from '../bindings';
import { limitsOf, mebibytes, parseLimit } from '../forms/budget';

export type FormSide = 'source' | 'destination';

/** The *Create Task* page as it is typed; numbers are text, since they may be half typed. */
export interface CreateValues {
  name: string;
  source: EndpointDraft;
  destination: EndpointDraft;
  passwords: Record<FormSide, string>;
  full: boolean;
  incremental: boolean;
  allDatabases: boolean;
  chosen: number[];
  conflict: ConflictPolicy;
  budget: InstanceClass | 'custom';
  records: string;
  megabytes: string;
  retry: string;
  /** What this page does not show; kept as the task has it. */
  rest: Pick<
    TaskDraft,
    'map_databases' | 'include_keys' | 'exclude_keys' | 'skip_commands' | 'skip_commands_in' | 'on_history_lost' | 'spool_bytes_max' | 'from_position' | 'until' | 'ignored_checks'
  >;
}

const blankEndpoint: EndpointDraft = { access: 'tcp', host: '', port: '6379', path: '', account: '', environment: 'unspecified', place: 'ecs' };

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** A new task; its name says what and when. */
export function blankValues(now: Date): CreateValues {
  return {
    name: `redis_to_redis_${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}_${two(now.getHours())}${two(now.getMinutes())}`,
    source: blankEndpoint,
    destination: blankEndpoint,
    passwords: { source: '', destination: '' },
    full: true,
    incremental: true,
    allDatabases: true,
    chosen: [],
    conflict: 'report',
    budget: 'unlimited',
    records: '',
    megabytes: '',
    retry: '120',
    rest: {
      map_databases: {}, include_keys: [], exclude_keys: [], skip_commands: [], skip_commands_in: {}, on_history_lost: 'hold', spool_bytes_max: null,
      from_position: null, until: 'told', ignored_checks: [],
    },
  };
}

/** A stored task, to be changed. Its passwords stay where they are. */
export function valuesOf({ summary, draft }: TaskDetails): CreateValues {
  const custom = draft.class === null && (draft.limits.records_per_second !== null || draft.limits.bytes_per_second !== null);
  const { map_databases, include_keys, exclude_keys, skip_commands, skip_commands_in, on_history_lost, spool_bytes_max, from_position, until, ignored_checks } = draft;
  return {
    name: summary.name,
    source: draft.source,
    destination: draft.destination,
    passwords: { source: '', destination: '' },
    full: draft.stages.full,
    incremental: draft.stages.incremental,
    allDatabases: draft.databases === null,
    chosen: draft.databases ?? [],
    conflict: draft.conflict,
    budget: custom ? 'custom' : (draft.class ?? 'unlimited'),
    records: draft.limits.records_per_second === null ? '' : String(draft.limits.records_per_second),
    megabytes: mebibytes(draft.limits.bytes_per_second),
    retry: String(draft.retry_minutes),
    rest: { map_databases, include_keys, exclude_keys, skip_commands, skip_commands_in, on_history_lost, spool_bytes_max, from_position, until, ignored_checks },
  };
}

/** The draft for the program, which judges it. Limits that are no numbers are caught before, by {@link mistakes}. */
export function draftOf(values: CreateValues): TaskDraft {
  const custom = values.budget === 'custom';
  return {
    ...values.rest,
    source: values.source,
    destination: values.destination,
    stages: { full: values.full, incremental: values.incremental },
    databases: values.allDatabases ? null : values.chosen,
    conflict: values.conflict,
    class: values.budget === 'custom' || values.budget === 'unlimited' ? null : values.budget,
    limits: limitsOf(custom ? (parseLimit(values.records) ?? null) : null, custom ? (parseLimit(values.megabytes) ?? null) : null),
    retry_minutes: Number(values.retry),
  };
}

/** A field that was left empty leaves a stored password as it is. */
export const passwordInput = (password: string): PasswordInput => (password === '' ? { from: 'keep' } : { from: 'typed', password });

/** Mistakes that only text can have, by field. */
export function mistakes(values: CreateValues): Record<string, 'create.name_required' | 'create.number' | 'create.retry_number'> {
  return {
    ...(values.name.trim() === '' ? { name: 'create.name_required' as const } : {}),
    ...(values.budget === 'custom' && parseLimit(values.records) === undefined ? { 'limits.records_per_second': 'create.number' as const } : {}),
    ...(values.budget === 'custom' && parseLimit(values.megabytes) === undefined ? { 'limits.bytes_per_second': 'create.number' as const } : {}),
    ...(/^\d{1,4}$/.test(values.retry.trim()) ? {} : { retry_minutes: 'create.retry_number' as const }),
  };
}

/** In the order of the page; the first one with a mistake gets the focus. */
export const FIELDS = [
  'name', 'source.access', 'source.host', 'source.port', 'source.path', 'source.account', 'destination.access', 'destination.host', 'destination.port',
  'destination.path', 'destination.account', 'stages', 'databases', 'map_databases', 'conflict', 'class', 'limits.records_per_second',
  'limits.bytes_per_second', 'retry_minutes',
];
