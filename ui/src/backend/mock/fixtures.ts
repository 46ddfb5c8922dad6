import type {
  ConnectivityReport,
  EndpointDraft,
  ItemReport,
  Sample,
  TaskDetails,
  TaskDraft,
  TaskReport,
  TaskState,
} from '../../bindings';

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
      snapshot_bytes_received: null,
      snapshot_bytes_total: null,
      snapshot_bytes_applied: null,
      spool_bytes: null,
      source_idle_ms: null,
      stages: [],
      databases: [],
      retry: null,
    },
  };
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds: number) => ago(-seconds);

/** A curve that looks alive and is the same every time. */
export function wave(step: number, phase = 0): number {
  return (
    0.5 + 0.24 * Math.sin(step / 17 + phase) + 0.14 * Math.sin(step / 5.3 + phase * 2) + 0.12 * Math.sin(step * 1.7 + phase)
  );
}

function samples(lagMs: number | null, records: number | null, phase: number, seconds = 3600): Sample[] {
  const now = Date.now();
  return Array.from({ length: seconds / 5 }, (_, i) => {
    const value = wave(i, phase);
    return {
      at_ms: now - (seconds - i * 5) * 1000,
      lag_ms: lagMs === null ? null : lagMs * 2 * value,
      lag_bytes: lagMs === null ? null : Math.round(lagMs * value * 40),
      records_per_second: records === null ? null : records * 2 * value,
      bytes_per_second: records === null ? null : records * 680 * value,
    };
  });
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
  report.detail.spool_bytes = 214 * 1024 * 1024;
  report.detail.source_idle_ms = 0;
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
  report.keys_skipped = { expired: 37 };
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
      source_template: null, destination_template: null, alerts: null, step: 1,
    },
    connectivity: { source: null, destination: null },
    precheck: { items: precheckItems(false) },
    ignored: [],
    terms_accepted_at: null,
    effective_retry: { minutes: 120, set_by: null },
    events: seed.figures
      ? [
          { at: ago(seed.figures.seconds), level: 'info', code: 'source_connected', message: 'the source answers: Redis 7.2.4, primary' },
          { at: ago(seed.figures.seconds - 1), level: 'info', code: 'snapshot_started', message: 'the snapshot arrives' },
        ]
      : [],
    samples: seed.figures
      ? samples(seed.figures.lag_ms, seed.figures.records, seed.name.length, Math.min(3600, seed.figures.seconds))
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
        report.error = {
          code: 'connect_failed', side: 'source',
          message: 'connecting to orders.internal:6379: Connection refused (os error 111)',
          remedy: 'Check host and port, that the server is up, and that a firewall lets this computer through.',
        };
        report.detail.retry = { attempts: 14, next_at: ahead(22), until: ahead(38 * 60) };
        report.detail.source_idle_ms = null;
        events.push({ at: ago(82 * 60), level: 'warning', code: 'connection_lost', message: 'source: the connection ended' });
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
          { at: ago(8040), level: 'info', code: 'full_done', message: 'the snapshot is applied whole' },
          { at: ago(8010), level: 'info', code: 'caught_up', message: 'the destination has caught up' },
        );
      },
    }),
    details({
      id: '5be09c22-carts', name: 'carts', state: 'holding',
      source: endpoint('carts.stg', 'staging'), destination: endpoint('carts-new.stg', 'staging'),
      figures: { seconds: 940, keys: 1_204_331, done: 1_204_331, records: 0, lag_ms: 94_000 },
      adjust: ({ summary: { report } }) => {
        report.error = {
          code: 'out_of_memory', side: 'destination',
          message: "writing to database 0: OOM command not allowed when used memory > 'maxmemory'.",
          remedy: 'Raise maxmemory at the destination or make room there; the task goes on by itself.',
        };
        report.detail.retry = { attempts: 6, next_at: ahead(11), until: null };
      },
    }),
    details({
      id: '88f1d3c5-profiles', name: 'profiles', state: 'waiting_for_credentials',
      source: endpoint('profiles.dev', 'dev', 'reader'), destination: endpoint('profiles-new.dev', 'dev', 'writer'),
      figures: { seconds: 3600, keys: 40_200, done: 40_200, records: 0, lag_ms: null },
      adjust: ({ summary: { report } }) => {
        report.error = {
          code: 'credentials_missing', side: 'destination',
          message: 'the keychain has no password for the destination',
          remedy: 'Enter the password of this side again.',
        };
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
        summary.report.error = {
          code: 'rdb_version_refused', side: 'destination',
          message: 'RESTORE: ERR DUMP payload version or checksum are wrong',
          remedy: 'The destination is older than the source: choose a destination of the same or a newer version.',
        };
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
      adjust: ({ summary }) => {
        summary.owner = 'none';
        summary.report.stage = null;
        summary.report.at = ago(3700);
        summary.report.detail.records_per_second = null;
        summary.report.outcome = 'done';
      },
    }),
  ];
}

