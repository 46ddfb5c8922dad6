import type {
  BacklogReport,
  ConnectivityReport,
  ConnectivityStage,
  DatabaseKeys,
  EndpointDraft,
  IgnoreRule,
  ItemReport,
  Phrase,
  ServerSummary,
  TaskDetails,
  TaskDraft,
  TaskReport,
  TaskState,
  VerdictKind,
} from '../../bindings';

import { failure, happened, inEnglish, phrase, type PhraseKey, refused } from './words';

export function endpoint(host: string, environment: string, account = ''): EndpointDraft {
  return { access: 'tcp', host, port: '6379', path: '', account, environment, place: 'ecs' };
}

export function draft(source: EndpointDraft, destination: EndpointDraft): TaskDraft {
  return {
    source,
    destination,
    stages: { full: true, incremental: true },
    databases: null,
    map_databases: {},
    include_keys: [],
    exclude_keys: [],
    skip_commands: [],
    skip_commands_in: {},
    conflict: 'report',
    class: null,
    limits: { records_per_second: null, bytes_per_second: null },
    retry_minutes: 120,
    on_history_lost: 'hold',
    spool_bytes_max: null,
    from_position: null,
    until: 'told',
    ignored_checks: [],
  };
}

export function blankReport(task: string, state: TaskState): TaskReport {
  return {
    at: new Date().toISOString(),
    task,
    state,
    stage: null,
    keys_total: null,
    keys_done: null,
    keys_skipped: {},
    commands_applied: null,
    commands_skipped: {},
    source_offset: null,
    applied_offset: null,
    lag_bytes: null,
    lag_ms: null,
    caught_up: false,
    error: null,
    detail: {
      records_per_second: null,
      bytes_in_per_second: null,
      bytes_out_per_second: null,
      latency: null,
      snapshot_bytes_received: null,
      snapshot_bytes_total: null,
      snapshot_bytes_applied: null,
      checkpoint_at: null,
      spool_bytes: null,
      source_idle_ms: null,
      backlog: null,
      stages: [],
      databases: [],
      retry: null,
    },
  };
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds: number) => ago(-seconds);

const GIBIBYTE = 1024 ** 3;

/** What a source that writes so much a second keeps, of a gibibyte. */
function backlog(bytes_per_second: number): BacklogReport {
  return {
    bytes: GIBIBYTE, bytes_left: GIBIBYTE, bytes_per_second, is_idle: bytes_per_second === 0,
    left_ms: bytes_per_second === 0 ? null : Math.round((GIBIBYTE / bytes_per_second) * 1000), ends_by_time: false, linked: true,
  };
}

interface Figures {
  seconds: number;
  keys: number;
  done: number;
  records: number;
  lag_ms: number | null;
}

function figures(report: TaskReport, f: Figures): TaskReport {
  const full = f.done >= f.keys;
  const fullSeconds = Math.min(f.seconds, 662);
  report.stage = full ? 'incremental' : 'full';
  report.keys_total = f.keys;
  report.keys_done = f.done;
  report.lag_ms = f.lag_ms;
  report.lag_bytes = f.lag_ms === null ? null : Math.round(f.lag_ms * 4.12);
  report.source_offset = '88120414414';
  report.applied_offset = String(88120414414 - (report.lag_bytes ?? 0));
  const commands = full ? f.seconds * 11_400 : 0;
  report.commands_applied = commands;
  report.detail.records_per_second = f.records;
  report.detail.bytes_in_per_second = f.records * 340;
  report.detail.bytes_out_per_second = f.records * 342;
  report.detail.latency = { p50_us: 310, p99_us: 940 };
  report.detail.checkpoint_at = ago(1);
  report.detail.spool_bytes = 214 * 1024 * 1024;
  report.detail.source_idle_ms = 0;
  report.detail.backlog = full ? backlog(f.records * 10) : null;
  report.detail.stages = [
    { stage: 'precheck', started_at: ago(f.seconds + 3), ended_at: ago(f.seconds) },
    { stage: 'full', started_at: ago(f.seconds), ended_at: full ? ago(f.seconds - fullSeconds) : null },
    ...(full ? [{ stage: 'incremental' as const, started_at: ago(f.seconds - fullSeconds), ended_at: null }] : []),
  ];
  const first = Math.round(f.done * 0.93);
  report.detail.databases = [
    { source: 0, destination: 0, keys_done: first, keys_skipped: 37, commands_applied: Math.round(commands * 0.97) },
    { source: 1, destination: 3, keys_done: f.done - first, keys_skipped: 0, commands_applied: Math.round(commands * 0.03) },
  ];
  report.keys_skipped = { key_filter: 37 };
  report.commands_skipped = { database_not_selected: 1204 };
  return report;
}

