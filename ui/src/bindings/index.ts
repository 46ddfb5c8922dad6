// Made from the Rust types by crates/workbench/tests/bindings.rs: do not edit.

export type Side = "source" | "destination" | "local";

export type Phrase = { 
/**
 * Names the template, as `eviction_policy.evicts`.
 */
key: string, 
/**
 * What stands in the template's `{{name}}`s.
 */
values: Record<string, string | Phrase>, };

export type ErrorPhrases = { 
/**
 * What happened.
 */
message: Phrase, 
/**
 * What to do about it; `None` where nothing is known.
 */
remedy: Phrase | null, };

export type ErrorReport = { 
/**
 * See [`ErrorKind::code`]. The phrases `error.<code>` and `remedy.<code>` say what it means and
 * what to do about it.
 */
code: string, 
/**
 * What happened, in English and in the server's own words.
 */
message: string, 
/**
 * Where.
 */
side: Side, 
/**
 * What to do about it, in English.
 */
remedy: string, 
/**
 * Both texts for translation; `None` only in reports of earlier versions.
 */
phrases: ErrorPhrases | null, };

export type FieldError = { 
/**
 * Its path, as `source.host` or `retry_minutes`.
 */
field: string, 
/**
 * A stable word for the kind of mistake.
 */
code: string, 
/**
 * In English.
 */
message: string, 
/**
 * The same, to be shown in another language.
 */
phrase: Phrase, };

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
 * What to do, in English.
 */
remedy: string | null, 
/**
 * Both texts for translation.
 */
phrases: ErrorPhrases, 
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
 * How long the destination took to answer, over the last second; `None` where it did not.
 */
latency: LatencyReport | null, 
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
 * RFC 3339: since when the destination holds the checkpoint that it holds now.
 */
checkpoint_at: string | null, 
/**
 * Bytes the spool holds on disk.
 */
spool_bytes: number | null, 
/**
 * How long nothing but keep-alives came from the source.
 */
source_idle_ms: number | null, 
/**
 * What the source still holds for this task if its link is away; `None` while a break would begin
 * the snapshot anew, and where the source does not tell.
 */
backlog: BacklogReport | null, 
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

export type BacklogReport = { 
/**
 * What it holds when it is full, bytes.
 */
bytes: number, 
/**
 * So much may still be written before it lets go of what the task needs next, bytes.
 */
bytes_left: number, 
/**
 * What the source's stream grows by, over the last minute; `None` until that was seen long enough.
 */
bytes_per_second: number | null, 
/**
 * The source writes nothing but keep-alives.
 */
is_idle: boolean, 
/**
 * How long the link may be away, or may still be; `None` while the source is idle, or its pace is
 * not known yet.
 */
left_ms: number | null, 
/**
 * What ends it is not what is written but how long the source keeps a backlog without a replica.
 */
ends_by_time: boolean, 
/**
 * The link is up: the time begins only when it breaks.
 */
linked: boolean, };

export type LatencyReport = { 
/**
 * Half of the answers took no longer, microseconds.
 */
p50_us: number, 
/**
 * All but one in a hundred took no longer, microseconds.
 */
p99_us: number, };

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
message: string, 
/**
 * The same, to be shown in another language; `None` in files of earlier versions.
 */
phrase: Phrase | null, };

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
 * Patterns as Redis's `KEYS` takes them; none is every key.
 */
include_keys: Array<string>, 
/**
 * Patterns of keys that do not move, of those included.
 */
exclude_keys: Array<string>, 
/**
 * Names of commands left out of the stream.
 */
skip_commands: Array<string>, 
/**
 * Source database → names of commands that are left out of the stream there.
 */
skip_commands_in: Record<string, string[]>, 
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

export type AccountRules = { 
/**
 * The first Redis version that takes them.
 */
since: [number, number], 
/**
 * The first that is given others; `None` is none.
 */
before: [number, number] | null, 
/**
 * As `ACL SETUSER` takes them.
 */
rules: string, };

export type VerdictKind = "passed" | "warning" | "failed" | "ignored" | "could_not_check";

export type IgnoreRule = "never" | "confirm" | "type_name";

export type KeyName = { 
/**
 * Printable: what is not ASCII is escaped, what is long is cut.
 */
text: string, 
/**
 * All bytes, hexadecimal; of a very long name the first ones.
 */
hex: string, };

