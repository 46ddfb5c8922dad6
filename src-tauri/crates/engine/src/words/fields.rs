//! Mistakes in a form.

use super::Template;

pub(super) const TABLE: &[Template] = &[
    ("field.host_required", "Enter the host name or address.", "请输入主机名或地址。"),
    (
        "field.host_malformed",
        "A host name has no spaces and no slashes.",
        "主机名不能包含空格或斜杠。",
    ),
    (
        "field.port_out_of_range",
        "A port is a number from 1 to 65535.",
        "端口是 1 到 65535 之间的数字。",
    ),
    ("field.path_malformed", "Enter the absolute path of the socket.", "请输入套接字的绝对路径。"),
    (
        "field.access_unknown",
        "There is no access method “{{access}}”.",
        "没有名为“{{access}}”的接入方式。",
    ),
    ("field.stages_required", "Choose at least one stage.", "请至少选择一个任务步骤。"),
    ("field.databases_required", "Select at least one database.", "请至少选择一个数据库。"),
    (
        "field.database_not_selected",
        "Database {{database}} is mapped but not selected.",
        "数据库 {{database}} 设置了映射但没有被选择。",
    ),
    (
        "field.databases_collide",
        "Databases {{one}} and {{other}} would both become database {{destination}}.",
        "数据库 {{one}} 和 {{other}} 都会成为数据库 {{destination}}。",
    ),
    (
        "field.pattern_malformed",
        "A pattern has at least one character; * is every key.",
        "匹配模式至少包含一个字符；* 表示所有 Key。",
    ),
    (
        "field.commands_of_unselected",
        "Database {{database}} is not selected: none of its commands move.",
        "数据库 {{database}} 没有被选择，其中的命令都不会迁移。",
    ),
    (
        "field.position_not_yet",
        "Starting from a given position is not supported yet.",
        "暂不支持从指定位点开始。",
    ),
    (
        "field.command_locked",
        "{{command}} holds the stream together and cannot be left out.",
        "{{command}} 维系增量数据的完整性，不能取消选择。",
    ),
    (
        "field.command_malformed",
        "“{{command}}” is not a command's name.",
        "“{{command}}”不是命令名。",
    ),
    (
        "field.retry_out_of_range",
        "The retry time is from 10 to 1440 minutes.",
        "重试时间为 10 到 1440 分钟。",
    ),
    (
        "field.spool_out_of_range",
        "The spool needs at least {{bytes}} bytes.",
        "暂存空间至少需要 {{bytes}} 字节。",
    ),
    (
        "field.cloud_not_yet",
        "Instances of Alibaba Cloud are not supported yet: choose a self-managed database.",
        "暂不支持阿里云实例：请选择自建数据库。",
    ),
    (
        "field.same_as_source",
        "Source and destination are the same address.",
        "源库和目标库的地址相同。",
    ),
    (
        "field.class_excludes_limits",
        "Choose either an instance class or limits of your own.",
        "实例规格与自定义限速只能选择其一。",
    ),
    ("field.limit_out_of_range", "A limit is at least 1.", "限速值至少为 1。"),
    ("field.name_required", "Give the task a name.", "请输入任务名称。"),
    (
        "field.alert_lag",
        "Enter the latency in seconds, from 1 to 604800, above which you are told.",
        "请输入告警的延迟阈值（秒），范围为 1 到 604800。",
    ),
    ("field.alert_contacts_required", "Choose at least one contact.", "请至少选择一个联系人。"),
    (
        "field.alert_contact_unknown",
        "One of the contacts is not known.",
        "所选联系人中有不存在的联系人。",
    ),
    ("field.template_name_required", "Give the template a name.", "请输入模板名称。"),
];
