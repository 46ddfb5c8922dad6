//! The limits and notes of a pair of servers.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    (
        "limit.C01",
        "The bandwidth out of the source bounds the full stage: with little of it the migration is \
         slow, and it shares it with the source's clients.",
        "源库的出口带宽决定全量迁移的速度：带宽不足时迁移较慢，并且会与源库的客户端争用带宽。",
    ),
    (
        "limit.C02",
        "Only incremental migration: data logging should be on at the source (appendonly yes) and \
         its log be kept for more than 24 hours. Keyferry follows the replication stream and needs \
         no log for that; without one a crash of the source loses writes and means a new copy.",
        "仅增量迁移：源库应开启数据日志（appendonly yes），并保留 24 小时以上。Keyferry 直接跟随复\
         制流，本身不依赖日志；但没有日志时，源库崩溃会丢失写入，并需要重新全量迁移。",
    ),
    (
        "limit.C03",
        "Full and incremental migration: data logging should be on at the source (appendonly yes), \
         its log be kept for at least 7 days, and for more than 24 hours after the full stage. \
         Keyferry follows the replication stream and needs no log for that; without one a crash of \
         the source loses writes and means a new copy.",
        "全量加增量迁移：源库应开启数据日志（appendonly yes），至少保留 7 天，并在全量迁移之后保留 \
         24 小时以上。Keyferry 直接跟随复制流，本身不依赖日志；但没有日志时，源库崩溃会丢失写入，\
         并需要重新全量迁移。",
    ),
    (
        "limit.C04",
        "Only full migration: what is written to the source meanwhile is not migrated. Do not \
         write to the source, or choose full and incremental migration, which is recommended.",
        "仅全量迁移：期间写入源库的数据不会被迁移。请勿写入源库，或选择推荐的全量加增量迁移。",
    ),
    (
        "limit.C05",
        "Instances of the cloud should use local disks, not cloud disks.",
        "云实例应使用本地盘，而不是云盘。",
    ),
    (
        "limit.C06",
        "The destination's maxmemory-policy must be noeviction: a full destination otherwise \
         removes keys unasked, and the two sides differ.",
        "目标库的 maxmemory-policy 必须为 noeviction，否则内存写满后会自行淘汰 Key，造成两侧数据不\
         一致。",
    ),
    (
        "limit.C07",
        "What EVAL and EVALSHA do at the destination is not known where the source sends scripts \
         as they are: make sure that they do not depend on time or chance.",
        "源库原样发送脚本时，无法得知 EVAL 和 EVALSHA 在目标库的执行结果：请确认脚本不依赖时间或随\
         机数。",
    ),
    (
        "limit.C08",
        "The destination is not empty. Lists are never appended to twice: a key that is there \
         already either stays as it is or is replaced as a whole, by the processing mode.",
        "目标库非空。列表不会被重复追加：已存在的 Key 要么保持不变，要么整体覆盖，取决于处理模式。",
    ),
    (
        "limit.C09",
        "Keys that expire may be gone before they are migrated: fewer keys at the destination than \
         at the source are normal. Compare with INFO keyspace.",
        "设置了过期时间的 Key 可能在迁移之前就已过期：目标库的 Key 数量少于源库属于正常现象。可通\
         过 INFO keyspace 对比。",
    ),
    (
        "limit.C10",
        "The number of keys that do not expire, or have not expired, is the same on both sides.",
        "没有设置过期时间或尚未过期的 Key，两侧数量相同。",
    ),
    (
        "limit.C11",
        "The destination's version must be the same as the source's or newer.",
        "目标库的版本必须与源库相同或更高。",
    ),
    (
        "limit.C12",
        "An older destination may not read the source's values or know its commands: the precheck \
         tries both.",
        "版本较低的目标库可能无法读取源库的数据或不支持其命令：预检查会对两者进行试验。",
    ),
    (
        "limit.C13",
        "The migration reads from the source and writes to the destination, and adds to the load \
         of both: migrate off-peak, or limit the task.",
        "迁移会读取源库、写入目标库，增加两侧的负载：请在业务低峰期迁移，或限制任务的速率。",
    ),
    (
        "limit.C14",
        "After the full stage the destination can use more memory than the source does.",
        "全量迁移之后，目标库占用的内存可能多于源库。",
    ),
    (
        "limit.C15",
        "A task that failed is resumed for seven days. Stop or release it before you switch over, \
         or revoke the write permission of its account at the destination: a resumed task \
         otherwise overwrites what is there.",
        "失败的任务在七天内会自动恢复。切换业务之前，请停止或释放任务，或收回其账号在目标库的写权\
         限，否则恢复的任务会覆盖目标库的数据。",
    ),
    (
        "limit.C16",
        "A change of specification, address or port breaks the connection. The task goes on by \
         itself if the server is back under the same address within the retry time, {{minutes}} \
         minutes; after that, or with a new address, empty the destination and configure the task \
         anew.",
        "规格、地址或端口变更会中断连接。若服务在重试时间（{{minutes}} 分钟）内以相同地址恢复，任\
         务会自动继续；超过重试时间或地址变化时，请清空目标库并重新配置任务。",
    ),
    (
        "limit.C17",
        "A failover of the source is survived: the task goes on with the promoted replica under \
         the same address. Where the destination already holds what the source lost, it stops and \
         says so.",
        "任务能够承受源库的主从切换：会在相同地址下继续跟随新的主节点。若目标库已包含源库丢失的写\
         入，任务会停下并说明。",
    ),
    (
        "limit.C18",
        "The latency is right while the source is idle too: it compares replication offsets, not \
         timestamps of data.",
        "源库空闲时延迟同样准确：它对比的是复制偏移量，而不是数据的时间戳。",
    ),
    (
        "limit.C19",
        "No heartbeat key is written to the source: the latency does not need one.",
        "不会向源库写入心跳 Key：延迟的计算不需要它。",
    ),
    (
        "limit.C20",
        "Full data migration copies what the source holds; incremental data migration then follows \
         every change until you switch over, so that your service goes on.",
        "全量迁移复制源库的现有数据；增量迁移随后持续同步每一次变更，直到您切换业务，期间业务不中\
         断。",
    ),
];
