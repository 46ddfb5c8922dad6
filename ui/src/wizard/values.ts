import type { ConflictPolicy, InstanceClass, OnHistoryLost, StoredInput, TaskDraft, TaskInput } from '../bindings';
import { limitsOf, mebibytes, parseLimit } from '../forms/budget';
import { blankConnection, type Connection, type FormSide } from '../forms/connection';
import type { OwnWords } from '../shared/phrases';

/** A class, or limits of the user's own. */
export type Budget = InstanceClass | 'custom';

/** The wizard as it is typed; numbers are text, since they may be half typed. */
export interface WizardValues {
  name: string;
  source: Connection;
  destination: Connection;
  /** The templates that the sides were filled in from. */
  templates: Record<FormSide, string | null>;
  full: boolean;
  incremental: boolean;
  /** Null is all, also those that get their first key later. */
  databases: number[] | null;
  conflict: ConflictPolicy;
  /** Source number → destination number as typed, for those that change it. */
  map: Record<string, string>;
  include: string[];
  exclude: string[];
  /** Source number → names of commands that stay behind. */
  skipIn: Record<string, string[]>;
  alerts: { on: boolean; threshold: string; contacts: string[] };
  retry: string;
  /** This computer stays awake while the task runs. */
  keepAwake: boolean;
  /** GiB; blank is what the disk has. */
  spool: string;
  history: OnHistoryLost;
  budget: Budget;
  records: string;
  megabytes: string;
  /** What no step shows; kept as the task has it. */
  rest: Pick<TaskDraft, 'skip_commands' | 'from_position' | 'until'>;
}

const GIB = 1024 ** 3;

export function blankValues(name: string): WizardValues {
  return {
    name,
    source: blankConnection,
    destination: blankConnection,
    templates: { source: null, destination: null },
    full: true,
    incremental: true,
    databases: null,
    conflict: 'report',
    map: {},
    include: [],
    exclude: [],
    skipIn: {},
    alerts: { on: false, threshold: '', contacts: [] },
    retry: '120',
    keepAwake: true,
    spool: '',
    history: 'hold',
    budget: 'unlimited',
    records: '',
    megabytes: '',
    rest: { skip_commands: [], from_position: null, until: 'told' },
  };
}

/** A stored draft, to be gone on with. Its passwords stay where they are. */
export function valuesOf(input: StoredInput): WizardValues {
  const { draft, alerts } = input;
  const side = (which: FormSide, stored: boolean): Connection => ({ endpoint: draft[which], password: { from: stored ? 'keep' : 'none' } });
  const custom = draft.class === null && (draft.limits.records_per_second !== null || draft.limits.bytes_per_second !== null);
  const { skip_commands, from_position, until } = draft;
  return {
    name: input.name,
    source: side('source', input.has_source_password),
    destination: side('destination', input.has_destination_password),
    templates: { source: input.source_template, destination: input.destination_template },
    full: draft.stages.full,
    incremental: draft.stages.incremental,
    databases: draft.databases,
    conflict: draft.conflict,
    map: Object.fromEntries(Object.entries(draft.map_databases).map(([from, to]) => [from, String(to)])),
    include: draft.include_keys,
    exclude: draft.exclude_keys,
    skipIn: skippedIn(draft),
    alerts: { on: alerts !== null, threshold: alerts?.lag_seconds == null ? '' : String(alerts.lag_seconds), contacts: alerts?.contacts ?? [] },
    retry: draft.retry_minutes === 0 ? '' : String(draft.retry_minutes),
    keepAwake: input.keep_awake,
    spool: draft.spool_bytes_max === null ? '' : String(Math.round((draft.spool_bytes_max / GIB) * 100) / 100),
    history: draft.on_history_lost,
    budget: custom ? 'custom' : (draft.class ?? 'unlimited'),
    records: draft.limits.records_per_second === null ? '' : String(draft.limits.records_per_second),
    megabytes: mebibytes(draft.limits.bytes_per_second),
    rest: { skip_commands, from_position, until },
  };
}