export type DatabaseKeys = { 
/**
 * The source's number.
 */
source: number, 
/**
 * The destination's number.
 */
destination: number, 
/**
 * How many. A side that resizes its table meanwhile may count some twice.
 */
count: number, 
/**
 * Some of them.
 */
samples: Array<KeyName>, };

export type ItemPhrases = { 
/**
 * See [`ItemReport::found`].
 */
found: Phrase, 
/**
 * See [`ItemReport::expected`].
 */
expected: Phrase, 
/**
 * What a person does, or where [`ItemReport::fix_command`] is run; `None` when nothing is to be
 * mended.
 */
fix: Phrase | null, 
/**
 * See [`ItemReport::how`].
 */
how: Phrase, 
/**
 * See [`ItemReport::risk`].
 */
risk: Phrase, };

export type ItemReport = { 
/**
 * A stable word; the phrase `item.<id>` is its title.
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
ignorable: boolean, 
/**
 * The command of `fix`, as redis-cli takes it; empty where there is none.
 */
fix_command: string, 
/**
 * How it was checked, in English.
 */
how: string, 
/**
 * What happens if it is not as it should be, in English.
 */
risk: string, 
/**
 * How the user may choose to go on.
 */
ignore: IgnoreRule, 
/**
 * The keys it is about, by database.
 */
keys: Array<DatabaseKeys>, 
/**
 * All these texts for translation; `None` only in reports of earlier versions.
 */
phrases: ItemPhrases | null, };

export type PrecheckReport = { 
/**
 * In the order users see.
 */
items: Array<ItemReport>, };

export type ConnectivityStage = "dns" | "tcp" | "auth" | "ping" | "info" | "permission";

export type StageProgress = { 
/**
 * Which.
 */
stage: ConnectivityStage, 
/**
 * How long it took; `None` as it begins.
 */
ms: number | null, };

export type StagePassed = { 
/**
 * Which.
 */
stage: ConnectivityStage, 
/**
 * How long it took.
 */
ms: number, };

export type StageFailed = { 
/**
 * Which.
 */
stage: ConnectivityStage, 
/**
 * How long it took until it failed.
 */
ms: number, 
/**
 * What the server or the system said, and the remedy in English.
 */
error: ErrorReport, 
/**
 * What is the matter, to be shown in the user's language above the error's own words.
 */
cause: Phrase, 
/**
 * What to do about it, to be shown in the user's language.
 */
remedy: Phrase, };

export type ConnectivityReport = { 
/**
 * Which side was tested.
 */
side: Side, 
/**
 * Those that passed, in order.
 */
passed: Array<StagePassed>, 
/**
 * The one that did not, and why; `None` is success.
 */
failed: StageFailed | null, 
/**
 * A command to copy that mends it, run at the tested side; empty where there is none.
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
 * The Redis version that it is compatible with; of Redis its own.
 */
compatible_with: [number, number, number], 
/**
 * `primary` or `replica`.
 */
role: string, 
/**
 * Of a replica: host and port of its primary.
 */
replica_of: string | null, 
/**
 * Replicas that are connected to it.
 */
replicas: number, 
/**
 * Median round trip of several PINGs.
 */
latency_ms: number, 
/**
 * The longest of them.
 */
latency_max_ms: number, 
/**
 * Database number and its keys, of those that are not empty.
 */
keys: Array<[number, number]>, 
/**
 * Keys that expire, in all databases.
 */
keys_expiring: number, 
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
 * Whether it writes an append-only file.
 */
appendonly: boolean, 
/**
 * When it writes snapshots, as the setting `save`; empty is never, `None` where it does not tell.
 */
save: string | null, 
/**
 * Clients that are connected, this test included.
 */
clients: number, 
/**
 * Commands a second.
 */
commands_per_second: number, 
/**
 * How long it has run.
 */
uptime_seconds: number, 
/**
 * Whether it runs in cluster mode.
 */
cluster: boolean, 
/**
 * The server's clock minus ours.
 */
clock_skew_ms: number, };

export type LimitNote = { 
/**
 * As `C06`, the console's order.
 */
id: string, 
/**
 * What it says.
 */
text: Phrase, 
/**
 * Whether it is a risk of this pair, as far as it is known; the terms are these.
 */
applies: boolean, };

export type CommandGroup = "keys" | "string" | "bitmap" | "list" | "hash" | "set" | "sorted_set" | "geo" | "stream" | "hyperloglog" | "vector_set" | "pubsub" | "transaction" | "scripting" | "function" | "server";

