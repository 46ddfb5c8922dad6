//! What went wrong at a server, and on the way to it.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    // Reaching a server.
    (
        "failure.connect_timeout",
        "{{address}} did not accept a connection within {{seconds}} s",
        "{{address}} 在 {{seconds}} 秒内未接受连接",
    ),
    (
        "failure.name_not_resolved",
        "the name {{host}} cannot be resolved: {{cause}}",
        "无法解析主机名 {{host}}：{{cause}}",
    ),
    (
        "failure.name_without_address",
        "the name {{host}} has no address",
        "主机名 {{host}} 没有对应的地址",
    ),
    ("failure.host_without_address", "{{host}} has no address", "{{host}} 没有对应的地址"),
    (
        "failure.cannot_connect",
        "cannot connect to {{host}} ({{address}})",
        "无法连接 {{host}}（{{address}}）",
    ),
    ("failure.cannot_connect_path", "cannot connect to {{path}}", "无法连接 {{path}}"),
    ("failure.cannot_set_up", "cannot set up {{address}}", "无法设置到 {{address}} 的连接"),
    (
        "failure.unix_only",
        "unix sockets ({{path}}) need a unix system",
        "Unix 套接字（{{path}}）只能在 Unix 系统上使用",
    ),
    ("failure.link_broke", "the connection to the {{side}} broke", "与{{side}}的连接已中断"),
    ("failure.hung_up", "the {{side}} closed the connection", "{{side}}关闭了连接"),
    (
        "failure.silent",
        "nothing came from the {{side}} for {{seconds}} s",
        "{{side}}已有 {{seconds}} 秒没有发来任何数据",
    ),
    ("failure.not_resp", "what answers there does not speak RESP", "对端使用的不是 RESP 协议"),
    ("failure.answers_in_tls", "{{address}} answers in TLS", "{{address}} 以 TLS 应答"),
    (
        "failure.unanswered",
        "nothing was answered within {{seconds}} s",
        "{{seconds}} 秒内没有收到应答",
    ),
    (
        "failure.resp_type",
        "byte 0x{{byte}} where a RESP type was expected",
        "应为 RESP 类型之处出现了字节 0x{{byte}}",
    ),
    (
        "failure.resp_length",
        "a RESP length is malformed or out of bounds",
        "RESP 长度格式错误或超出范围",
    ),
    ("failure.resp_malformed", "a RESP frame is malformed", "RESP 数据格式错误"),
    // What a server answers.
    (
        "failure.answer_form",
        "{{command}} was answered in a form that is not known",
        "{{command}} 的应答格式无法识别",
    ),
    ("failure.no_setting", "the server has no setting {{name}}", "服务没有配置项 {{name}}"),
    ("failure.no_version", "INFO tells no version", "INFO 中没有版本信息"),
    ("failure.no_offset", "INFO tells no replication offset", "INFO 中没有复制偏移量"),
    (
        "failure.time_form",
        "TIME or INFO was answered in no known form",
        "TIME 或 INFO 的应答格式无法识别",
    ),
    (
        "failure.key_life_form",
        "a key's life was told in a form that is not known",
        "Key 过期时间的应答格式无法识别",
    ),
    ("failure.permissions_unknown", "permissions not known: {{why}}", "无法得知账号权限：{{why}}"),
    (
        "failure.may_not_run",
        "the account may not run {{commands}}",
        "该账号没有权限执行 {{commands}}",
    ),
    (
        "failure.no_command",
        "the server has no command {{commands}}: renamed or disabled",
        "服务没有命令 {{commands}}：已被重命名或禁用",
    ),
    ("failure.is_replica", "the server is a replica: {{words}}", "该实例是从节点：{{words}}"),
    // The source's stream.
    (
        "failure.without_primary",
        "the source is a replica without its primary",
        "源库是从节点，且与其主节点的连接已断开",
    ),
    (
        "failure.replica_behind",
        "the source is a replica at offset {{offset}}, behind what is here already",
        "源库是从节点，偏移量 {{offset}} 落后于本机已接收的数据",
    ),
    (
        "failure.source_before",
        "the source stands at offset {{offset}}, before what is here already",
        "源库的偏移量为 {{offset}}，早于本机已接收的数据",
    ),
    (
        "failure.another_history",
        "the source has another history than the one that was followed up to offset {{offset}}",
        "源库的复制历史与此前跟随到偏移量 {{offset}} 的历史不同",
    ),
    (
        "failure.backlog_begins",
        "the source's backlog begins at offset {{first}}: what came behind offset {{from}} is gone",
        "源库的复制积压缓冲区从偏移量 {{first}} 开始，偏移量 {{from}} 之后的数据已丢失",
    ),
    (
        "failure.no_backlog",
        "the source keeps no backlog of its stream any more",
        "源库已不再保留复制积压缓冲区",
    ),
    (
        "failure.stream_gone",
        "the source no longer has its stream behind offset {{offset}}",
        "源库已不再保留偏移量 {{offset}} 之后的增量数据",
    ),
    (
        "failure.lost_by_source",
        "the source was promoted and lost what came behind offset {{until}}; the destination \
         already has it, up to offset {{applied}}",
        "源库发生了主从切换，丢失了偏移量 {{until}} 之后的数据，而目标库已写入至偏移量 {{applied}}",
    ),
    (
        "failure.link_stuck",
        "the source goes on, but its link brings nothing",
        "源库仍在写入，但复制连接没有收到任何数据",
    ),
    (
        "failure.snapshot_announced",
        "the source announced its snapshot in a form that is not known",
        "源库快照的起始标记无法识别",
    ),
    (
        "failure.stream_unreadable",
        "the stream cannot be read at offset {{offset}}: {{cause}}",
        "无法读取偏移量 {{offset}} 处的增量数据：{{cause}}",
    ),
    (
        "failure.crossed_swap",
        "{{command}} exchanged a selected database with another one",
        "{{command}} 将所选数据库与未选数据库进行了交换",
    ),
    (
        "failure.crossed_some_keys",
        "{{command}} exchanged databases of which only some keys are selected",
        "{{command}} 交换了只选择部分 Key 的数据库",
    ),
    (
        "failure.crossed_own_keys",
        "{{command}} exchanged databases in which keys of the destination's own stay",
        "{{command}} 交换了保留有目标库自有 Key 的数据库",
    ),
    (
        "failure.crossed_too_long",
        "{{command}} is too long to be looked at",
        "{{command}} 过长，无法检查",
    ),
    // The source's snapshot.
    (
        "failure.snapshot_unreadable",
        "the snapshot cannot be read: {{cause}}",
        "无法读取快照：{{cause}}",
    ),
    (
        "failure.snapshot_unreadable_at",
        "{{what}} (database {{database}}, key {{key}})",
        "{{what}}（数据库 {{database}}，Key {{key}}）",
    ),
    (
        "failure.snapshot_checksum",
        "the snapshot's checksum does not fit: it was damaged on the way or at the source",
        "快照的校验和不符：快照在传输途中或源库端已损坏",
    ),
    (
        "failure.snapshot_item_too_large",
        "an item of the snapshot is larger than any item can be",
        "快照中有一项数据超出了可能的大小",
    ),
    (
        "failure.snapshot_ends_early",
        "the snapshot ends before its end mark",
        "快照在结束标记之前中断",
    ),
    (
        "failure.snapshot_shorter",
        "the snapshot's file is shorter than it was",
        "快照文件比写入时短",
    ),
    (
        "failure.snapshot_absent",
        "the snapshot that is to be applied is not there",
        "待写入的快照不存在",
    ),
    ("failure.snapshot_file_gone", "the snapshot's file is gone", "快照文件已不存在"),
    ("failure.rdb_magic", "it does not begin like an RDB", "开头不是 RDB 格式"),
    ("failure.rdb_opcode", "opcode {{number}} is not known", "未知的操作码 {{number}}"),
    ("failure.rdb_type", "value type {{number}} is not known", "未知的值类型 {{number}}"),
    (
        "failure.rdb_prerelease",
        "value type {{number}} belongs to a release candidate and cannot be read",
        "值类型 {{number}} 属于候选发布版本，无法读取",
    ),
    ("failure.rdb_damaged", "it is damaged: {{what}}", "数据已损坏：{{what}}"),
    ("rdb.too_deep", "a value nests too deep", "值的嵌套过深"),
    ("rdb.string_encoding", "a string's encoding", "字符串编码有误"),
    ("rdb.module_opcode", "a module's opcode", "模块操作码有误"),
    ("rdb.database_number", "a database's number", "数据库编号有误"),
    ("rdb.compressed_string", "a compressed string", "压缩字符串有误"),
    ("rdb.length", "a length", "长度有误"),
    ("rdb.encoded_number", "an encoded string for a number", "应为数字处是编码字符串"),
    ("rdb.long_string", "a string that is longer than it can be", "字符串超出了可能的长度"),
    // Writing to the destination.
    ("failure.destination_replica", "the destination is a replica", "目标库是从节点"),
    ("failure.became_replica", "the destination has become a replica", "目标库已变为从节点"),
    (
        "failure.other_process",
        "another server process answers at the destination's address",
        "目标库地址上应答的已是另一个服务进程",
    ),
    (
        "failure.other_history",
        "the destination writes another history than when the task connected",
        "目标库的复制历史与任务连接时不同",
    ),
    (
        "failure.two_servers",
        "two connections to the destination reached different servers, or one was ended",
        "到目标库的两个连接指向了不同的服务，或其中一个已被断开",
    ),
    (
        "failure.answer_timeout",
        "the destination answered nothing for {{seconds}} s",
        "目标库已有 {{seconds}} 秒没有应答",
    ),
    ("failure.given_up", "the connection was given up", "连接已被放弃"),
    ("failure.lane_ended", "the lane has ended", "写入通道已结束"),
    ("failure.lane_ended_early", "the lane ended before its work", "写入通道在完成之前结束"),
    (
        "failure.lane_without_snapshot",
        "a lane without a snapshot was given a part of one",
        "没有快照的写入通道收到了快照数据",
    ),
    (
        "failure.file_shorter",
        "a file that is to be sent is shorter than it was",
        "待发送的文件比写入时短",
    ),
    (
        "failure.answer_not_resp",
        "the destination's answer is not RESP",
        "目标库的应答不是 RESP 协议",
    ),
    ("failure.unasked_answer", "an answer that nothing was asked for", "收到了没有对应请求的应答"),
    ("failure.exec_form", "EXEC was not answered as a transaction", "EXEC 的应答不是事务结果"),
    ("failure.getset_form", "GETSET was not answered by a value", "GETSET 的应答不是值"),
    ("failure.chain_form", "XREAD was not answered by an entry", "XREAD 的应答不是条目"),
    (
        "failure.value_too_large",
        "the value of key {{key}} (database {{database}}) takes {{bytes}} bytes, more than the \
         destination's proto-max-bulk-len",
        "Key {{key}}（数据库 {{database}}）的值占用 {{bytes}} 字节，超过目标库的 \
         proto-max-bulk-len",
    ),
    (
        "failure.key_was_there",
        "key {{key}} of database {{database}} was at the destination before the task",
        "数据库 {{database}} 的 Key {{key}} 在任务开始前已存在于目标库",
    ),
    ("failure.no_key", "{{command}} found no key", "{{command}} 未找到 Key"),
    (
        "failure.source_behind",
        "the server that the source's address leads to stands at {{at}}, behind the stream that was \
         received up to {{stream}}: keys are not read from it",
        "源库地址当前指向的实例位点为 {{at}}，落后于已接收的增量位点 {{stream}}，暂不从中读取 Key",
    ),
    ("failure.value_lost", "the source lost its value", "源库已丢失该值"),
    (
        "failure.removal_single",
        "{{keys}} key is at the destination that the source does not have: {{samples}}",
        "目标库中有 {{keys}} 个 Key 在源库中不存在：{{samples}}",
    ),
    (
        "failure.removal",
        "{{keys}} keys are at the destination that the source does not have: {{samples}}",
        "目标库中有 {{keys}} 个 Key 在源库中不存在：{{samples}}",
    ),
    (
        "failure.keys_stay",
        "the keys {{keys}} stay at the destination: {{why}}",
        "以下 Key 仍留在目标库中：{{keys}}。原因：{{why}}",
    ),
    // The task's checkpoint.
    (
        "failure.checkpoint_gone",
        "the destination no longer holds this task's checkpoint",
        "目标库中已没有此任务的位点",
    ),
    (
        "failure.checkpoint_of_copy",
        "another copy of this task wrote the destination's checkpoint",
        "目标库中的位点由此任务的另一个副本写入",
    ),
    (
        "failure.checkpoint_later",
        "the destination's checkpoint is of a later copy than this task's folder knows: another \
         copy of the task ran",
        "目标库中的位点属于本任务目录中没有记录的一次更晚的全量：此任务的另一个副本运行过",
    ),
    (
        "failure.checkpoint_astray",
        "the destination's checkpoint follows another history than the source",
        "目标库中的位点与源库的复制历史不一致",
    ),
    (
        "failure.checkpoint_unreadable",
        "the task's checkpoint key holds something that is no checkpoint",
        "任务的位点 Key 中保存的不是位点",
    ),
    (
        "failure.checkpoint_rewritten",
        "the task's checkpoint was rewritten while it was being claimed",
        "任务的位点在接管过程中被改写",
    ),
    (
        "failure.checkpoint_touched",
        "the destination's checkpoint was touched between two transactions",
        "目标库中的位点在两次事务之间被改动",
    ),
    (
        "failure.snapshot_not_kept",
        "the destination fell back into the snapshot, which is not kept any more",
        "目标库回退到了快照阶段，而快照已不再保留",
    ),
    (
        "failure.snapshot_beginning_not_kept",
        "the destination fell back before the snapshot, whose beginning is not kept any more",
        "目标库回退到了快照开始之前，而快照的开头部分已不再保留",
    ),
    (
        "failure.data_exchanged",
        "the destination's data was exchanged while the task ran, and what came next was applied \
         to it",
        "任务运行期间目标库的数据被替换，后续数据已写入其中",
    ),
    (
        "failure.chain_gap",
        "the destination was busy and left out something of what it was given, but not what came \
         after it",
        "目标库曾处于繁忙状态，漏掉了部分已发送的数据，但执行了其后的数据",
    ),
    (
        "failure.exchanged_unguarded",
        "the destination began no transaction, and databases may have been exchanged there without \
         one: {{cause}}",
        "目标库没有开始事务，数据库可能已在事务之外被交换：{{cause}}",
    ),
    (
        "failure.rival_connected",
        "another copy of this task is connected to the destination",
        "此任务的另一个副本正连接着目标库",
    ),
    (
        "failure.connection_stays",
        "an earlier connection of this task cannot be ended",
        "此任务先前的一个连接无法断开",
    ),
    // The whole of a task.
    (
        "failure.retry_passed",
        "no success within {{minutes}} minutes; last: {{last}}",
        "{{minutes}} 分钟内未能成功；最后一次：{{last}}",
    ),
    ("failure.no_password", "the password of the {{side}} is not stored", "未保存{{side}}的密码"),
    (
        "failure.part_broke",
        "a part of the task broke: {{cause}}",
        "任务的一部分异常中断：{{cause}}",
    ),
    ("failure.sync_ended", "the spool's sync ended", "暂存数据的落盘任务已结束"),
];
