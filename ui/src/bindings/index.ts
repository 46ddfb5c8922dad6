// Made from the Rust types by crates/workbench/tests/bindings.rs: do not edit.

export type Side = "source" | "destination" | "local";

export type ErrorReport = { 
/**
 * See [`ErrorKind::code`].
 */
code: string, 
/**
 * What happened.
 */
message: string, 
/**
 * Where.
 */
side: Side, 
/**
 * What to do about it.
 */
remedy: string, };

export type FieldError = { 
/**
 * Its path, as `source.host` or `retry_minutes`.
 */
field: string, 
/**
 * A stable word for translation.
 */
code: string, 
/**
 * In English.
 */
message: string, };

export type CommandError = { 
/**
 * A stable word.
 */
code: string, 
/**
 * What is the matter, in English.
 */
message: string, 
/**
 * Where, if it lies at a server or at this computer.
 */
side: Side | null, 
/**
 * What to do.
 */
remedy: string | null, 
/**
 * The mistakes of a form.
 */
fields: Array<FieldError>, };

export type TaskState = "not_configured" | "not_started" | "prechecking" | "precheck_failed" | "precheck_passed" | "running" | "retrying" | "holding" | "waiting_for_credentials" | "pausing" | "paused" | "stopping" | "stopped" | "failed" | "finished" | "released";

export type Stage = "precheck" | "full" | "incremental";

export type Outcome = "done" | "paused" | "stopped" | "failed" | "precheck_failed";

export type TaskReport = { 
/**
 * RFC 3339, UTC, milliseconds.
 */
at: string, 
/**
 * The task's name.
 */
task: string, 
/**
 * Where in its life it is.
 */
state: TaskState, 
/**
 * What it is at; `None` before the first and after the last.
 */
stage: Stage | null, 
/**
 * Keys in the snapshot, as far as the source told.
 */
keys_total: number | null, 
/**
 * Snapshot keys dealt with, skipped ones included.
 */
keys_done: number | null, 
/**
 * Snapshot keys not written, by reason.
 */
keys_skipped: Record<string, number>, 
/**
 * Stream commands applied.
 */
commands_applied: number | null, 
/**
 * Stream commands not applied, by reason.
 */
commands_skipped: Record<string, number>, 
/**
 * The source's replication offset when it was last asked, decimal.
 */
source_offset: string | null, 
/**
 * Everything up to this offset is applied and checkpointed, decimal.
 */
applied_offset: string | null, 
/**
 * `source_offset` − `applied_offset`.
 */
lag_bytes: number | null, 
/**
 * How long ago the source stood where the destination stands now.
 */
lag_ms: number | null, 
/**
 * Full stage done and applied ≥ a source offset read at most two seconds ago.
 */
caught_up: boolean, 
/**
 * While retrying, holding or failed.
 */
error: ErrorReport | null, 
/**
 * In the last line of a run.
 */
outcome?: Outcome | null, 
/**
 * Figures beyond the contract, for the window.
 */
detail: ReportDetail, };

export type ReportDetail = { 
/**
 * Keys and commands written a second, over the last second.
 */
records_per_second: number | null, 
/**
 * Bytes read from the source a second, over the last second.
 */
bytes_in_per_second: number | null, 
/**
 * Bytes written to the destination a second, over the last second.
 */
bytes_out_per_second: number | null, 
/**
 * Bytes of the snapshot received so far.
 */
snapshot_bytes_received: number | null, 
/**
 * Bytes of the snapshot in all, where the source said so.
 */
snapshot_bytes_total: number | null, 
/**
 * Bytes of the snapshot read and applied so far.
 */
snapshot_bytes_applied: number | null, 
/**
 * Bytes the spool holds on disk.
 */
spool_bytes: number | null, 
/**
 * How long nothing but keep-alives came from the source.
 */
source_idle_ms: number | null, 
/**
 * When each stage began and ended, in the order they ran.
 */
stages: Array<StageTimes>, 
/**
 * Per selected source database.
 */
databases: Array<DatabaseReport>, 
/**
 * While retrying or holding.
 */
retry: RetryReport | null, };

export type StageTimes = { 
/**
 * Which.
 */
stage: Stage, 
/**
 * RFC 3339, UTC, milliseconds.
 */
started_at: string, 
/**
 * `None` while it runs.
 */
ended_at: string | null, };

export type DatabaseReport = { 
/**
 * Number at the source.
 */
source: number, 
/**
 * Number at the destination.
 */
destination: number, 
/**
 * Snapshot keys dealt with.
 */
keys_done: number, 
/**
 * Of which not written.
 */
keys_skipped: number, 
/**
 * Stream commands applied.
 */
commands_applied: number, };

