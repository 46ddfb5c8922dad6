//! What each kind of error means, and what to do about it, in Chinese. The English stands with the
//! kinds themselves.

use super::Language;
use crate::error::ErrorKind;

/// Code, meaning, remedy.
const CHINESE: &[(&str, &str, &str)] = &[
    ("name_not_resolved", "主机名无法解析", "请检查主机名，并确认本机的 DNS 能够解析。"),
    (
        "connect_failed",
        "无法建立连接",
        "请检查主机和端口、服务是否已启动，以及防火墙是否放行本机。",
    ),
    ("connection_lost", "连接已断开", "服务恢复后无需处理，任务会从断点继续。"),
    ("timed_out", "响应超时", "请检查网络，并确认服务没有被耗时命令阻塞。"),
    ("not_redis", "对端不是 Redis 服务", "请检查主机和端口：对端不是 Redis 服务，或要求使用 TLS。"),
    ("tls_expected", "对端要求使用 TLS", "请使用该实例的非 TLS 端口：暂不支持 TLS 连接。"),
    (
        "protected_mode",
        "该实例处于保护模式，只接受本机连接",
        "请为该实例设置密码（CONFIG SET requirepass …），或在封闭网络中执行 CONFIG SET \
         protected-mode no。",
    ),
    (
        "too_many_clients",
        "该实例的客户端连接数已达上限",
        "请调大该实例的 maxclients（CONFIG SET maxclients …），或关闭不需要的连接。",
    ),
    ("auth_failed", "账号或密码错误", "请更正该侧的账号或密码，然后恢复任务。"),
    ("no_permission", "账号权限不足", "请为账号授予缺少的权限（ACL SETUSER），然后恢复任务。"),
    (
        "command_unknown",
        "服务不支持该命令",
        "该命令已被重命名、禁用，或版本过低尚不支持：请启用该命令，或在任务中取消选择。",
    ),
    ("loading", "服务正在加载数据", "无需处理，加载完成后任务会自动继续。"),
    ("read_only", "目标库是从节点", "请将任务指向主节点，或等待主从切换完成。"),
    ("out_of_memory", "目标库内存不足", "请调大目标库的 maxmemory 或释放内存，任务会自动继续。"),
    (
        "cannot_persist",
        "目标库无法持久化",
        "请修复目标库的持久化（磁盘已满、MISCONF），任务会自动继续。",
    ),
    (
        "too_few_replicas",
        "目标库的从节点数量不足",
        "请恢复目标库的从节点，或调低 min-replicas-to-write。",
    ),
    (
        "destination_changed",
        "目标库已发生变化",
        "无需处理：目标库发生了重启、主从切换、清空或恢复，任务会重新确认位点并继续。",
    ),
    ("busy", "目标库繁忙", "无需处理，任务会自动重试。"),
    (
        "rdb_version_refused",
        "目标库无法加载该 RDB 版本",
        "目标库版本低于源库：请选择版本相同或更高的目标库。",
    ),
    (
        "write_refused",
        "目标库拒绝写入",
        "请在目标库检查提示中的命令和 Key：可能有其他程序正在写入。",
    ),
    (
        "psync_refused",
        "源库拒绝 PSYNC",
        "请在源库放行 PSYNC 和 REPLCONF：ACL SETUSER <账号> +psync +replconf +ping。",
    ),
    ("source_not_ready", "源库尚未就绪", "无需处理，源库就绪后任务会自动继续。"),
    (
        "history_lost",
        "源库的复制历史已丢失",
        "源库已不再保留缺失的增量数据，需要重新全量迁移；源库中已不存在的 Key 会从目标库删除。",
    ),
    (
        "selection_crossed",
        "有 Key 跨越了所选范围",
        "需要重新全量迁移，之后任务从该命令之后继续。若交换过数据库或移动过 Key，同时选择相关的两\
         个数据库即可避免。",
    ),
    (
        "removal_asked",
        "有 Key 将被删除",
        "请查看提示中的 Key，然后确认删除或结束任务。确认之前不会删除任何数据。",
    ),
    (
        "checkpoint_missing",
        "目标库中没有位点",
        "目标库被清空过，或恢复自早于此任务的备份，需要重新全量迁移。",
    ),
    ("checkpoint_conflict", "另一个进程正在写入此任务的位点", "请结束另一个进程，然后恢复此任务。"),
    (
        "rdb_corrupt",
        "全量数据已损坏",
        "请恢复任务以重新传输；若仍然出现，请在源库使用 redis-check-rdb 检查。",
    ),
    ("rdb_unknown", "全量数据包含未知类型", "请升级 Keyferry，或取消选择包含该 Key 的数据库。"),
    ("stream_corrupt", "增量数据已损坏", "请恢复任务以重新读取。"),
    (
        "value_too_large",
        "单个值过大",
        "请将目标库的 proto-max-bulk-len 调到大于该值的大小，然后恢复任务。",
    ),
    (
        "database_missing",
        "目标库的数据库数量不足",
        "请调大目标库的 databases 参数，或将其映射到已有的数据库。",
    ),
    ("disk_full", "本机磁盘已满", "请清理数据目录所在的磁盘，任务会自动继续。"),
    ("local_io", "数据目录不可用", "请检查数据目录是否存在、是否可写。"),
    ("state_corrupt", "任务文件已损坏", "请恢复任务目录中的文件，或新建任务。"),
    (
        "same_instance",
        "源库和目标库是同一个实例",
        "请选择其他目标库：当前目标库就是源库本身或其从节点。",
    ),
    ("keys_conflict", "两侧存在相同的 Key", "请删除这些 Key，或选择其他冲突处理模式。"),
    ("retry_window_passed", "已超过重试时间", "请修复连接，然后恢复任务，任务会从断点继续。"),
    ("credentials_missing", "需要输入密码", "请重新输入该侧的密码。"),
    ("internal", "Keyferry 内部错误", "请附上任务的诊断信息反馈此问题。"),
];

/// What a kind of error means.
pub(super) fn meaning(kind: ErrorKind, language: Language) -> &'static str {
    match language {
        Language::En => kind.meaning(),
        Language::Zh => chinese(kind).1,
    }
}

/// What to do about a kind of error.
pub(super) fn remedy(kind: ErrorKind, language: Language) -> &'static str {
    match language {
        Language::En => kind.remedy(),
        Language::Zh => chinese(kind).2,
    }
}

fn chinese(kind: ErrorKind) -> (&'static str, &'static str, &'static str) {
    let listed = CHINESE.iter().find(|(code, ..)| *code == kind.code());
    listed.copied().unwrap_or((kind.code(), kind.meaning(), kind.remedy()))
}
