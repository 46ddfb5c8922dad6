//! What other phrases are made of: sides, states, and what a server or a system said.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    // Words of a server, a system or a library: shown as they are.
    ("plain", "{{words}}", "{{words}}"),
    // What goes wrong, and why: either may be a phrase of its own.
    ("failure.caused", "{{what}}: {{cause}}", "{{what}}：{{cause}}"),
    ("failure.reply", "{{command}}: {{words}}", "{{command}}：{{words}}"),
    ("failure.on_side", "{{side}}: {{what}}", "{{side}}：{{what}}"),
    // Sides.
    ("side.source", "source", "源库"),
    ("side.destination", "destination", "目标库"),
    ("side.local", "local", "本机"),
    // Environments.
    ("environment.unspecified", "unspecified", "未指定"),
    ("environment.dev", "dev", "开发"),
    ("environment.staging", "staging", "预发"),
    ("environment.production", "production", "生产"),
    // States, in a sentence.
    ("state.not_configured", "not configured", "未配置"),
    ("state.not_started", "not started", "未启动"),
    ("state.prechecking", "prechecking", "预检查中"),
    ("state.precheck_failed", "not past its precheck", "预检查失败"),
    ("state.precheck_passed", "past its precheck", "待启动"),
    ("state.running", "running", "运行中"),
    ("state.retrying", "retrying", "重试中"),
    ("state.holding", "holding", "待处理"),
    ("state.waiting_for_credentials", "waiting for credentials", "等待输入密码"),
    ("state.pausing", "pausing", "暂停中"),
    ("state.paused", "paused", "已暂停"),
    ("state.stopping", "stopping", "结束中"),
    ("state.stopped", "stopped", "已结束"),
    ("state.failed", "failed", "失败"),
    ("state.finished", "finished", "已完成"),
    ("state.released", "released", "已释放"),
    // What was being done when a server or the disk refused.
    ("what.first_answer", "the first answer", "首次应答"),
    ("what.pipeline", "a pipeline", "批量命令"),
    ("what.batch", "a batch", "一批写入"),
    ("what.checkpoint", "writing the checkpoint", "写入位点"),
    ("what.reread", "reading a key again", "重新读取 Key"),
    ("what.ledger", "the task's ledger", "任务台账"),
    ("awake.reason", "A migration is running", "数据迁移正在进行"),
    // What the system said, with its own words behind the meaning.
    ("os.not_found", "{{words}}", "文件或目录不存在（{{words}}）"),
    ("os.exists", "{{words}}", "文件已存在（{{words}}）"),
    ("os.permission_denied", "{{words}}", "权限不足（{{words}}）"),
    ("os.read_only", "{{words}}", "文件系统只读（{{words}}）"),
    ("os.disk_full", "{{words}}", "磁盘空间不足（{{words}}）"),
    ("os.quota", "{{words}}", "超出磁盘配额（{{words}}）"),
    ("os.file_too_large", "{{words}}", "超出文件大小限制（{{words}}）"),
    ("os.ends_early", "{{words}}", "数据提前结束（{{words}}）"),
    ("os.refused", "{{words}}", "连接被拒绝（{{words}}）"),
    ("os.reset", "{{words}}", "连接被重置（{{words}}）"),
    ("os.aborted", "{{words}}", "连接被中止（{{words}}）"),
    ("os.broken_pipe", "{{words}}", "对端已关闭连接（{{words}}）"),
    ("os.host_unreachable", "{{words}}", "主机不可达（{{words}}）"),
    ("os.network_unreachable", "{{words}}", "网络不可达（{{words}}）"),
    ("os.address_unavailable", "{{words}}", "地址不可用（{{words}}）"),
    ("os.timed_out", "{{words}}", "超时（{{words}}）"),
];
