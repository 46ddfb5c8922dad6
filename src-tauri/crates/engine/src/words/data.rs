//! What the checks find of data, room, load and clocks.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    ("conflicting_keys.expected_none", "no key on both sides", "两侧没有同名的 Key"),
    ("conflicting_keys.expected_kept", "keys on both sides stay", "保留目标库已有的同名 Key"),
    (
        "conflicting_keys.expected_replaced",
        "keys on both sides are replaced",
        "覆盖目标库已有的同名 Key",
    ),
    (
        "conflicting_keys.no_snapshot",
        "no snapshot is copied: the destination is taken to hold the data",
        "不进行全量迁移，视为目标库已有数据",
    ),
    (
        "conflicting_keys.expected_no_snapshot",
        "nothing: only the stream is applied",
        "无要求：只应用增量",
    ),
    ("conflicting_keys.none", "no key is on both sides", "两侧没有同名的 Key"),
    (
        "conflicting_keys.some",
        "{{keys}} keys are on both sides: {{samples}}",
        "两侧有 {{keys}} 个同名的 Key：{{samples}}",
    ),
    (
        "conflicting_keys.kept",
        "{{keys}} keys are on both sides: {{samples}}; they stay as they are, so the two sides \
         will differ",
        "两侧有 {{keys}} 个同名的 Key：{{samples}}；目标库的值保持不变，因此两侧数据会不一致",
    ),
    (
        "conflicting_keys.replaced",
        "{{keys}} keys are on both sides: {{samples}}; they are replaced, and a FLUSHDB or \
         FLUSHALL at the source removes the destination's own keys too",
        "两侧有 {{keys}} 个同名的 Key：{{samples}}；它们会被覆盖，并且源库的 FLUSHDB 或 FLUSHALL \
         也会删除目标库自有的 Key",
    ),
    (
        "conflicting_keys.flushed",
        "no key is on both sides; a FLUSHDB or FLUSHALL at the source removes the destination's \
         own keys too",
        "两侧没有同名的 Key；源库的 FLUSHDB 或 FLUSHALL 也会删除目标库自有的 Key",
    ),
    (
        "conflicting_keys.fix",
        "Remove the keys at the destination, or choose another processing mode: --conflict keep or \
         --conflict overwrite.",
        "请删除目标库的这些 Key，或选择其他处理模式：--conflict keep 或 --conflict overwrite。",
    ),
    (
        "conflicting_keys.fix_kept",
        "Nothing, if that is what you want; else remove them at the destination.",
        "若符合预期则无需处理，否则请在目标库删除这些 Key。",
    ),
    (
        "conflicting_keys.fix_replaced",
        "Nothing, if that is what you want; else choose another destination.",
        "若符合预期则无需处理，否则请选择其他目标库。",
    ),
    (
        "destination_in_use.expected",
        "no other clients and no other task of Keyferry",
        "没有其他客户端，也没有 Keyferry 的其他任务",
    ),
    (
        "destination_in_use.clients",
        "{{clients}} other clients are connected to the destination",
        "目标库上有 {{clients}} 个其他客户端连接",
    ),
    (
        "destination_in_use.tasks",
        "other tasks of Keyferry write there or have left their keys: {{tasks}}",
        "Keyferry 的其他任务正在写入目标库，或留有它们的 Key：{{tasks}}",
    ),
    (
        "destination_in_use.nobody",
        "no other client is connected, and no other task has keys there",
        "没有其他客户端连接，也没有其他任务的 Key",
    ),
    (
        "destination_in_use.fix_clients",
        "Make sure that they only read, or do not touch the keys that are migrated, until you \
         switch over.",
        "请确认在切换业务之前，它们只读或不会修改迁移中的 Key。",
    ),
    (
        "destination_in_use.fix_tasks",
        "Make sure that the tasks write to different databases; release those that are over, which \
         removes their keys.",
        "请确认各任务写入不同的数据库；已结束的任务请释放，其 Key 会随之删除。",
    ),
    ("eviction_policy.expected", "maxmemory-policy noeviction", "maxmemory-policy 为 noeviction"),
    ("eviction_policy.none", "maxmemory-policy {{policy}}", "maxmemory-policy 为 {{policy}}"),
    (
        "eviction_policy.evicts",
        "maxmemory-policy {{policy}}: a full destination removes keys unasked",
        "maxmemory-policy 为 {{policy}}：目标库写满后会自行淘汰 Key",
    ),
    ("memory_fits.expected", "room for about {{needed}}", "约 {{needed}} 的可用空间"),
    ("memory_fits.expected_stream", "room for what the stream adds", "能容纳增量新增的数据"),
    (
        "memory_fits.free",
        "{{free}} free of {{limit}} (maxmemory)",
        "可用 {{free}}，上限 {{limit}}（maxmemory）",
    ),
    ("memory_fits.unlimited", "the destination has no limit of its own", "目标库没有设置内存上限"),
    (
        "memory_fits.host",
        "no limit of its own, on a host with {{total}}",
        "没有设置内存上限，主机内存 {{total}}",
    ),
    (
        "memory_fits.host_small",
        "no limit of its own, but its host has only {{total}} in all",
        "没有设置内存上限，但主机内存总共只有 {{total}}",
    ),
    ("memory_fits.fix_host", "Move to a host with more memory.", "请迁移到内存更大的主机。"),
    (
        "big_keys.expected",
        "no value above {{limit}}, the destination's proto-max-bulk-len",
        "没有大于 {{limit}}（目标库的 proto-max-bulk-len）的值",
    ),
    (
        "big_keys.none",
        "the source has no keys in the selected databases",
        "源库的所选数据库中没有 Key",
    ),
    (
        "big_keys.largest",
        "the largest of {{sampled}} sampled keys takes {{bytes}}",
        "抽样的 {{sampled}} 个 Key 中，最大的占用 {{bytes}}",
    ),
    (
        "big_keys.blocks",
        "{{key}} (database {{database}}) takes {{bytes}}: it blocks both servers while it moves",
        "{{key}}（数据库 {{database}}）占用 {{bytes}}：迁移时会阻塞两侧的服务",
    ),
    (
        "big_keys.too_big",
        "{{key}} (database {{database}}) takes {{bytes}}, more than the destination accepts",
        "{{key}}（数据库 {{database}}）占用 {{bytes}}，超过目标库的接受上限",
    ),
    (
        "big_keys.fix_blocks",
        "Migrate off-peak, or split the key before.",
        "请在业务低峰期迁移，或事先拆分该 Key。",
    ),
    (
        "protocol_limits.expected",
        "the destination takes values as large as the source does",
        "目标库能接受与源库同样大的值",
    ),
    (
        "protocol_limits.found",
        "proto-max-bulk-len: source {{source}}, destination {{destination}}",
        "proto-max-bulk-len：源库 {{source}}，目标库 {{destination}}",
    ),
    (
        "short_ttl.expected",
        "keys live longer than the full stage, about {{seconds}} s",
        "Key 的剩余有效期长于全量迁移的时间（约 {{seconds}} 秒）",
    ),
    (
        "short_ttl.none",
        "none of {{sampled}} sampled keys expires within {{seconds}} s",
        "抽样的 {{sampled}} 个 Key 在 {{seconds}} 秒内都不会过期",
    ),
    (
        "short_ttl.some",
        "{{short}} of {{sampled}} sampled keys expire within {{seconds}} s, about as long as the \
         full stage takes",
        "抽样的 {{sampled}} 个 Key 中有 {{short}} 个会在 {{seconds}} 秒内过期，与全量迁移的时间相\
         当",
    ),
    (
        "short_ttl.fix",
        "Nothing: they expire on both sides. Compare keys without an expiry after the migration, \
         not the number of all.",
        "无需处理：它们在两侧都会过期。迁移后请对比没有设置过期时间的 Key，而不是 Key 的总数。",
    ),
    (
        "persistence_safety.expected",
        "replicas or persistence at the destination",
        "目标库有从节点或开启了持久化",
    ),
    (
        "persistence_safety.none",
        "it has neither replicas nor persistence: if it restarts, everything that was written is \
         gone and the task starts anew",
        "既没有从节点也没有持久化：一旦重启，已写入的数据会全部丢失，任务需要从头开始",
    ),
    (
        "persistence_safety.proofs",
        "replicas {{replicas}}, appendonly {{aof}}, appendfsync {{fsync}}, save \"{{save}}\"",
        "从节点 {{replicas}} 个，appendonly {{aof}}，appendfsync {{fsync}}，save \"{{save}}\"",
    ),
    (
        "aof_retention.expected_incremental",
        "appendonly yes: data logging is on, kept for more than 24 hours",
        "appendonly 为 yes：已开启数据日志，且保留 24 小时以上",
    ),
    (
        "aof_retention.expected_full",
        "appendonly yes: data logging is on, kept for at least 7 days and more than 24 hours after \
         the full stage",
        "appendonly 为 yes：已开启数据日志，至少保留 7 天，且在全量迁移之后保留 24 小时以上",
    ),
    ("aof_retention.expected_none", "nothing: no change is followed", "无要求：不进行增量迁移"),
    (
        "aof_retention.on",
        "appendonly yes; the file holds all data, whatever its age",
        "appendonly 为 yes；文件包含全部数据，不受时间限制",
    ),
    (
        "aof_retention.off",
        "appendonly no: what the source did not save is lost if it crashes",
        "appendonly 为 no：源库崩溃时，尚未保存的数据会丢失",
    ),
    (
        "disk_for_spool.expected",
        "{{needed}} free for the snapshot and the stream",
        "{{needed}} 的可用空间，用于暂存全量和增量数据",
    ),
    ("disk_for_spool.found", "{{free}} free in the task's folder", "任务目录可用空间 {{free}}"),
    (
        "disk_for_spool.maybe",
        "{{free}} free in the task's folder: it may not be enough",
        "任务目录可用空间 {{free}}：可能不够",
    ),
    (
        "disk_for_spool.below_bound",
        "{{free}} free in the task's folder, less than the {{bound}} that the task may use",
        "任务目录可用空间 {{free}}，小于任务允许使用的 {{bound}}",
    ),
    (
        "disk_for_spool.fix",
        "Make room on the disk of the state folder, or put it elsewhere: --state-dir",
        "请清理数据目录所在的磁盘，或将其放到其他位置：--state-dir",
    ),
    (
        "fork_headroom.expected",
        "{{needed}} free at the source's host",
        "源库主机有 {{needed}} 的可用内存",
    ),
    (
        "fork_headroom.expected_none",
        "nothing: the source makes no snapshot",
        "无要求：源库不生成快照",
    ),
    (
        "fork_headroom.found",
        "{{free}} free of {{total}} at the source's host",
        "源库主机可用 {{free}}，共 {{total}}",
    ),
    (
        "fork_headroom.small",
        "only {{free}} free of {{total}} at the source's host, and {{rate}} written a second",
        "源库主机只有 {{free}} 可用，共 {{total}}，每秒写入 {{rate}}",
    ),
    (
        "fork_headroom.fix",
        "Free memory on the source's host (vm.overcommit_memory 1 helps a snapshot to start), or \
         take a replica as the source.",
        "请释放源库主机的内存（设置 vm.overcommit_memory 为 1 有助于启动快照），或改用从节点作为源\
         库。",
    ),
    (
        "source_backlog.expected",
        "repl-backlog-size of at least {{needed}}: {{minutes}} minutes of writes",
        "repl-backlog-size 至少 {{needed}}，可容纳 {{minutes}} 分钟的写入",
    ),
    ("source_backlog.expected_none", "no backlog is needed", "不需要积压缓冲区"),
    (
        "source_backlog.found",
        "repl-backlog-size {{size}}, {{rate}} written a second",
        "repl-backlog-size 为 {{size}}，每秒写入 {{rate}}",
    ),
    (
        "source_backlog.small",
        "repl-backlog-size {{size}}, {{rate}} written a second: a break of more than {{seconds}} s \
         means a new copy",
        "repl-backlog-size 为 {{size}}，每秒写入 {{rate}}：中断超过 {{seconds}} 秒就需要重新全量迁\
         移",
    ),
    (
        "replica_output_buffer.expected",
        "room for {{needed}}: the writes of about {{seconds}} s",
        "能容纳 {{needed}}，即约 {{seconds}} 秒的写入",
    ),
    ("replica_output_buffer.expected_none", "nothing is held back", "无需缓冲"),
    ("replica_output_buffer.unlimited", "no limit", "没有限制"),
    (
        "replica_output_buffer.enough",
        "{{limit}} before a replica is cut off",
        "达到 {{limit}} 才会断开从节点",
    ),
    (
        "replica_output_buffer.small",
        "a replica is cut off at {{limit}}",
        "达到 {{limit}} 就会断开从节点",
    ),
    (
        "repl_timeout.expected",
        "repl-timeout of at least {{seconds}} s",
        "repl-timeout 不少于 {{seconds}} 秒",
    ),
    ("repl_timeout.found", "repl-timeout {{seconds}} s", "repl-timeout 为 {{seconds}} 秒"),
    ("repl_diskless.expected", "a wait of at most {{seconds}} s", "等待时间不超过 {{seconds}} 秒"),
    ("repl_diskless.expected_none", "nothing is waited for", "无需等待"),
    (
        "repl_diskless.disk",
        "the snapshot goes through the source's disk, at once",
        "快照经由源库的磁盘，立即开始",
    ),
    (
        "repl_diskless.waits",
        "the source waits {{seconds}} s for other replicas before it sends",
        "源库发送前会等待其他从节点 {{seconds}} 秒",
    ),
    ("latency.expected", "a round trip of at most {{ms}} ms", "往返时间不超过 {{ms}} 毫秒"),
    (
        "latency.found",
        "source {{source}} ms, destination {{destination}} ms",
        "源库 {{source}} 毫秒，目标库 {{destination}} 毫秒",
    ),
    (
        "latency.fix",
        "Run Keyferry on a computer near both servers, best in the destination's network.",
        "请在靠近两侧的计算机上运行 Keyferry，最好与目标库同一网络。",
    ),
    (
        "server_load.expected",
        "servers that are not busy: migrate off-peak",
        "两侧负载不高：请在业务低峰期迁移",
    ),
    (
        "server_load.found",
        "source {{source}} commands a second and {{source_kbps}} kB/s out, destination \
         {{destination}} commands a second",
        "源库每秒 {{source}} 条命令、出口流量 {{source_kbps}} kB/s，目标库每秒 {{destination}} 条\
         命令",
    ),
    (
        "server_load.fix",
        "Start off-peak, or limit the task: choose an instance class or records and bytes a \
         second.",
        "请在业务低峰期启动，或限制任务的速率：选择实例规格，或设置每秒的记录数和字节数。",
    ),
    ("clock_skew.expected", "at most 1 s apart", "相差不超过 1 秒"),
    ("clock_skew.found", "the clocks are {{seconds}} s apart", "两侧时钟相差 {{seconds}} 秒"),
    (
        "clock_skew.far",
        "the clocks are {{seconds}} s apart: keys would expire too early or late",
        "两侧时钟相差 {{seconds}} 秒：Key 会过早或过晚过期",
    ),
    (
        "clock_skew.fix",
        "Set the clocks of both hosts: chronyc makestep",
        "请校准两侧主机的时钟：chronyc makestep",
    ),
    (
        "counts_as_replica.expected",
        "writes that wait for replicas do not count this task",
        "等待从节点确认的写入不会把此任务计算在内",
    ),
    (
        "counts_as_replica.min_replicas",
        "min-replicas-to-write is {{number}}: while the task runs, its acknowledgements count as a \
         replica's",
        "min-replicas-to-write 为 {{number}}：任务运行期间，它的确认会被算作从节点的确认",
    ),
    (
        "counts_as_replica.fix_min_replicas",
        "Raise min-replicas-to-write by one at the source while the task runs.",
        "任务运行期间，请将源库的 min-replicas-to-write 加一。",
    ),
    (
        "counts_as_replica.wait",
        "clients wait for replicas (WAIT, {{number}} times): while the task runs, its \
         acknowledgements count as a replica's",
        "有客户端等待从节点确认（WAIT，{{number}} 次）：任务运行期间，它的确认会被算作从节点的确认",
    ),
    (
        "counts_as_replica.fix_wait",
        "Let clients wait for one replica more while the task runs.",
        "任务运行期间，请让客户端多等待一个从节点。",
    ),
    (
        "counts_as_replica.sentinel",
        "Sentinel watches the source: it will list this task as a replica that cannot be reached, \
         which does no harm",
        "源库由 Sentinel 监控：它会把此任务列为无法连接的从节点，不会造成影响",
    ),
    (
        "counts_as_replica.fix_sentinel",
        "After the task is released, forget it: SENTINEL RESET <name of the primary>",
        "释放任务后执行 SENTINEL RESET <主节点名称>，使其不再列出。",
    ),
    (
        "counts_as_replica.harmless",
        "the task shows among the source's replicas and acknowledges to WAIT; nobody waits for \
         replicas there",
        "任务会出现在源库的从节点列表中并响应 WAIT；目前没有客户端等待从节点确认",
    ),
];