/** The verdicts of a precheck, good or with something to mend. */
export function precheckItems(broken: boolean): ItemReport[] {
  const passed = (id: string, found: string, expected: string): ItemReport => ({
    id, verdict: 'passed', found, expected, fix: '', ignorable: false,
  });
  return [
    passed('source_reachable', 'Redis 7.2.4 answers in 0.4 ms', 'The source answers'),
    passed('destination_reachable', 'Redis 8.2.3 answers in 0.6 ms', 'The destination answers'),
    passed('psync_permission', 'PSYNC and REPLCONF are allowed', 'The account may replicate'),
    broken
      ? {
          id: 'write_permission', verdict: 'failed', ignorable: false,
          found: 'NOPERM: the account migrator may not run RESTORE', expected: 'The account may write',
          fix: 'ACL SETUSER migrator +restore +@write ~*',
        }
      : passed('write_permission', 'A probe key was written and removed', 'The account may write'),
    passed('rdb_version', 'RDB version 11 is loaded', 'The destination loads the source’s RDB version'),
    broken
      ? {
          id: 'keys_conflict', verdict: 'failed', ignorable: true,
          found: '214 keys exist at both sides, among them cart:10042 and cart:10077 (database 0)',
          expected: 'No key of the source exists at the destination',
          fix: 'Remove the keys, or choose another policy for conflicting keys.',
        }
      : passed('keys_conflict', 'No key exists at both sides', 'No key of the source exists at the destination'),
    {
      id: 'eviction_policy', verdict: 'warning', ignorable: true,
      found: 'maxmemory-policy is allkeys-lru', expected: 'maxmemory-policy is noeviction',
      fix: 'CONFIG SET maxmemory-policy noeviction',
    },
    passed('memory', '3.1 GiB needed, 8 GiB free', 'The data fits'),
    passed('databases', '16 databases', 'Every selected database exists at the destination'),
    passed('spool_disk', '212 GiB free', 'The stream fits on this computer’s disk'),
  ];
}

/** What a connectivity test finds. */
export function connectivity(side: 'source' | 'destination', broken: boolean): ConnectivityReport {
  const server = {
    product: 'Redis', version: side === 'source' ? '7.2.4' : '8.2.3', role: 'primary', latency_ms: 0.4,
    keys: (side === 'source' ? [[0, 1_204_331], [1, 88_021], [3, 5_512]] : []) as [number, number][],
    databases: 16, memory_bytes: 3.1 * 1024 ** 3, memory_bytes_max: 8 * 1024 ** 3,
    eviction_policy: 'noeviction', clock_skew_ms: 12,
  };
  if (!broken) return { side, passed: ['dns', 'tcp', 'auth', 'ping', 'info', 'permission'], failed: null, fix: '', server };
  return {
    side,
    passed: ['dns', 'tcp', 'auth', 'ping', 'info'],
    failed: [
      'permission',
      {
        code: 'no_permission', side,
        message: 'NOPERM this user has no permissions to run the ‘restore’ command',
        remedy: 'Grant the account the missing permission (ACL SETUSER), then resume the task.',
      },
    ],
    fix: 'ACL SETUSER migrator +restore +@write ~*',
    server,
  };
}