/** The draft for the program, which judges it. Text that is no number is caught before, by {@link mistakes}. */
export function draftOf(values: WizardValues): TaskDraft {
  const custom = values.budget === 'custom';
  const spool = Number(values.spool.trim());
  return {
    ...values.rest,
    source: values.source.endpoint,
    destination: values.destination.endpoint,
    stages: { full: values.full, incremental: values.incremental },
    databases: values.databases,
    map_databases: Object.fromEntries(Object.entries(values.map).flatMap(([from, to]) => (isSelected(values, from) && /^\d{1,5}$/.test(to.trim()) && Number(to) !== Number(from) ? [[from, Number(to)]] : []))),
    include_keys: values.include,
    exclude_keys: values.exclude,
    conflict: values.conflict,
    class: values.budget === 'custom' || values.budget === 'unlimited' ? null : values.budget,
    limits: limitsOf(custom ? (parseLimit(values.records) ?? null) : null, custom ? (parseLimit(values.megabytes) ?? null) : null),
    retry_minutes: /^\d{1,4}$/.test(values.retry.trim()) ? Number(values.retry) : 0,
    on_history_lost: values.history,
    spool_bytes_max: values.spool.trim() === '' || !Number.isFinite(spool) ? null : Math.round(spool * GIB),
    skip_commands_in: Object.fromEntries(Object.entries(values.skipIn).filter(([number]) => isSelected(values, number))),
    // Confirmed one by one, beside the form, which neither sets nor keeps them.
    ignored_checks: [],
  };
}

/** What was set for a database that is not selected any more is kept in the form only. */
function isSelected({ databases }: WizardValues, number: string): boolean {
  return databases === null || databases.includes(Number(number));
}

export function inputOf(values: WizardValues, step: number): TaskInput {
  const threshold = parseLimit(values.alerts.threshold) ?? null;
  return {
    name: values.name.trim(),
    draft: draftOf(values),
    source_password: values.source.password,
    destination_password: values.destination.password,
    source_template: values.templates.source,
    destination_template: values.templates.destination,
    alerts: values.alerts.on ? { lag_seconds: threshold, contacts: values.alerts.contacts } : null,
    keep_awake: values.keepAwake,
    step,
  };
}

/** What a precheck's result depends on. */
export function checkedPart(values: WizardValues): string {
  const { source, destination, full, incremental, databases, conflict, map, include, exclude, skipIn, retry, spool, history, rest } = values;
  const server = ({ endpoint, password }: Connection) => [{ ...endpoint, environment: '', place: '' }, password.from === 'typed' ? password.password : null];
  return JSON.stringify([server(source), server(destination), full, incremental, databases, conflict, map, include, exclude, skipIn, retry.trim(), spool.trim(), history, rest.skip_commands]);
}

/** Mistakes that only text can have, by field. */
export function mistakes(values: WizardValues): Record<string, OwnWords> {
  const retry = Number(values.retry.trim());
  const found: Record<string, OwnWords> = {};
  if (values.name.trim() === '') found.name = 'wizard.name_required';
  if (!/^\d{1,4}$/.test(values.retry.trim()) || retry < 10 || retry > 1440) found.retry_minutes = 'objects.retry_number';
  if (!/^(\d+(\.\d+)?)?$/.test(values.spool.trim())) found.spool_bytes_max = 'objects.spool_number';
  if (Object.values(values.map).some((to) => !/^\d{1,5}$/.test(to.trim()))) found.map_databases = 'objects.map_number';
  if (values.alerts.on && !parseLimit(values.alerts.threshold)) found['alerts.lag_seconds'] = 'alerting.threshold_number';
  if (values.alerts.on && values.alerts.contacts.length === 0) found['alerts.contacts'] = 'alerting.contacts_required';
  if (values.budget === 'custom' && parseLimit(values.records) === undefined) found['limits.records_per_second'] = 'instance.number';
  if (values.budget === 'custom' && parseLimit(values.megabytes) === undefined) found['limits.bytes_per_second'] = 'instance.number';
  return found;
}

function skippedIn(draft: TaskDraft): Record<string, string[]> {
  return Object.fromEntries(Object.entries(draft.skip_commands_in).filter(([, names]) => names.length > 0));
}
