//! What went wrong with this computer's files.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    // Files of this computer.
    ("failure.cannot_read", "cannot read {{path}}", "无法读取 {{path}}"),
    ("failure.cannot_write", "cannot write {{path}}", "无法写入 {{path}}"),
    ("failure.cannot_make", "cannot make {{path}}", "无法创建 {{path}}"),
    ("failure.cannot_open", "cannot open {{path}}", "无法打开 {{path}}"),
    ("failure.cannot_remove", "cannot remove {{path}}", "无法删除 {{path}}"),
    ("failure.cannot_sync", "cannot sync {{path}}", "无法将 {{path}} 落盘"),
    ("failure.cannot_cut", "cannot cut {{path}}", "无法截断 {{path}}"),
    (
        "failure.cannot_look_at_disk",
        "cannot look at the disk of {{path}}",
        "无法查看 {{path}} 所在的磁盘",
    ),
    ("failure.unreadable", "{{path}} cannot be read: {{cause}}", "无法读取 {{path}}：{{cause}}"),
    ("failure.damaged", "{{path}} is damaged: {{why}}", "{{path}} 已损坏：{{why}}"),
    ("damage.no_header", "no header", "没有文件头"),
    ("damage.header_no_text", "the header is not text", "文件头不是文本"),
    ("damage.foreign", "it is not a file of ours", "不是 Keyferry 的文件"),
    ("damage.version", "another version wrote it", "由其他版本写入"),
    ("damage.checksum", "its checksum does not fit", "校验和不符"),
    (
        "failure.no_room_snapshot",
        "the disk of the state folder has not enough room for a snapshot",
        "数据目录所在磁盘的空间不足以保存快照",
    ),
    (
        "failure.no_room_bytes",
        "the disk of the state folder has not enough room for the snapshot's {{bytes}} bytes",
        "数据目录所在磁盘的空间不足以保存 {{bytes}} 字节的快照",
    ),
    // The task's own files.
    ("failure.cannot_read_snapshot", "cannot read the snapshot", "无法读取快照"),
    ("failure.cannot_write_snapshot", "cannot write the snapshot", "无法写入快照"),
    ("failure.cannot_read_spool", "cannot read the spool", "无法读取暂存数据"),
    ("failure.cannot_write_spool", "cannot write the spool", "无法写入暂存数据"),
    ("failure.cannot_sync_spool", "cannot sync the spool", "无法将暂存数据落盘"),
    ("failure.spool_not_begun", "the spool was not begun", "暂存尚未开始"),
    (
        "failure.spool_lacks",
        "the spool no longer holds offset {{offset}}",
        "暂存数据中已没有偏移量 {{offset}}",
    ),
    (
        "failure.spool_damaged",
        "the spool is damaged at offset {{offset}}",
        "暂存数据在偏移量 {{offset}} 处已损坏",
    ),
    ("failure.spool_ended", "the spool ended inside a command", "暂存数据在命令中间结束"),
    (
        "failure.cannot_open_skipped",
        "cannot open the list of what was left out",
        "无法打开已跳过内容的列表",
    ),
    ("failure.cannot_note_clock", "cannot note the source's clock", "无法记录源库的时钟"),
    ("failure.cannot_read_keys", "cannot read a set of keys", "无法读取 Key 集合"),
    ("failure.cannot_write_keys", "cannot write a set of keys", "无法写入 Key 集合"),
    ("failure.cannot_read_aside", "cannot read a value kept aside", "无法读取临时保存的值"),
    ("failure.cannot_keep_aside", "cannot keep a value aside", "无法临时保存值"),
    ("failure.cannot_read_to_send", "cannot read what is to be sent", "无法读取待发送的数据"),
    (
        "failure.ledger_in_use",
        "the task's ledger is still in use by an earlier part of it",
        "任务台账仍被其先前的部分占用",
    ),
    (
        "failure.no_replication_id",
        "the record's replication id is none",
        "任务记录中的复制 ID 无效",
    ),
    ("failure.cannot_listen", "cannot listen for commands", "无法监听控制命令"),
    ("failure.report_template", "the report's template: {{cause}}", "报告模板有误：{{cause}}"),
];