export type CommandInfo = { 
/**
 * In upper case.
 */
name: string, 
/**
 * Where it stands.
 */
group: CommandGroup, 
/**
 * Whether it is one of the 72 that the cloud console migrates.
 */
reference: boolean, 
/**
 * The version that brought it, as `Redis 6.2` or `Valkey 9.0`.
 */
since: string, 
/**
 * Whether this source has it.
 */
available: boolean, 
/**
 * The names under which this source sends it; empty where it sends what a script did, or
 * nothing.
 */
arrives_as: Array<string>, 
/**
 * Whether it arrives only under names of other commands, whose choice it follows.
 */
indistinguishable: boolean, 
/**
 * Whether it holds the stream together and is always chosen.
 */
locked: boolean, };

export type KeychainState = "available" | "missing" | "locked" | "refused";

export type KeychainStatus = { 
/**
 * How it stands.
 */
state: KeychainState, 
/**
 * A canary was written, read and deleted.
 */
available: boolean, 
/**
 * Why not, in English or in the keychain's own words; empty where it is.
 */
reason: string, 
/**
 * The same, to be shown in another language.
 */
phrase: Phrase | null, };

export type PasswordInput = { "from": "keep" } | { "from": "none" } | { "from": "typed", 
/**
 * As it was typed; an empty one is none.
 */
password: string, } | { "from": "template", 
/**
 * The template's id.
 */
id: string, } | { "from": "aside", 
/**
 * What it was put aside under.
 */
token: string, };

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
 * Why not, in English; empty where they can.
 */
demo_problem: string, 
/**
 * The same, to be shown in another language.
 */
demo_phrase: Phrase | null, };

export type SideLabel = { 
/**
 * As `host:port`.
 */
label: string, 
/**
 * See [`keyferry_engine::spec::EndpointDraft::environment`].
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
owner: Owner, 
/**
 * RFC 3339: until when a failed task is resumed by itself; `None` where it is not.
 */
resumes_until: string | null, 
/**
 * RFC 3339: when it is resumed next.
 */
resumes_next: string | null, };

export type Spread = [number, number, number];

export type ChartPoint = { 
/**
 * When the while begins, ms since 1970.
 */
at_ms: number, 
/**
 * See [`keyferry_engine::report::TaskReport::lag_ms`].
 */
lag_ms: Spread | null, 
/**
 * Keys and commands written.
 */
records_per_second: Spread | null, 
/**
 * Bytes written.
 */
bytes_per_second: Spread | null, 
/**
 * See [`keyferry_engine::report::LatencyReport::p99_us`].
 */
latency_us: Spread | null, };

export type Charts = { 
/**
 * A point a second.
 */
five_minutes: Array<ChartPoint>, 
/**
 * A point for ten seconds.
 */
hour: Array<ChartPoint>, 
/**
 * A point for two minutes.
 */
day: Array<ChartPoint>, };

export type IgnoredCheck = { 
/**
 * Its stable word.
 */
id: string, 
/**
 * RFC 3339: when that was confirmed.
 */
at: string, };

export type KeptAwake = { 
/**
 * Its user wants it, while the task runs.
 */
wanted: boolean, 
/**
 * It is now.
 */
held: boolean, 
/**
 * Why it is not although it is wanted, in the system's words.
 */
problem: string | null, };

export type RetrySetter = { 
/**
 * Its id.
 */
task_id: string, 
/**
 * Its name.
 */
task_name: string, };

export type EffectiveRetry = { 
/**
 * In effect.
 */
minutes: number, 
/**
 * Who sets it; `None` is the task itself.
 */
set_by: RetrySetter | null, };

export type ChannelId = "desktop";

export type AlertRules = { 
/**
 * Told when the lag is longer than this; `None` is not typed yet.
 */
lag_seconds: number | null, 
/**
 * Ids of [`AlertContact`]s.
 */
contacts: Array<string>, };

export type AlertContact = { 
/**
 * Named by [`AlertRules::contacts`].
 */
id: string, 
/**
 * For people.
 */
name: string, 
/**
 * How.
 */
channel: ChannelId, };

