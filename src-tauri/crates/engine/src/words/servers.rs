//! What the checks find of the two servers and their accounts.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    // Why something could not be checked.
    ("unknown.expected", "that it can be looked at", "能够进行检查"),
    ("unknown.source_silent", "the source does not answer", "源库没有应答"),
    ("unknown.destination_silent", "the destination does not answer", "目标库没有应答"),
    ("unknown.needs_both", "both sides must answer for that", "需要两侧都能应答"),
    ("unknown.not_looked", "it was not looked at", "未进行检查"),
    ("unknown.info_lacks", "INFO does not tell {{name}}", "INFO 中没有 {{name}}"),
    ("unknown.odd_setting", "the setting {{name}} is {{value}}", "参数 {{name}} 的值为 {{value}}"),
    (
        "unknown.setting_not_asked",
        "the setting {{name}} was not asked for",
        "没有查询参数 {{name}}",
    ),
    (
        "unknown.cluster_size",
        "CLUSTER INFO tells no cluster_size",
        "CLUSTER INFO 中没有 cluster_size",
    ),
    ("unknown.multi", "MULTI was not answered by OK", "MULTI 没有返回 OK"),
    (
        "unknown.no_key_to_dump",
        "this version of the source is not known, and it has no key to show its form",
        "源库的版本未知，且没有可用于判断数据格式的 Key",
    ),
    (
        "unknown.no_small_key",
        "this version of the source is not known, and it has no small key to show its form",
        "源库的版本未知，且没有可用于判断数据格式的小 Key",
    ),
    ("unknown.no_folder", "no folder above {{folder}} exists", "{{folder}} 的各级上层目录都不存在"),
    (
        "unknown.disk",
        "the disk of {{folder}} ({{words}})",
        "无法查询 {{folder}} 所在的磁盘（{{words}}）",
    ),
    // How to mend it.
    ("fix.at_source", "Run this at the source.", "请在源库执行。"),
    ("fix.at_destination", "Run this at the destination.", "请在目标库执行。"),
    ("fix.choose_destination", "Choose another destination.", "请选择其他目标库。"),
    (
        "fix.newer_destination",
        "Choose a destination of the same or a newer version.",
        "请选择版本相同或更高的目标库。",
    ),
    // What each check found and wants.
    (
        "reachable.expected",
        "it answers, and takes the account and password",
        "能够应答，并接受账号和密码",
    ),
    (
        "reachable.found",
        "{{server}} at {{address}} answers in {{ms}} ms",
        "{{address}} 的 {{server}} 在 {{ms}} 毫秒内应答",
    ),
    ("loading.found", "it is loading its data", "正在加载数据"),
    ("role.replica", "it is a replica of {{primary}}", "是 {{primary}} 的从节点"),
    ("no_snapshot.found", "no snapshot is copied", "不进行全量迁移"),
    ("no_stream.found", "no stream is followed", "不进行增量迁移"),
    (
        "psync_permission.expected",
        "the account may run PING, INFO, TIME, REPLCONF and PSYNC",
        "账号可以执行 PING、INFO、TIME、REPLCONF 和 PSYNC",
    ),
    (
        "psync_permission.forbidden",
        "the source does not allow {{commands}}",
        "源库不允许执行 {{commands}}",
    ),
    (
        "psync_permission.absent",
        "the source has no command {{commands}}: renamed or disabled",
        "源库没有命令 {{commands}}：已被重命名或禁用",
    ),
    (
        "psync_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the source's redis.conf and restart \
         it, or ask its provider to open replication.",
        "请删除源库 redis.conf 中 {{commands}} 的 rename-command 行并重启，或联系服务商开放复制功\
         能。",
    ),
    ("psync_permission.allowed", "replication is allowed", "允许复制"),
    (
        "read_permission.expected",
        "the account may read keys at the source",
        "账号可以读取源库的 Key",
    ),
    (
        "read_permission.forbidden",
        "the source does not allow {{commands}}",
        "源库不允许执行 {{commands}}",
    ),
    (
        "read_permission.absent",
        "the source has no command {{commands}}: renamed or disabled",
        "源库没有命令 {{commands}}：已被重命名或禁用",
    ),
    (
        "read_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the source's redis.conf and restart \
         it.",
        "请删除源库 redis.conf 中 {{commands}} 的 rename-command 行并重启。",
    ),
    ("read_permission.allowed", "{{number}} commands were tried", "已试验 {{number}} 条命令"),
    (
        "write_permission.expected",
        "the account may run every command that the task can send",
        "账号可以执行任务可能发送的每条命令",
    ),
    (
        "write_permission.forbidden",
        "the destination does not allow {{commands}}",
        "目标库不允许执行 {{commands}}",
    ),
    (
        "write_permission.absent",
        "the destination has no command {{commands}}: renamed or disabled",
        "目标库没有命令 {{commands}}：已被重命名或禁用",
    ),
    (
        "write_permission.fix_absent",
        "Remove the rename-command lines of {{commands}} from the destination's redis.conf and \
         restart it.",
        "请删除目标库 redis.conf 中 {{commands}} 的 rename-command 行并重启。",
    ),
    ("write_permission.allowed", "{{number}} commands were tried", "已试验 {{number}} 条命令"),
    (
        "client_kill.expected",
        "CLIENT KILL or CLIENT LIST is allowed at the destination",
        "目标库允许 CLIENT KILL 或 CLIENT LIST",
    ),
    (
        "client_kill.allowed",
        "connections of an earlier run can be ended or seen",
        "可以断开或查看上一次运行的连接",
    ),
    (
        "client_kill.forbidden",
        "neither is allowed: after a break, what still lay in an old connection can be applied a \
         second time",
        "两者都不允许：连接中断后，旧连接中滞留的数据可能被重复写入",
    ),
    (
        "client_kill.fix_absent",
        "Remove the rename-command line of CLIENT from the destination's redis.conf and restart \
         it.",
        "请删除目标库 redis.conf 中 CLIENT 的 rename-command 行并重启。",
    ),
    (
        "source_role.expected",
        "a primary, or a replica in touch with its primary, that has loaded its data",
        "主节点，或与主节点连接正常的从节点，且数据已加载完成",
    ),
    ("source_role.primary", "it is a primary", "是主节点"),
    (
        "source_role.link_up",
        "it is a replica of {{primary}}, in touch with it",
        "是 {{primary}} 的从节点，连接正常",
    ),
    (
        "source_role.link_down",
        "it is a replica of {{primary}} and its link there is down",
        "是 {{primary}} 的从节点，但连接已断开",
    ),
    (
        "source_role.fix_link",
        "Bring {{primary}} back, or make the source a primary",
        "请恢复 {{primary}}，或将源库提升为主节点",
    ),
    (
        "destination_role.expected",
        "a primary that has loaded its data and takes writes",
        "数据已加载完成、可写的主节点",
    ),
    ("destination_role.refuses", "it refuses writes: {{words}}", "拒绝写入：{{words}}"),
    (
        "destination_role.fix_refuses",
        "Mend what the destination names in its answer, then check again.",
        "请处理目标库应答中提到的问题，然后重新检查。",
    ),
    ("destination_role.takes", "it is a primary and takes writes", "是主节点，可以写入"),
    (
        "standalone_servers.expected",
        "standalone servers: a cluster is not supported yet",
        "单机实例：暂不支持集群",
    ),
    (
        "standalone_servers.source_sentinel",
        "the source is a Sentinel, which holds no keys",
        "源库是 Sentinel，不存储 Key",
    ),
    (
        "standalone_servers.destination_sentinel",
        "the destination is a Sentinel, which holds no keys",
        "目标库是 Sentinel，不存储 Key",
    ),
    (
        "standalone_servers.fix_sentinel",
        "Give the address of its primary: SENTINEL MASTERS tells it.",
        "请填写其主节点的地址，可通过 SENTINEL MASTERS 查询。",
    ),
    (
        "standalone_servers.destination_cluster",
        "the destination runs in cluster mode",
        "目标库以集群模式运行",
    ),
    (
        "standalone_servers.fix_destination_cluster",
        "Choose a destination with cluster-enabled no.",
        "请选择 cluster-enabled 为 no 的目标库。",
    ),
    (
        "standalone_servers.one_shard",
        "the source is a cluster of one shard",
        "源库是只有一个分片的集群",
    ),
    (
        "standalone_servers.shards",
        "the source is one of {{shards}} shards of a cluster",
        "源库是集群 {{shards}} 个分片中的一个",
    ),
    (
        "standalone_servers.fix_shards",
        "Choose a source that is not part of a cluster: the other shards would be left out.",
        "请选择不属于集群的源库，否则其他分片的数据会被遗漏。",
    ),
    ("standalone_servers.standalone", "both are standalone servers", "两侧都是单机实例"),
    ("same_instance.expected", "two servers, neither replicating the other", "两个实例，互不复制"),
    (
        "same_instance.same",
        "source and destination are the same server",
        "源库和目标库是同一个实例",
    ),
    ("same_instance.replica", "one of them replicates the other", "其中一个是另一个的从节点"),
    (
        "same_instance.two",
        "they are two servers with histories of their own",
        "是两个复制历史各自独立的实例",
    ),
    (
        "sides_swapped.expected",
        "the source holds the data and is in use, and nothing less than production is written over \
         production",
        "源库存有数据且正在使用，且不会用非生产环境覆盖生产环境",
    ),
    (
        "sides_swapped.environments",
        "a source of the environment {{source}} is to be written over a destination of \
         {{destination}}",
        "将用{{source}}环境的源库覆盖{{destination}}环境的目标库",
    ),
    (
        "sides_swapped.source_empty",
        "the source is empty and the destination holds {{destination}} keys",
        "源库为空，而目标库有 {{destination}} 个 Key",
    ),
    (
        "sides_swapped.source_smaller",
        "the source holds {{source}} keys and the destination {{destination}}",
        "源库有 {{source}} 个 Key，而目标库有 {{destination}} 个",
    ),
    (
        "sides_swapped.destination_busier",
        "the destination serves {{destination}} commands a second and the source {{source}}",
        "目标库每秒处理 {{destination}} 条命令，而源库只有 {{source}} 条",
    ),
    (
        "sides_swapped.plausible",
        "the source holds {{source}} keys, the destination {{destination}}",
        "源库有 {{source}} 个 Key，目标库有 {{destination}} 个",
    ),
    (
        "sides_swapped.fix",
        "Make sure of the direction; if it is wrong, swap source and destination.",
        "请确认迁移方向；若填反，请交换源库和目标库。",
    ),
    (
        "version_order.expected",
        "a destination as new as the source, with every command the source has",
        "目标库的版本不低于源库，且支持源库的每条命令",
    ),
    ("version_order.pair", "{{source}} to {{destination}}", "{{source}} 到 {{destination}}"),
    (
        "version_order.lacking",
        "{{source}} to {{destination}}: the destination has no {{commands}}; the task holds when \
         the source sends one",
        "{{source}} 到 {{destination}}：目标库没有 {{commands}}；源库发送这些命令时任务会停下等待\
         处理",
    ),
    (
        "version_order.fix_lacking",
        "Enable them at the destination, or leave them out: {{flags}}",
        "请在目标库启用这些命令，或在任务中取消选择：{{flags}}",
    ),
    (
        "version_order.older",
        "{{source}} to {{destination}}: the destination is older",
        "{{source}} 到 {{destination}}：目标库版本较低",
    ),
    (
        "rdb_version.expected",
        "the destination takes a value in the source's RDB version (tried by RESTORE)",
        "目标库能读取源库 RDB 版本的值（通过 RESTORE 试验）",
    ),
    ("rdb_version.taken", "RDB version {{version}} is taken", "可以读取 RDB 版本 {{version}}"),
    (
        "rdb_version.refused",
        "RDB version {{version}} is refused by {{destination}}",
        "{{destination}} 拒绝 RDB 版本 {{version}}",
    ),
    (
        "rdb_version.fix",
        "Choose a destination that is at least as new as {{source}}.",
        "请选择版本不低于 {{source}} 的目标库。",
    ),
    (
        "modules.expected",
        "every module of the source at the destination",
        "目标库具备源库的所有模块",
    ),
    ("modules.none", "the source has no modules", "源库没有加载模块"),
    (
        "modules.all",
        "the destination has all that can hold values",
        "目标库具备所有可能存储数据的模块",
    ),
    (
        "modules.missing",
        "the destination lacks {{modules}}, whose values it could not hold",
        "目标库缺少 {{modules}}，无法存储其类型的值",
    ),
    (
        "modules.fix",
        "Load them at the destination (MODULE LOAD <path>); ignore this item only if no key is of \
         their types.",
        "请在目标库加载这些模块（MODULE LOAD <路径>）；只有确认没有 Key 使用其类型时才可屏蔽此项。",
    ),
    (
        "functions.expected",
        "a destination of 7.0 or newer where the source has functions",
        "源库有函数时，目标库版本不低于 7.0",
    ),
    ("functions.none", "the source has no functions", "源库没有函数"),
    (
        "functions.known",
        "the source has {{libraries}} function libraries",
        "源库有 {{libraries}} 个函数库",
    ),
    (
        "functions.lacking",
        "the source has {{libraries}} function libraries, {{destination}} knows none",
        "源库有 {{libraries}} 个函数库，而 {{destination}} 不支持函数",
    ),
    (
        "functions.fix",
        "Choose a destination of 7.0 or newer, or remove them at the source: FUNCTION FLUSH",
        "请选择 7.0 或更高版本的目标库，或在源库删除函数：FUNCTION FLUSH",
    ),
    (
        "scripts_and_transactions.expected",
        "the source sends what a script did, not the script",
        "源库发送的是脚本的执行效果，而不是脚本本身",
    ),
    (
        "scripts_and_transactions.none",
        "no script and no transaction ran since the source started",
        "源库启动以来没有执行过脚本和事务",
    ),
    (
        "scripts_and_transactions.effects",
        "scripts ran {{scripts}} times and transactions {{transactions}} times since the source \
         started; what they did arrives as commands",
        "源库启动以来执行过 {{scripts}} 次脚本、{{transactions}} 次事务；其执行效果会以命令的形式\
         到达",
    ),
    (
        "scripts_and_transactions.verbatim",
        "scripts ran {{scripts}} times since the source started, and it sends them as they are",
        "源库启动以来执行过 {{scripts}} 次脚本，并且会原样发送脚本",
    ),
    (
        "scripts_and_transactions.fix_old",
        "Make sure that the scripts do not depend on time or chance, or stop them while the task \
         runs.",
        "请确认脚本的结果不依赖时间或随机数，或在任务运行期间停用脚本。",
    ),
    (
        "enough_databases.expected",
        "database {{highest}} exists at the destination",
        "目标库存在数据库 {{highest}}",
    ),
    (
        "enough_databases.found",
        "the destination has {{number}} databases",
        "目标库有 {{number}} 个数据库",
    ),
    (
        "enough_databases.fewer",
        "the destination has {{number}} databases, fewer than the source; those above are empty \
         now",
        "目标库有 {{number}} 个数据库，少于源库；超出部分目前为空",
    ),
    (
        "enough_databases.fix",
        "Set `databases {{number}}` in the destination's redis.conf and restart it, or map the \
         database to a lower number.",
        "请在目标库的 redis.conf 中设置 `databases {{number}}` 并重启，或将该数据库映射到较小的编\
         号。",
    ),
    (
        "enough_databases.fix_fewer",
        "Write nothing to the databases above while the task runs, or select the databases that \
         move.",
        "任务运行期间请勿写入超出部分的数据库，或只选择需要迁移的数据库。",
    ),
    // Why authentication failed.
    (
        "cause.password_needed",
        "The server asks for a password, and none was given.",
        "该实例需要密码，但没有填写密码。",
    ),
    (
        "cause.no_password_set",
        "A password was given, but the server has none set for this account.",
        "填写了密码，但该实例没有为此账号设置密码。",
    ),
    (
        "cause.wrong_password",
        "The server does not take this account and password.",
        "该实例不接受此账号和密码。",
    ),
];
