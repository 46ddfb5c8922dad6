//! What happens to a task.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    ("event.caught_up", "the destination has everything that the source has", "目标库已追上源库"),
    (
        "event.spool_restarted",
        "the destination stands at offset {{offset}}, which is not on this computer's disk: it is \
         fetched from the source again",
        "目标库的位点为 {{offset}}，不在本机磁盘的暂存范围内，将从源库重新获取",
    ),
    (
        "event.spool_damaged",
        "what is on this computer's disk is damaged from offset {{offset}} on: it is fetched from \
         the source again",
        "本机磁盘上的暂存数据从偏移量 {{offset}} 起已损坏，将从源库重新获取",
    ),
    ("event.recopy", "everything is copied again: {{why}}", "将重新复制全部数据：{{why}}"),
    (
        "event.spool_full",
        "the spool has reached its bound with {{bytes}} bytes that the destination has not \
         applied, or could still lose: the source is held back",
        "暂存已达上限，其中 {{bytes}} 字节目标库尚未写入或仍可能丢失，暂停从源库接收",
    ),
    (
        "event.disk_full",
        "the disk of the state folder has {{bytes}} bytes left: the source is held back",
        "数据目录所在磁盘仅剩 {{bytes}} 字节，暂停从源库接收",
    ),
    (
        "event.read_again",
        "{{keys}} keys are read from the source again: {{why}}",
        "将从源库重新读取 {{keys}} 个 Key：{{why}}",
    ),
    (
        "event.command_refused",
        "the destination refuses {{command}}, which holds no data; it is left out: {{why}}",
        "目标库拒绝执行 {{command}}（不涉及数据），已跳过：{{why}}",
    ),
    (
        "event.transaction_split",
        "a transaction of the source is too large for one at the destination, and is applied in \
         pieces",
        "源库的一个事务过大，目标库无法一次执行，将分批写入",
    ),
    (
        "event.big_command",
        "{{command}} {{key}} (database {{database}}) takes {{bytes}} bytes and is sent in one \
         piece, which blocks the destination for a moment",
        "{{command}} {{key}}（数据库 {{database}}）占用 {{bytes}} 字节，将一次性写入，会短暂阻塞目\
         标库",
    ),
    (
        "event.not_kept_awake",
        "this computer cannot be kept awake: while it sleeps the task stands still, and goes on \
         when it wakes. {{why}}",
        "无法保持本机唤醒：电脑休眠期间任务会暂停，唤醒后继续。{{why}}",
    ),
    ("event.goes_on", "the task goes on", "任务继续运行"),
    ("event.reconnected.source", "the source is connected again", "源库已重新连接"),
    ("event.reconnected.destination", "the destination is connected again", "目标库已重新连接"),
    (
        "event.source_promoted",
        "the source was promoted: its history is now {{id}}",
        "源库发生了主从切换，新的复制历史为 {{id}}",
    ),
    (
        "event.source_continued",
        "the source continues its stream behind offset {{offset}}",
        "源库从偏移量 {{offset}} 之后继续发送增量",
    ),
    (
        "event.snapshot_requested",
        "the source prepares its snapshot (a diskless one begins after repl-diskless-sync-delay)",
        "源库正在准备快照（无盘复制会在 repl-diskless-sync-delay 之后开始）",
    ),
    ("event.snapshot_started", "the snapshot arrives", "开始接收快照"),
    (
        "event.snapshot_received",
        "the snapshot has arrived whole, {{bytes}} bytes",
        "快照接收完成，共 {{bytes}} 字节",
    ),
    (
        "event.module_aux_skipped",
        "data that a module keeps beside its keys cannot be moved, and is left out",
        "模块在 Key 之外保存的数据无法迁移，已跳过",
    ),
    (
        "event.big_value",
        "key {{key}} (database {{database}}) takes {{bytes}} bytes and is sent in one piece, which \
         blocks the destination for a moment",
        "Key {{key}}（数据库 {{database}}）占用 {{bytes}} 字节，将一次性写入，会短暂阻塞目标库",
    ),
    (
        "event.function_skipped",
        "the destination is older than 7.0 and has no functions: a library is left out",
        "目标库版本低于 7.0，不支持函数，已跳过一个函数库",
    ),
    (
        "event.function_kept",
        "the function library {{library}} of the destination stays as it is",
        "保留目标库的函数库 {{library}}",
    ),
    (
        "event.unfenced",
        "CLIENT KILL and CLIENT LIST are not allowed at the destination: an earlier connection of \
         this task cannot be shown to be gone",
        "目标库不允许 CLIENT KILL 和 CLIENT LIST：无法确认此任务先前的连接是否已断开",
    ),
    ("event.full_done", "the snapshot is applied whole", "快照已全部写入目标库"),
    (
        "event.existing_keys",
        "the destination holds {{keys}} keys of its own in the databases concerned",
        "目标库的相关数据库中已有 {{keys}} 个自有的 Key",
    ),
    (
        "event.purge_started",
        "removing keys that an earlier copy brought and the source no longer has",
        "正在删除上一次全量带来、但源库已不存在的 Key",
    ),
    ("event.purge_done", "{{keys}} keys were removed", "已删除 {{keys}} 个 Key"),
];
