//! What a use case answers when it cannot.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    // Why something that was asked is not done.
    ("refusal.no_such_task", "there is no task “{{name}}”", "任务“{{name}}”不存在"),
    (
        "refusal.ambiguous_task",
        "several tasks are called “{{name}}”; use an id: {{ids}}",
        "有多个任务名为“{{name}}”，请使用任务 ID：{{ids}}",
    ),
    (
        "refusal.task_running",
        "the task “{{name}}” is run by another process",
        "任务“{{name}}”正由另一个进程运行",
    ),
    ("refusal.task_ended", "the task has ended for good", "任务已永久结束"),
    (
        "refusal.task_begun",
        "the task has begun to write: its settings cannot be changed any more",
        "任务已开始写入，不能再修改配置",
    ),
    ("refusal.task_busy", "the task is busy: try again", "任务正忙，请重试"),
    (
        "refusal.task_at_rest",
        "the task does not run: resume it first",
        "任务未在运行：请先恢复任务",
    ),
    (
        "refusal.not_released",
        "the task still holds keys at the destination: release it first",
        "任务在目标库中仍有 Key：请先释放任务",
    ),
    (
        "refusal.wrong_state",
        "a task that is {{state}} cannot do that now",
        "“{{state}}”的任务当前无法执行此操作",
    ),
    (
        "refusal.no_answer",
        "the process that runs the task does not answer: {{cause}}",
        "运行该任务的进程没有应答：{{cause}}",
    ),
    (
        "refusal.not_understood",
        "the process that runs the task did not understand: is it of another version?",
        "运行该任务的进程无法识别该请求：它可能是其他版本",
    ),
    (
        "refusal.unix_only",
        "a task of another process can be commanded on unix systems only, for now",
        "目前仅在 Unix 系统上支持控制由其他进程运行的任务",
    ),
    ("refusal.terms_not_accepted", "the terms are not accepted", "尚未接受条款"),
    ("refusal.precheck_needed", "the task has not passed its precheck", "任务尚未通过预检查"),
    (
        "refusal.not_ignorable",
        "the check “{{check}}” cannot be ignored: the task could not work",
        "检查项“{{check}}”不能忽略：忽略后任务无法工作",
    ),
    ("refusal.no_such_check", "there is no check “{{check}}”", "检查项“{{check}}”不存在"),
    (
        "refusal.confirmation_needed",
        "this is confirmed by typing the destination's name, {{label}}",
        "请输入目标库名称 {{label}} 以确认",
    ),
    ("refusal.cancelled", "it was cancelled", "已取消"),
    ("refusal.field", "{{field}}: {{what}}", "{{field}}：{{what}}"),
    ("refusal.more", "{{one}}\n{{others}}", "{{one}}\n{{others}}"),
    ("refusal.with_advice", "{{what}}. {{advice}}", "{{what}}。{{advice}}"),
    ("refusal.no_such_template", "there is no template “{{name}}”", "模板“{{name}}”不存在"),
    (
        "refusal.ambiguous_template",
        "several templates are called “{{name}}”; use an id: {{ids}}",
        "有多个模板名为“{{name}}”，请使用模板 ID：{{ids}}",
    ),
    (
        "refusal.password_gone",
        "the stored password is not at hand any more",
        "已保存的密码不再可用",
    ),
    ("refusal.keychain", "the keychain refused: {{why}}", "系统钥匙串拒绝访问：{{why}}"),
    (
        "refusal.no_home",
        "this system names no folder for application data: give --state-dir",
        "系统未提供应用数据目录：请使用 --state-dir 指定",
    ),
    (
        "refusal.no_redis_server",
        "the sample migration needs a redis-server on this computer, and there is none",
        "示例迁移需要本机安装 redis-server，但未找到",
    ),
    ("refusal.sample_not_started", "a sample server did not start", "示例服务未能启动"),
    (
        "refusal.sample_failed",
        "the sample migration cannot be set up: {{cause}}",
        "无法准备示例迁移：{{cause}}",
    ),
    ("refusal.no_tray", "this desktop has no tray to stay in", "当前桌面环境没有系统托盘"),
    (
        "refusal.open_folder",
        "the folder {{path}} cannot be shown by this desktop: {{cause}}",
        "无法在当前桌面环境中打开文件夹 {{path}}：{{cause}}",
    ),
    (
        "refusal.autostart",
        "this desktop does not let the application start with it: {{cause}}",
        "当前桌面环境不允许应用开机自启：{{cause}}",
    ),
    ("keychain.untried", "not tried yet", "尚未检测"),
    ("keychain.not_given_back", "it does not give back what was put in", "存入的内容无法取回"),
    // What to do about it.
    (
        "advice.task_running",
        "Pause it there, or use `keyferry tasks pause`, before it is run here.",
        "请先在该进程中暂停任务，或执行 `keyferry tasks pause`，再在此处运行。",
    ),
    ("advice.terms_not_accepted", "Read and accept the terms.", "请阅读并接受条款。"),
    ("advice.precheck_needed", "Run the precheck.", "请进行预检查。"),
    ("advice.confirmation_needed", "Type {{label}} to confirm.", "请输入 {{label}} 以确认。"),
    ("advice.password_gone", "Enter the password again.", "请重新输入密码。"),
    (
        "advice.keychain",
        "Unlock the system's keychain, then try again.",
        "请解锁系统钥匙串，然后重试。",
    ),
    (
        "advice.no_redis_server",
        "Install one: sudo apt-get install redis-server",
        "请安装：sudo apt-get install redis-server",
    ),
];