export type RetryReport = { 
/**
 * Attempts so far.
 */
attempts: number, 
/**
 * RFC 3339: when it tries next; `None` where it waits for a person.
 */
next_at: string | null, 
/**
 * RFC 3339: when it gives up; `None` while holding, which has no end.
 */
until: string | null, };

export type EventLevel = "info" | "warning" | "error";

export type TaskEvent = { 
/**
 * RFC 3339, UTC, milliseconds.
 */
at: string, 
/**
 * How much it matters.
 */
level: EventLevel, 
/**
 * A stable word (`snapshot_started`, `caught_up`, `source_connected` …).
 */
code: string, 
/**
 * In English, without values of keys.
 */
message: string, };

export type EndpointDraft = { 
/**
 * The id of the access method: `tcp` or `unix`.
 */
access: string, 
/**
 * Host name or IP literal (`tcp`).
 */
host: string, 
/**
 * As text, since it may be half typed (`tcp`).
 */
port: string, 
/**
 * Of the socket (`unix`).
 */
path: string, 
/**
 * The ACL user; blank authenticates with the password alone.
 */
account: string, 
/**
 * `unspecified`, `dev`, `staging` or `production`: a label, no rule of the engine.
 */
environment: string, 
/**
 * Where the server stands, in the console's words: `ecs`, `gateway`, `cen` or `cloud`; blank is
 * `ecs`. A label but for `cloud`, which names an instance instead of an address.
 */
place: string, };

export type Stages = { 
/**
 * The snapshot.
 */
full: boolean, 
/**
 * The stream.
 */
incremental: boolean, };

export type ConflictPolicy = "report" | "keep" | "overwrite";

export type OnHistoryLost = "hold" | "recopy";

export type Until = "told" | "caught_up";

export type Limits = { 
/**
 * Keys of the snapshot and commands of the stream, written a second.
 */
records_per_second: number | null, 
/**
 * Bytes written to the destination a second.
 */
bytes_per_second: number | null, };

export type InstanceClass = "small" | "medium" | "large" | "xlarge" | "2xlarge" | "unlimited";

export type TaskDraft = { 
/**
 * Read.
 */
source: EndpointDraft, 
/**
 * Written.
 */
destination: EndpointDraft, 
/**
 * Which parts run.
 */
stages: Stages, 
/**
 * Source databases; `None` is all.
 */
databases: Array<number> | null, 
/**
 * Source number → destination number, for those that change it.
 */
map_databases: Record<string, number>, 
/**
 * Globs; none is every key.
 */
include_keys: Array<string>, 
/**
 * Globs.
 */
exclude_keys: Array<string>, 
/**
 * Names of commands left out of the stream.
 */
skip_commands: Array<string>, 
/**
 * For keys that are already at the destination.
 */
conflict: ConflictPolicy, 
/**
 * A named budget; excludes `limits`.
 */
class: InstanceClass | null, 
/**
 * A budget in figures.
 */
limits: Limits, 
/**
 * 10–1440.
 */
retry_minutes: number, 
/**
 * When the stream cannot be continued.
 */
on_history_lost: OnHistoryLost, 
/**
 * `None` is bounded by free space only.
 */
spool_bytes_max: number | null, 
/**
 * `ID:OFFSET`, for incremental only.
 */
from_position: string | null, 
/**
 * When it ends.
 */
until: Until, 
/**
 * Ids of precheck items to ignore.
 */
ignored_checks: Array<string>, };

export type VerdictKind = "passed" | "warning" | "failed" | "ignored" | "could_not_check";

export type ItemReport = { 
/**
 * A stable word.
 */
id: string, 
/**
 * The result.
 */
verdict: VerdictKind, 
/**
 * What was found, in English.
 */
found: string, 
/**
 * What it should be, in English.
 */
expected: string, 
/**
 * How to mend it: a command to copy, or words. Empty when nothing is to be mended.
 */
fix: string, 
/**
 * Whether the user may choose to go on.
 */
ignorable: boolean, };

export type PrecheckReport = { 
/**
 * In the order users see.
 */
items: Array<ItemReport>, };

export type ConnectivityStage = "dns" | "tcp" | "auth" | "ping" | "info" | "permission";

export type ConnectivityReport = { 
/**
 * Which side was tested.
 */
side: Side, 
/**
 * Those that passed, in order.
 */
passed: Array<ConnectivityStage>, 
/**
 * The one that did not, and why; `None` is success.
 */
failed: [ConnectivityStage, ErrorReport] | null, 
/**
 * A command to copy that mends it; empty where there is none.
 */
fix: string, 
/**
 * What the server told; `None` where it did not come so far.
 */
server: ServerSummary | null, };

