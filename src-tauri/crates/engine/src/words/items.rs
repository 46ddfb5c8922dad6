//! What each check of the precheck looks at.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    ("item.source_reachable", "Reach the source", "连接源库"),
    (
        "how.source_reachable",
        "Connected to the source, authenticated, and asked INFO and PING.",
        "连接源库并认证，然后执行 INFO 和 PING。",
    ),
    (
        "risk.source_reachable",
        "Without the source there is nothing to migrate.",
        "连接不上源库就无法迁移任何数据。",
    ),
    ("item.destination_reachable", "Reach the destination", "连接目标库"),
    (
        "how.destination_reachable",
        "Connected to the destination, authenticated, and asked INFO and PING.",
        "连接目标库并认证，然后执行 INFO 和 PING。",
    ),
    (
        "risk.destination_reachable",
        "Without the destination nothing can be written.",
        "连接不上目标库就无法写入任何数据。",
    ),
    ("item.psync_permission", "Permission to replicate from the source", "源库的复制权限"),
    (
        "how.psync_permission",
        "Sent TIME, PING, REPLCONF and a PSYNC that the source must refuse for its form, so that \
         no replication starts.",
        "发送 TIME、PING、REPLCONF，以及一个因格式必被源库拒绝的 PSYNC，因此不会真正启动复制。",
    ),
    (
        "risk.psync_permission",
        "The source does not start replication for this account: the task cannot read anything.",
        "源库不允许该账号启动复制，任务无法读取任何数据。",
    ),
    ("item.read_permission", "Permission to read keys at the source", "源库的 Key 读取权限"),
    (
        "how.read_permission",
        "Ran SELECT, SCAN, EXISTS, TYPE, DUMP, PTTL and the like at the source, on a key that does \
         not exist.",
        "在源库上对一个不存在的 Key 执行 SELECT、SCAN、EXISTS、TYPE、DUMP、PTTL 等命令。",
    ),
    (
        "risk.read_permission",
        "Keys that a command in the stream cannot be expressed for are read again at the source; \
         without this permission the task holds there.",
        "增量中有些命令无法直接表达，相关 Key 需要到源库重新读取；没有该权限，任务会停在那里等待处\
         理。",
    ),
    (
        "item.write_permission",
        "Permission to write at the destination, command by command",
        "目标库的写入权限（逐条命令）",
    ),
    (
        "how.write_permission",
        "Queued every command that the task can send inside MULTI at the destination, and \
         discarded them all.",
        "在目标库的 MULTI 中将任务可能发送的每条命令入队，然后全部丢弃。",
    ),
    (
        "risk.write_permission",
        "The task holds at the first command that the destination refuses.",
        "遇到第一条被目标库拒绝的命令时，任务会停下等待处理。",
    ),
    ("item.client_kill", "Ending connections of an earlier run", "断开上一次运行的连接"),
    (
        "how.client_kill",
        "Queued CLIENT KILL and CLIENT LIST inside MULTI, and discarded them.",
        "在 MULTI 中将 CLIENT KILL 和 CLIENT LIST 入队，然后丢弃。",
    ),
    (
        "risk.client_kill",
        "After a break, what still lay in an old connection can be applied a second time.",
        "连接中断后，旧连接中滞留的数据可能被重复写入。",
    ),
    ("item.source_role", "Role and replication state of the source", "源库的角色与复制状态"),
    (
        "how.source_role",
        "INFO replication and INFO persistence at the source.",
        "在源库执行 INFO replication 和 INFO persistence。",
    ),
    (
        "risk.source_role",
        "A source that loads its data, or has lost its primary, starts no replication.",
        "源库正在加载数据或与主节点失联时，无法启动复制。",
    ),
    ("item.destination_role", "The destination takes writes", "目标库可写"),
    (
        "how.destination_role",
        "INFO replication and INFO persistence at the destination, and what it answered to queued \
         writes.",
        "在目标库执行 INFO replication 和 INFO persistence，并查看其对入队写命令的应答。",
    ),
    (
        "risk.destination_role",
        "A replica, or a server that loads its data, refuses every write.",
        "从节点或正在加载数据的服务会拒绝所有写入。",
    ),
    ("item.standalone_servers", "Standalone servers on both sides", "两侧均为单机实例"),
    (
        "how.standalone_servers",
        "INFO server and CLUSTER INFO on both sides.",
        "在两侧执行 INFO server 和 CLUSTER INFO。",
    ),
    (
        "risk.standalone_servers",
        "Of a cluster only one shard would be migrated.",
        "若为集群，只会迁移其中一个分片。",
    ),
    ("item.same_instance", "Two different servers, no loop", "两个不同的实例，且不构成环路"),
    (
        "how.same_instance",
        "Compared run_id and master_replid of both sides.",
        "对比两侧的 run_id 和 master_replid。",
    ),
    (
        "risk.same_instance",
        "A server that is migrated to itself or to its own replica overwrites what it reads.",
        "迁移到自身或自己的从节点，会覆盖正在读取的数据。",
    ),
    ("item.sides_swapped", "Source and destination are not swapped", "源库与目标库没有填反"),
    (
        "how.sides_swapped",
        "Compared the number of keys, the clients and the writes of both sides, and the \
         environments that were chosen for them.",
        "对比两侧的 Key 数量、负载，以及所选的环境。",
    ),
    (
        "risk.sides_swapped",
        "With the sides swapped, the old or empty server overwrites the one in use.",
        "若填反，旧的或空的实例会覆盖正在使用的实例。",
    ),
    ("item.version_order", "Versions of source and destination", "源库与目标库的版本"),
    (
        "how.version_order",
        "INFO server on both sides, and COMMAND INFO at the source.",
        "在两侧执行 INFO server，并在源库执行 COMMAND INFO。",
    ),
    (
        "risk.version_order",
        "An older destination may not know a command or a form of value that the source uses.",
        "版本较低的目标库可能不支持源库使用的某些命令或数据格式。",
    ),
    (
        "item.rdb_version",
        "The destination reads the source's values",
        "目标库能够读取源库的数据格式",
    ),
    (
        "how.rdb_version",
        "Restored a value in the source's RDB version at the destination, under a key \
         __keyferry:probe:… that lives for 10 seconds and is removed at once.",
        "以源库的 RDB 版本在目标库 RESTORE 一个值，Key 为 __keyferry:probe:…，有效期 10 秒，并立即\
         删除。",
    ),
    (
        "risk.rdb_version",
        "The full stage fails at its first value.",
        "全量迁移在第一个值上就会失败。",
    ),
    ("item.modules", "Modules of the source at the destination", "目标库具备源库的模块"),
    ("how.modules", "MODULE LIST on both sides.", "在两侧执行 MODULE LIST。"),
    (
        "risk.modules",
        "Values of a module's types cannot be written where the module is missing.",
        "目标库缺少模块时，该模块类型的值无法写入。",
    ),
    ("item.functions", "Functions of the source at the destination", "目标库支持源库的函数"),
    (
        "how.functions",
        "INFO memory at the source, and the destination's version.",
        "查看源库的 INFO memory 和目标库的版本。",
    ),
    (
        "risk.functions",
        "Function libraries are left out, and clients that call them fail.",
        "函数库会被跳过，调用它们的客户端会报错。",
    ),
    (
        "item.scripts_and_transactions",
        "Scripts, transactions and commands on several keys",
        "脚本、事务与多 Key 命令",
    ),
    (
        "how.scripts_and_transactions",
        "INFO commandstats at the source, and CONFIG GET lua-replicate-commands.",
        "在源库执行 INFO commandstats 和 CONFIG GET lua-replicate-commands。",
    ),
    (
        "risk.scripts_and_transactions",
        "A script that is sent as it is runs anew at the destination: what it did there is not \
         known if it depends on time or chance.",
        "原样发送的脚本会在目标库重新执行：若结果取决于时间或随机数，则无法得知其在目标库的执行结\
         果。",
    ),
    ("item.enough_databases", "Enough databases at the destination", "目标库的数据库数量足够"),
    (
        "how.enough_databases",
        "CONFIG GET databases, or SELECT where that may not be asked.",
        "执行 CONFIG GET databases；不允许时改用 SELECT 探测。",
    ),
    (
        "risk.enough_databases",
        "Keys of a database that the destination lacks have no place.",
        "目标库没有对应的数据库时，其中的 Key 无处可写。",
    ),
    ("item.conflicting_keys", "Keys that are on both sides", "两侧同名的 Key"),
    (
        "how.conflicting_keys",
        "Walked through the smaller side of each selected database with SCAN, and asked the other \
         side with EXISTS.",
        "对每个所选数据库，用 SCAN 遍历 Key 较少的一侧，再用 EXISTS 询问另一侧。",
    ),
    (
        "risk.conflicting_keys",
        "Depending on the processing mode, keys of the destination are lost or keys of the source \
         are not migrated.",
        "根据处理模式的不同，目标库的 Key 会丢失，或源库的 Key 不会被迁移。",
    ),
    ("item.destination_in_use", "Nobody else writes to the destination", "没有其他程序写入目标库"),
    (
        "how.destination_in_use",
        "CLIENT LIST at the destination, and a look for keys __keyferry:… of other tasks.",
        "在目标库执行 CLIENT LIST，并查找其他任务的 __keyferry:… Key。",
    ),
    (
        "risk.destination_in_use",
        "What others write to migrated keys is overwritten, or makes the two sides differ.",
        "其他程序对迁移中的 Key 的写入会被覆盖，或造成两侧数据不一致。",
    ),
    ("item.eviction_policy", "The destination removes no keys by itself", "目标库不会自行淘汰 Key"),
    (
        "how.eviction_policy",
        "INFO memory at the destination: maxmemory_policy.",
        "查看目标库 INFO memory 中的 maxmemory_policy。",
    ),
    (
        "risk.eviction_policy",
        "A destination that runs full removes keys unasked, and the two sides differ.",
        "目标库内存写满后会自行淘汰 Key，导致两侧数据不一致。",
    ),
    ("item.memory_fits", "The data fits into the destination", "目标库能容纳全部数据"),
    (
        "how.memory_fits",
        "Compared the source's used_memory_dataset, by the share of the selected databases, with \
         maxmemory and the memory of the destination's host.",
        "按所选数据库的占比折算源库的 used_memory_dataset，与目标库的 maxmemory 及其主机内存比较。",
    ),
    (
        "risk.memory_fits",
        "The destination answers OOM and the task holds until there is room.",
        "目标库返回 OOM，任务会停下等待，直到有足够空间。",
    ),
    ("item.big_keys", "Big keys", "大 Key"),
    (
        "how.big_keys",
        "Asked MEMORY USAGE of up to 200 random keys in each selected database of the source. A \
         single big key among many can be missed.",
        "对每个所选的源数据库随机抽取最多 200 个 Key，执行 MEMORY USAGE。大量 Key 中的个别大 Key \
         可能抽不到。",
    ),
    (
        "risk.big_keys",
        "A value above the destination's proto-max-bulk-len is refused, and a very big one blocks \
         both servers while it is read and written.",
        "超过目标库 proto-max-bulk-len 的值会被拒绝；特别大的值在读写时会阻塞两侧的服务。",
    ),
    ("item.protocol_limits", "Limits of the protocol", "协议限制"),
    (
        "how.protocol_limits",
        "CONFIG GET proto-max-bulk-len on both sides.",
        "在两侧执行 CONFIG GET proto-max-bulk-len。",
    ),
    (
        "risk.protocol_limits",
        "A value that the source takes can be refused by the destination, and the task fails \
         there.",
        "源库能接受的值可能被目标库拒绝，任务会因此失败。",
    ),
    ("item.short_ttl", "Keys that expire during the full stage", "全量迁移期间过期的 Key"),
    (
        "how.short_ttl",
        "Asked PTTL of up to 200 random keys in each selected database of the source, and \
         estimated how long the full stage takes.",
        "对每个所选的源数据库随机抽取最多 200 个 Key，执行 PTTL，并估算全量迁移的耗时。",
    ),
    (
        "risk.short_ttl",
        "Such keys may be gone before they are written: fewer keys at the destination are then no \
         loss.",
        "这些 Key 可能在写入之前就已过期：此时目标库的 Key 数量较少并不代表数据丢失。",
    ),
    (
        "item.persistence_safety",
        "What proves that a write at the destination is safe",
        "目标库写入安全的保障",
    ),
    (
        "how.persistence_safety",
        "INFO replication and INFO persistence at the destination, CONFIG GET save and \
         appendfsync.",
        "在目标库执行 INFO replication、INFO persistence 以及 CONFIG GET save、appendfsync。",
    ),
    (
        "risk.persistence_safety",
        "If the destination restarts, everything that was written is gone and the task starts \
         anew.",
        "目标库一旦重启，已写入的数据会全部丢失，任务需要从头开始。",
    ),
    ("item.aof_retention", "The source logs its data", "源库已开启数据日志"),
    (
        "how.aof_retention",
        "INFO persistence at the source: aof_enabled. A server's append-only file holds all of its \
         data and is never cut off by age, so no retention needs to be asked for.",
        "查看源库 INFO persistence 中的 aof_enabled。AOF 文件包含全部数据，不会按时间截断，因此无\
         需检查保留时长。",
    ),
    (
        "risk.aof_retention",
        "If the source crashes, it loses writes that the destination may have already, and the \
         task has to copy everything again.",
        "源库崩溃时会丢失部分写入，而目标库可能已经收到这些写入，任务需要重新全量迁移。",
    ),
    ("item.disk_for_spool", "Room on this computer's disk", "本机磁盘空间"),
    (
        "how.disk_for_spool",
        "Asked the file system of the task's folder for its free space.",
        "查询任务目录所在文件系统的可用空间。",
    ),
    (
        "risk.disk_for_spool",
        "Snapshot and stream are kept here until they are applied; without room the task holds.",
        "全量和增量数据在写入目标库之前暂存在本机；空间不足时任务会停下等待。",
    ),
    ("item.fork_headroom", "Memory for a snapshot at the source", "源库生成快照所需的内存"),
    (
        "how.fork_headroom",
        "INFO memory at the source: used_memory_rss and total_system_memory, and the writes of one \
         second.",
        "查看源库 INFO memory 中的 used_memory_rss 和 total_system_memory，以及一秒内的写入量。",
    ),
    (
        "risk.fork_headroom",
        "While a snapshot is made, the source needs memory for what is written meanwhile: without \
         it the snapshot fails, or the host ends the server.",
        "生成快照期间，源库需要额外内存保存同时发生的写入：内存不足时快照会失败，或进程被系统终\
         止。",
    ),
    (
        "item.source_backlog",
        "Backlog of the source against writes and retry time",
        "源库的复制积压缓冲区",
    ),
    (
        "how.source_backlog",
        "Watched the source's replication offset for one second, and read repl-backlog-size.",
        "观察源库复制偏移量一秒钟的变化，并读取 repl-backlog-size。",
    ),
    (
        "risk.source_backlog",
        "After a longer break the source no longer has what was missed, and everything is copied \
         again.",
        "中断时间较长时，源库已不再保留缺失的增量，需要重新全量迁移。",
    ),
    (
        "item.replica_output_buffer",
        "Output buffer for replicas at the source",
        "源库的从节点输出缓冲区",
    ),
    (
        "how.replica_output_buffer",
        "CONFIG GET client-output-buffer-limit at the source, against its writes and the size of \
         its data.",
        "读取源库的 client-output-buffer-limit，与其写入速率和数据量比较。",
    ),
    (
        "risk.replica_output_buffer",
        "The source cuts the link during the full stage, which begins anew.",
        "全量迁移期间源库会断开连接，全量需要重新开始。",
    ),
    ("item.repl_timeout", "Replication timeout of the source", "源库的复制超时时间"),
    (
        "how.repl_timeout",
        "CONFIG GET repl-timeout at the source.",
        "在源库执行 CONFIG GET repl-timeout。",
    ),
    (
        "risk.repl_timeout",
        "A short stall of the network ends the link.",
        "网络短暂停顿就会断开连接。",
    ),
    ("item.repl_diskless", "How long the source waits before it sends", "源库发送快照前的等待时间"),
    (
        "how.repl_diskless",
        "CONFIG GET repl-diskless-sync and repl-diskless-sync-delay at the source.",
        "在源库执行 CONFIG GET repl-diskless-sync 和 repl-diskless-sync-delay。",
    ),
    (
        "risk.repl_diskless",
        "The task starts that much later; nothing is lost.",
        "任务会相应推迟开始，数据不受影响。",
    ),
    ("item.latency", "Round trip to both servers", "到两侧的网络往返时间"),
    ("how.latency", "Measured PING several times on both sides.", "在两侧多次测量 PING 的耗时。"),
    (
        "risk.latency",
        "Over a slow or long way the full stage takes longer, and a busy source may write faster \
         than can be followed.",
        "网络较慢或距离较远时，全量迁移耗时更长；源库写入繁忙时，增量可能追不上。",
    ),
    ("item.server_load", "Load of both servers", "两侧的负载"),
    (
        "how.server_load",
        "INFO stats on both sides: instantaneous_ops_per_sec and kbps.",
        "在两侧执行 INFO stats，查看 instantaneous_ops_per_sec 和 kbps。",
    ),
    (
        "risk.server_load",
        "The migration adds reads to the source and writes to the destination: clients may see \
         them slower.",
        "迁移会增加源库的读负载和目标库的写负载，业务的响应可能变慢。",
    ),
    ("item.clock_skew", "Clocks of both servers", "两侧的时钟"),
    (
        "how.clock_skew",
        "TIME on both sides, less half of the round trip.",
        "在两侧执行 TIME，并扣除一半的往返时间。",
    ),
    (
        "risk.clock_skew",
        "Keys expire too early or too late at the destination.",
        "Key 在目标库会过早或过晚过期。",
    ),
    (
        "item.counts_as_replica",
        "The task counts as a replica of the source",
        "任务会被算作源库的从节点",
    ),
    (
        "how.counts_as_replica",
        "CONFIG GET min-replicas-to-write, INFO commandstats (WAIT) and PUBSUB NUMSUB \
         __sentinel__:hello at the source.",
        "在源库执行 CONFIG GET min-replicas-to-write、INFO commandstats（WAIT）和 PUBSUB NUMSUB \
         __sentinel__:hello。",
    ),
    (
        "risk.counts_as_replica",
        "While the task runs, its acknowledgements satisfy WAIT and min-replicas-to-write like a \
         replica's, FAILOVER without a target could choose it, and Sentinel lists a replica that \
         cannot be reached.",
        "任务运行期间，它的确认会像从节点一样满足 WAIT 和 min-replicas-to-write；不指定目标的 \
         FAILOVER 可能选中它；Sentinel 会列出一个无法连接的从节点。",
    ),
];