interface Seed {
  id: string;
  name: string;
  state: TaskState;
  source: EndpointDraft;
  destination: EndpointDraft;
  figures?: Figures;
  adjust?: (details: TaskDetails) => void;
}

export function details(seed: Seed): TaskDetails {
  const report = blankReport(seed.name, seed.state);
  if (seed.figures) figures(report, seed.figures);
  // Nobody asks the servers of a task that does not run.
  if (!['running', 'retrying', 'holding'].includes(seed.state)) Object.assign(report.detail, { backlog: null, latency: null });
  const label = (e: EndpointDraft) => (e.access === 'unix' ? `unix:${e.path}` : `${e.host}:${e.port}`);
  const made: TaskDetails = {
    summary: {
      id: seed.id,
      name: seed.name,
      created_at: ago((seed.figures?.seconds ?? 0) + 120),
      source: { label: label(seed.source), environment: seed.source.environment },
      destination: { label: label(seed.destination), environment: seed.destination.environment },
      demo: false,
      report,
      owner: 'this',
      resumes_until: null,
      resumes_next: null,
    },
    draft: draft(seed.source, seed.destination),
    input: {
      name: seed.name, draft: draft(seed.source, seed.destination), has_source_password: true, has_destination_password: true,
      source_template: null, destination_template: null, alerts: null, keep_awake: true, step: 1,
    },
    connectivity: { source: null, destination: null },
    precheck: { items: precheckItems(false) },
    ignored: [],
    terms_accepted_at: null,
    effective_retry: { minutes: 120, set_by: null },
    awake: { wanted: true, held: ['running', 'retrying', 'holding'].includes(seed.state), problem: null },
    events: seed.figures
      ? [
          happened(ago(seed.figures.seconds), 'snapshot_requested', phrase('event.snapshot_requested')),
          happened(ago(seed.figures.seconds - 1), 'snapshot_started', phrase('event.snapshot_started')),
        ]
      : [],
  };
  seed.adjust?.(made);
  return made;
}

