import type { wizard as en } from '../en/wizard';
import type { Words } from '../words';

export const wizard: Words<typeof en> = {
  create: {
    title: '创建任务', edit: '配置“{{name}}”', name: '任务名称', name_required: '请输入任务名称。', swap: '交换源库和目标库',
    source: '源库', destination: '目标库', access: '接入方式', tcp: 'TCP', unix: 'Unix 套接字', host: '主机', port: '端口', path: '套接字路径',
    host_hint: '主机名、地址或 redis:// URI', account: '账号', account_hint: '默认', password: '密码', password_stored: '留空则沿用已保存的密码',
    filled_in: '已根据粘贴的 URI 填写：{{fields}}。', field_host: '主机', field_port: '端口', field_account: '账号', field_password: '密码', field_path: '路径',
    test: '测试连接', test_again: '重新测试', testing: '测试中…', edited: '测试后已修改。',
    reachable: '连接成功', stages_of: '{{done}} / {{all}} 项', stage_at: '第 {{n}} / {{all}} 项：{{stage}}',
    test_error: '测试未能运行',
    test_stage: { dns: '域名解析', tcp: '网络连接', auth: '身份验证', ping: 'PING', info: 'INFO', permission: '权限' },
    failing: {
      dns: '主机名无法解析', tcp: '该地址没有响应', auth: '账号或密码错误', ping: '对端不是 Redis 服务', info: '无法读取实例信息',
      permission_source: '账号没有复制权限', permission_destination: '账号没有写入权限',
    },
    server: '{{product}} {{version}} {{role}} · {{latency}} · {{keys}} 个 Key{{where}} · {{memory}}', in_databases: '（{{databases}}）', memory_of: '内存 {{used}} / {{max}}', memory_only: '已用内存 {{used}}', clock: ' · 时钟偏差 {{skew}}',
    role: { primary: '主节点', replica: '从节点' },
    what: '迁移内容', stages: '任务步骤', full: '全量迁移', full_text: '源库中的全部数据', incremental: '增量迁移', incremental_text: '此后的每一次变更',
    databases: '数据库', databases_all: '全部数据库', databases_chosen: '选择数据库', databases_empty: '源库有 {{count}} 个数据库，均没有 Key。', databases_hint: '测试源库连接后，可查看各数据库及其 Key 数。', database_keys: 'db{{n}} · {{keys}} 个 Key', database: 'db{{n}}',
    conflict: '目标库已存在 Key 的处理模式', conflict_report: '预检查并报错拦截', conflict_report_text: '预检查失败并列出这些 Key，不写入任何数据。',
    conflict_keep: '忽略报错并继续执行', conflict_keep_text: '保留目标库中的 Key，两侧数据可能不一致。', conflict_overwrite: '覆盖目标库的 Key', conflict_overwrite_text: '以源库的值替换目标库的值。',
    how: '速度与重试', budget: '链路规格', custom: '自定义限速', records: '每秒条数', megabytes: '每秒 MiB', retry: '重试时间（分钟）', retry_text: '连接断开后持续重试的时间，取值 10 至 1440。',
    class: { small: 'small · 2,000 条/秒', medium: 'medium · 5,000 条/秒', large: 'large · 6,000 条/秒', xlarge: 'xlarge · 7,000 条/秒', '2xlarge': '2xlarge · 11,000 条/秒', unlimited: '不限' },
    number: '请输入不小于 1 的整数，或留空。', retry_number: '请输入 10 至 1440 之间的数字。',
    footer: '密码保存在系统钥匙串中。除以上连接外，没有任何数据离开本机。', footer_session: '当前没有可用的钥匙串：密码只保留到程序退出，不会写入磁盘。',
    save: '保存并预检查', saving: '保存中…', failed: '任务未能保存', mistakes_other: '有 {{count}} 处需要修改。',
  },
  precheck: {
    title: '预检查', running: '正在检查两侧实例和本机。除探测 Key 外不写入任何数据。', rate: '通过率 {{n}}%', rate_label: '预检查通过率',
    passed: '通过', failed: '失败', warning: '警告', ignored: '已屏蔽', could_not_check: '未检查',
    verdict: { passed: '通过', failed: '失败', warning: '警告', ignored: '已屏蔽', could_not_check: '未检查' },
    found: '检查结果', expected: '预期', fix: '处理方法', again: '重新进行预检查', start: '启动', ignore: '屏蔽…', error: '预检查未能运行',
    blocked: '请处理或屏蔽失败项，然后重新进行预检查。', ready: '所有检查项均已通过。', back: '上一步',
    item: {
      source_reachable: '源库连接性', destination_reachable: '目标库连接性', psync_permission: '复制权限', write_permission: '写入权限',
      rdb_version: 'RDB 版本', keys_conflict: 'Key 冲突', eviction_policy: '内存淘汰策略', memory: '内存', databases: '数据库数量', spool_disk: '缓冲磁盘空间',
    },
  },
};