export type ServerSummary = { 
/**
 * `Redis` or `Valkey`.
 */
product: string, 
/**
 * As `7.2.4`.
 */
version: string, 
/**
 * `primary` or `replica`.
 */
role: string, 
/**
 * Median round trip of a few PINGs.
 */
latency_ms: number, 
/**
 * Database number and its keys, of those that are not empty.
 */
keys: Array<[number, number]>, 
/**
 * How many databases it has, where it tells.
 */
databases: number | null, 
/**
 * `used_memory`, bytes.
 */
memory_bytes: number, 
/**
 * `maxmemory`, bytes; 0 is no limit.
 */
memory_bytes_max: number, 
/**
 * `maxmemory_policy`.
 */
eviction_policy: string, 
/**
 * The server's clock minus ours.
 */
clock_skew_ms: number, };

export type KeychainStatus = { 
/**
 * A canary was written, read and deleted.
 */
available: boolean, 
/**
 * Why not; empty where it is.
 */
reason: string, };

export type AppInfo = { 
/**
 * As `0.1.0`.
 */
version: string, 
/**
 * Where tasks are kept.
 */
state_dir: string, 
/**
 * Where passwords are kept.
 */
keychain: KeychainStatus, 
/**
 * Whether sample servers can be started.
 */
demo_available: boolean, 
/**
 * Why not; empty where they can.
 */
demo_problem: string, };

export type SideLabel = { 
/**
 * As `host:port`.
 */
label: string, 
/**
 * See [`EndpointDraft::environment`].
 */
environment: string, };

export type Owner = "this" | "other" | "none";

export type TaskSummary = { 
/**
 * Names it for good.
 */
id: string, 
/**
 * The user's name for it; several may have one.
 */
name: string, 
/**
 * RFC 3339.
 */
created_at: string, 
/**
 * Read.
 */
source: SideLabel, 
/**
 * Written.
 */
destination: SideLabel, 
/**
 * The sample migration.
 */
demo: boolean, 
/**
 * The latest figures.
 */
report: TaskReport, 
/**
 * Who runs it.
 */
owner: Owner, };

export type Sample = { 
/**
 * Ms since 1970.
 */
at_ms: number, 
/**
 * See [`TaskReport::lag_ms`].
 */
lag_ms: number | null, 
/**
 * See [`TaskReport::lag_bytes`].
 */
lag_bytes: number | null, 
/**
 * Keys and commands written.
 */
records_per_second: number | null, 
/**
 * Bytes written.
 */
bytes_per_second: number | null, };

export type TaskDetails = { 
/**
 * Its row.
 */
summary: TaskSummary, 
/**
 * What it is to do.
 */
draft: TaskDraft, 
/**
 * What the last precheck found.
 */
precheck: PrecheckReport | null, 
/**
 * Oldest first.
 */
events: Array<TaskEvent>, 
/**
 * Oldest first, at most an hour.
 */
samples: Array<Sample>, };

export type NewTask = { 
/**
 * The user's name for it.
 */
name: string, 
/**
 * What it is to do.
 */
draft: TaskDraft, 
/**
 * `None` leaves a stored one as it is; an empty one means that there is none.
 */
source_password: string | null, 
/**
 * As `source_password`.
 */
destination_password: string | null, };

export type TestRequest = { 
/**
 * As what the server is to be used.
 */
side: Side, 
/**
 * The server.
 */
endpoint: EndpointDraft, 
/**
 * `None` uses the one that `task_id` has stored, if any.
 */
password: string | null, 
/**
 * The task whose form it is.
 */
task_id: string | null, };

export type TaskUpdate = { "kind": "snapshot", 
/**
 * The page.
 */
details: TaskDetails, } | { "kind": "report", 
/**
 * The figures.
 */
report: TaskReport, 
/**
 * Their point in the charts; `None` where less than a second passed.
 */
sample: Sample | null, } | { "kind": "event", 
/**
 * What.
 */
event: TaskEvent, };

export type ThemeChoice = "system" | "light" | "dark";

export type LanguageChoice = "system" | "en" | "zh";

export type Settings = { 
/**
 * The window's colours.
 */
theme: ThemeChoice, 
/**
 * The window's language.
 */
language: LanguageChoice, 
/**
 * Whether tasks that ran when the application ended go on when it starts.
 */
resume_on_start: boolean, };