export type TaskInput = { 
/**
 * The user's name for it.
 */
name: string, 
/**
 * What it is to do.
 */
draft: TaskDraft, 
/**
 * The source's.
 */
source_password: PasswordInput, 
/**
 * The destination's.
 */
destination_password: PasswordInput, 
/**
 * The template that the source's settings were copied from.
 */
source_template: string | null, 
/**
 * The template that the destination's settings were copied from.
 */
destination_template: string | null, 
/**
 * Whom to tell; `None` tells nobody.
 */
alerts: AlertRules | null, 
/**
 * This computer stays awake while the task runs in its window.
 */
keep_awake: boolean, 
/**
 * The step that the user is at, 1–4.
 */
step: number, };

export type StoredInput = { 
/**
 * See [`TaskInput::name`].
 */
name: string, 
/**
 * See [`TaskInput::draft`].
 */
draft: TaskDraft, 
/**
 * Whether one is kept.
 */
has_source_password: boolean, 
/**
 * Whether one is kept.
 */
has_destination_password: boolean, 
/**
 * See [`TaskInput::source_template`].
 */
source_template: string | null, 
/**
 * See [`TaskInput::destination_template`].
 */
destination_template: string | null, 
/**
 * See [`TaskInput::alerts`].
 */
alerts: AlertRules | null, 
/**
 * See [`TaskInput::keep_awake`].
 */
keep_awake: boolean, 
/**
 * See [`TaskInput::step`].
 */
step: number, };

export type TestedSide = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Which side was tested.
 */
side: Side, 
/**
 * Those that passed, in order.
 */
passed: Array<StagePassed>, 
/**
 * The one that did not, and why; `None` is success.
 */
failed: StageFailed | null, 
/**
 * A command to copy that mends it, run at the tested side; empty where there is none.
 */
fix: string, 
/**
 * What the server told; `None` where it did not come so far.
 */
server: ServerSummary | null, };

export type TestedSides = { 
/**
 * The source's.
 */
source: TestedSide | null, 
/**
 * The destination's.
 */
destination: TestedSide | null, };

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
 * Its form, as it was left.
 */
input: StoredInput, 
/**
 * What the last connectivity tests found.
 */
connectivity: TestedSides, 
/**
 * What the last precheck found.
 */
precheck: PrecheckReport | null, 
/**
 * What is ignored of it, and since when.
 */
ignored: Array<IgnoredCheck>, 
/**
 * RFC 3339: when the terms were accepted.
 */
terms_accepted_at: string | null, 
/**
 * The retry time in effect.
 */
effective_retry: EffectiveRetry, 
/**
 * Whether this computer stays awake for it.
 */
awake: KeptAwake, 
/**
 * Oldest first.
 */
events: Array<TaskEvent>, };

export type TestRequest = { 
/**
 * The task whose form it is: its stored password may be used, and the result is kept with it.
 */
task_id: string | null, 
/**
 * The template whose form it is: its stored password may be used.
 */
template_id: string | null, 
/**
 * As what the server is to be used.
 */
side: Side, 
/**
 * The server.
 */
endpoint: EndpointDraft, 
/**
 * Its password.
 */
password: PasswordInput, 
/**
 * Chosen by the page, to cancel it by.
 */
run_id: string, };

export type StartOrder = { 
/**
 * The terms were read.
 */
terms_accepted: boolean, 
/**
 * The destination's label, where it is a production server that is not empty.
 */
typed_name: string | null, };

export type TaskUpdate = { "kind": "snapshot", 
/**
 * The page.
 */
details: TaskDetails, } | { "kind": "report", 
/**
 * The figures.
 */
report: TaskReport, } | { "kind": "charts", 
/**
 * The points.
 */
charts: Charts, } | { "kind": "event", 
/**
 * What.
 */
event: TaskEvent, } | { "kind": "gone", 
/**
 * Why.
 */
error: CommandError, };

export type SkippedKind = "key" | "command";

export type SkippedQuery = { 
/**
 * Behind this row; 0 begins.
 */
after: number, 
/**
 * Only of this kind.
 */
kind: SkippedKind | null, 
/**
 * Only for this reason.
 */
reason: string | null, 
/**
 * At most so many rows.
 */
limit: number, };

export type SkippedRow = { 
/**
 * Counts from 1 over the task's life.
 */
number: number, 
/**
 * Where in the data it was.
 */
kind: SkippedKind, 
/**
 * Why, as in the report's counts.
 */
reason: string, 
/**
 * The stream's offset behind it, decimal, where it is known.
 */
offset: string | null, 
/**
 * The command's name.
 */
command: string | null, 
/**
 * Of the source.
 */
database: number, 
/**
 * The key, what is not printable escaped; `None` where the command has none.
 */
key_text: string | null, 
/**
 * The same in hexadecimal digits. A long key is cut.
 */
key_hex: string | null, };