/** One task in each state that looks different. */
export function mixedTasks(): TaskDetails[] {
  const production = (host: string) => endpoint(host, 'production', 'migrator');
  return [
    details({
      id: '7f2c1e9a-orders', name: 'orders-eu', state: 'retrying',
      source: production('orders.internal'), destination: production('orders-new.internal'),
      figures: { seconds: 8040, keys: 3_201_880, done: 3_201_880, records: 0, lag_ms: 12_400 },
      adjust: ({ summary: { report }, events }) => {
        report.error = failure('connect_failed', 'source', refused('orders.internal', '10.2.0.7:6379'));
        report.detail.retry = { attempts: 14, next_at: ahead(22), until: ahead(38 * 60) };
        report.detail.source_idle_ms = null;
        report.detail.backlog = { ...backlog(412_000), bytes_left: 0.7 * GIBIBYTE, left_ms: 31 * 60_000, linked: false };
        events.push(happened(ago(82 * 60), 'connection_lost', phrase('failure.hung_up', { side: phrase('side.source') }), 'warning'));
      },
    }),
    details({
      id: '19aa44d0-sessions', name: 'sessions', state: 'running',
      source: endpoint('10.2.0.14', 'staging'), destination: endpoint('10.9.1.3', 'staging'),
      figures: { seconds: 79, keys: 10_120_000, done: 6_412_090, records: 81_200, lag_ms: null },
    }),
    details({
      id: 'c03d77b1-catalog', name: 'catalog', state: 'running',
      source: production('catalog.internal'), destination: production('catalog-v8.internal'),
      figures: { seconds: 8702, keys: 6_412_090, done: 6_412_090, records: 12_304, lag_ms: 100 },
      adjust: ({ summary: { report }, events, input, ignored }) => {
        input.alerts = { lag_seconds: 1, contacts: ['desktop'] };
        input.source_template = 'a1f0000000000001';
        ignored.push({ id: 'eviction_policy', at: ago(8800) });
        report.caught_up = true;
        events.push(
          happened(ago(8040), 'full_done', phrase('event.full_done')),
          happened(ago(8010), 'caught_up', phrase('event.caught_up')),
        );
      },
    }),
    details({
      id: '5be09c22-carts', name: 'carts', state: 'holding',
      source: endpoint('carts.stg', 'staging'), destination: endpoint('carts-new.stg', 'staging'),
      figures: { seconds: 940, keys: 1_204_331, done: 1_204_331, records: 0, lag_ms: 94_000 },
      adjust: ({ summary: { report } }) => {
        const words = "OOM command not allowed when used memory > 'maxmemory'.";
        report.error = failure('out_of_memory', 'destination', phrase('failure.reply', { command: 'HSET cart:118', words }));
        report.detail.retry = { attempts: 6, next_at: ahead(11), until: null };
      },
    }),
    details({
      id: '88f1d3c5-profiles', name: 'profiles', state: 'waiting_for_credentials',
      source: endpoint('profiles.dev', 'dev', 'reader'), destination: endpoint('profiles-new.dev', 'dev', 'writer'),
      figures: { seconds: 3600, keys: 40_200, done: 40_200, records: 0, lag_ms: null },
      adjust: ({ summary: { report } }) => {
        report.error = failure('credentials_missing', 'destination', phrase('failure.no_password', { side: phrase('side.destination') }));
        report.detail.records_per_second = null;
      },
    }),
    details({
      id: 'a4410b7e-ledger', name: 'ledger', state: 'failed',
      source: production('ledger.internal'), destination: production('ledger-new.internal'),
      figures: { seconds: 300, keys: 920_000, done: 410_233, records: 0, lag_ms: null },
      adjust: ({ summary }) => {
        summary.owner = 'none';
        summary.report.detail.records_per_second = null;
        summary.resumes_until = ahead(6.9 * 86_400);
        summary.resumes_next = ahead(14 * 60);
        const words = 'ERR DUMP payload version or checksum are wrong';
        summary.report.error = failure('rdb_version_refused', 'destination', phrase('failure.reply', { command: 'RESTORE', words }));
      },
    }),
    details({
      id: '61c0e2f4-flags', name: 'feature-flags', state: 'precheck_passed',
      source: endpoint('flags.dev', 'dev'), destination: endpoint('flags-new.dev', 'dev'),
    }),
    details({
      id: '000176aa-geo', name: 'geo', state: 'finished',
      source: endpoint('127.0.0.1', 'dev'), destination: endpoint('geo-new.dev', 'dev'),
      figures: { seconds: 62, keys: 668_102, done: 668_102, records: 0, lag_ms: null },
      adjust: ({ summary, draft: own, precheck }) => {
        summary.owner = 'none';
        summary.report.stage = null;
        summary.report.at = ago(3700);
        summary.report.detail.records_per_second = null;
        summary.report.outcome = 'done';
        summary.report.keys_skipped = { kept_at_destination: 214 };
        own.conflict = 'keep';
        const found = precheckItems(true).find(({ id }) => id === 'conflicting_keys');
        if (precheck && found) precheck.items = precheck.items.map((each) => (each.id === found.id ? { ...found, verdict: 'warning' } : each));
      },
    }),
  ];
}

interface Found {
  verdict?: VerdictKind;
  ignore?: IgnoreRule;
  fix?: Phrase;
  command?: string;
  keys?: DatabaseKeys[];
}

function item(id: string, found: Phrase, expected: Phrase, { verdict = 'passed', ignore = 'confirm', fix, command = '', keys = [] }: Found = {}): ItemReport {
  const phrases = {
    found, expected, fix: fix ?? null,
    how: phrase(`how.${id}` as PhraseKey), risk: phrase(`risk.${id}` as PhraseKey),
  };
  return {
    id, verdict, found: inEnglish(found), expected: inEnglish(expected),
    fix: command || (fix ? inEnglish(fix) : ''), fix_command: command,
    how: inEnglish(phrases.how), risk: inEnglish(phrases.risk),
    ignorable: ignore !== 'never', ignore, keys, phrases,
  };
}