export type SkippedPage = { 
/**
 * Oldest first.
 */
rows: Array<SkippedRow>, 
/**
 * What to ask for next as `after`; `None` where the list ends.
 */
next: number | null, 
/**
 * How many fell out of the list, which is bounded.
 */
lost: number, };

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type LogFilter = { 
/**
 * Of this level, and worse.
 */
least: LogLevel, 
/**
 * With these words in them, in whatever case; empty wants all.
 */
text: string, };

export type LogLine = { 
/**
 * Its place in all that the task ever logged; later lines have higher ones.
 */
position: number, 
/**
 * RFC 3339, UTC, milliseconds.
 */
at: string, 
/**
 * How much it matters.
 */
level: LogLevel, 
/**
 * Which part of the program says it, as `keyferry_engine::source::link`.
 */
target: string, 
/**
 * What it says, in English.
 */
message: string, 
/**
 * Details as `name=value`, with spaces between.
 */
fields: string, };

export type LogPage = { 
/**
 * Oldest first.
 */
lines: Array<LogLine>, 
/**
 * What to ask for older ones with; `None` where there are none.
 */
before: number | null, };

export type LastTest = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Whether every stage passed.
 */
ok: boolean, 
/**
 * What the server told.
 */
server: ServerSummary | null, 
/**
 * Why not.
 */
error: ErrorReport | null, };

export type TemplateUse = { 
/**
 * Its id.
 */
task_id: string, 
/**
 * Its name.
 */
task_name: string, 
/**
 * On which side.
 */
side: Side, 
/**
 * Where in its life it is.
 */
state: TaskState, };

export type Template = { 
/**
 * Names it for good.
 */
id: string, 
/**
 * The user's name for it; several may have one.
 */
name: string, 
/**
 * The settings.
 */
endpoint: EndpointDraft, 
/**
 * Whether a password is kept with it.
 */
has_password: boolean, 
/**
 * RFC 3339.
 */
created_at: string, 
/**
 * RFC 3339: when name, settings or password were last changed.
 */
updated_at: string, 
/**
 * What the last connectivity test with these settings found.
 */
last_test: LastTest | null, 
/**
 * The tasks that were made from it and are still here.
 */
uses: Array<TemplateUse>, };

export type TemplateInput = { 
/**
 * Needs not be unique, must not be empty.
 */
name: string, 
/**
 * May be incomplete.
 */
endpoint: EndpointDraft, 
/**
 * Kept in the keychain.
 */
password: PasswordInput, };

export type ThemeChoice = "system" | "light" | "dark";

export type LanguageChoice = "system" | "en" | "zh";

export type CloseSetting = "ask" | "tray" | "quit";

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
resume_on_start: boolean, 
/**
 * What closing the window does while tasks run.
 */
close: CloseSetting, 
/**
 * Whether anything is told on the desktop, a task's own alerts included.
 */
notifications: boolean, 
/**
 * Whether the application starts when the user logs in.
 */
autostart: boolean, };

export type SettingsPart = { 
/**
 * See [`Settings::theme`].
 */
theme?: ThemeChoice, 
/**
 * See [`Settings::language`].
 */
language?: LanguageChoice, 
/**
 * See [`Settings::resume_on_start`].
 */
resume_on_start?: boolean, 
/**
 * See [`Settings::close`].
 */
close?: CloseSetting, 
/**
 * See [`Settings::notifications`].
 */
notifications?: boolean, 
/**
 * See [`Settings::autostart`].
 */
autostart?: boolean, };

export type ShellEvent = { "kind": "close_asked", 
/**
 * How many run.
 */
running: number, 
/**
 * Whether this desktop has a tray to stay in.
 */
tray: boolean, } | { "kind": "open_task", 
/**
 * Its id.
 */
id: string, } | { "kind": "keychain", 
/**
 * How.
 */
status: KeychainStatus, } | { "kind": "settings" };

export type CloseChoice = "tray" | "quit" | "cancel";

export type ReportFormat = "html" | "csv";

export type DiagnosticsFile = { 
/**
 * Its name in the bundle.
 */
name: string, 
/**
 * All that is in it.
 */
text: string, };