/** The verdicts of a precheck, good or with something to mend. */
export function precheckItems(broken: boolean): ItemReport[] {
  const never = { ignore: 'never' } as const;
  const reached = (server: string, address: string, ms: string) => phrase('reachable.found', { server, address, ms });
  return [
    item('source_reachable', reached('Redis 7.2.4', 'orders.internal:6379', '0.4'), phrase('reachable.expected'), never),
    item('destination_reachable', reached('Redis 8.2.3', 'orders-new.internal:6379', '0.6'), phrase('reachable.expected'), never),
    item('psync_permission', phrase('psync_permission.allowed'), phrase('psync_permission.expected'), never),
    broken
      ? item('write_permission', phrase('write_permission.forbidden', { commands: 'RESTORE' }), phrase('write_permission.expected'), {
          ...never, verdict: 'failed', fix: phrase('fix.at_destination'), command: 'ACL SETUSER migrator +restore',
        })
      : item('write_permission', phrase('write_permission.allowed', { number: '108' }), phrase('write_permission.expected'), never),
    item('rdb_version', phrase('rdb_version.taken', { version: '11' }), phrase('rdb_version.expected'), never),
    broken
      ? item('conflicting_keys', phrase('conflicting_keys.some', { keys: '214', samples: 'db0 214 (cart:10042, cart:10077 …)' }), phrase('conflicting_keys.expected_none'), {
          verdict: 'failed', ignore: 'type_name', fix: phrase('conflicting_keys.fix'),
          keys: [{
            source: 0, destination: 0, count: 214,
            samples: [{ text: 'cart:10042', hex: '636172743a3130303432' }, { text: 'cart:10077', hex: '636172743a3130303737' }],
          }],
        })
      : item('conflicting_keys', phrase('conflicting_keys.none'), phrase('conflicting_keys.expected_none'), { ignore: 'type_name' }),
    item('eviction_policy', phrase('eviction_policy.evicts', { policy: 'allkeys-lru' }), phrase('eviction_policy.expected'), {
      verdict: 'warning', ignore: 'type_name', fix: phrase('fix.at_destination'), command: 'CONFIG SET maxmemory-policy noeviction',
    }),
    item('memory_fits', phrase('memory_fits.free', { free: '8.0 GiB', limit: '8.0 GiB' }), phrase('memory_fits.expected', { needed: '3.1 GiB' }), { ignore: 'type_name' }),
    item('enough_databases', phrase('enough_databases.found', { number: '16' }), phrase('enough_databases.expected', { highest: '3' }), never),
    item('disk_for_spool', phrase('disk_for_spool.found', { free: '212.0 GiB' }), phrase('disk_for_spool.expected', { needed: '3.4 GiB' }), never),
  ];
}

/** What a connectivity test finds. */
export function connectivity(side: 'source' | 'destination', broken: boolean): ConnectivityReport {
  const server: ServerSummary = {
    product: 'Redis', version: side === 'source' ? '7.2.4' : '8.2.3',
    compatible_with: side === 'source' ? [7, 2, 4] : [8, 2, 3],
    role: 'primary', replica_of: null, replicas: 1, latency_ms: 0.4, latency_max_ms: 1.1,
    keys: side === 'source' ? [[0, 1_204_331], [1, 88_021], [3, 5_512]] : [],
    keys_expiring: side === 'source' ? 40_112 : 0,
    databases: 16, memory_bytes: 3.1 * 1024 ** 3, memory_bytes_max: 8 * 1024 ** 3,
    eviction_policy: 'noeviction', appendonly: true, save: '', clients: 214, commands_per_second: 8120,
    uptime_seconds: 4_120_300, cluster: false, clock_skew_ms: 12,
  };
  const stages: ConnectivityStage[] = ['dns', 'tcp', 'auth', 'ping', 'info', 'permission'];
  const passed = stages.map((stage, i) => ({ stage, ms: 0.4 + i / 2 }));
  if (!broken) return { side, passed, failed: null, fix: '', server };
  return {
    side,
    passed: passed.slice(0, -1),
    failed: {
      stage: 'permission',
      ms: 1.2,
      error: failure('no_permission', side, phrase('failure.may_not_run', { commands: 'RESTORE' })),
      cause: phrase('error.no_permission'),
      remedy: phrase('remedy.no_permission'),
    },
    fix: 'ACL SETUSER migrator +restore',
    server,
  };
}
