import type { wizard as en } from '../en/wizard';
import type { Words } from '../words';

export const wizard: Words<typeof en> = {
  create: {
    class: { small: 'small · 2,000 条/秒', medium: 'medium · 5,000 条/秒', large: 'large · 6,000 条/秒', xlarge: 'xlarge · 7,000 条/秒', '2xlarge': '2xlarge · 11,000 条/秒', unlimited: '不限' },
    source: '源库', destination: '目标库', database: 'db{{n}}', custom: '自定义限速', number: '请输入不小于 1 的整数，或留空。',
    conflict_report: '预检查并报错拦截', conflict_keep: '忽略报错并继续执行', conflict_overwrite: '覆盖目标库的 Key',
  },
  wizard: {
    title: '创建任务', steps: '步骤', saved: '草稿已保存 {{time}}', close: '关闭', close_hint: '草稿保留在任务列表中',
    step: { source: '源库及目标库配置', objects: '任务对象及高级配置', precheck: '预检查', class: '购买实例' },
    task_name: '任务名称', task_name_hint: '建议配置具有业务意义的名称，无需唯一。', name_required: '请输入任务名称。',
    source_database: '源库信息', destination_database: '目标库信息', swap: '交换源库和目标库',
    swapped: '源库为空，而目标库有 {{keys}} 个 Key。是否把两侧填反了？',
    test_and_proceed: '测试连接以进行下一步', testing: '测试中…', test_runs: '连接测试正在进行。',
    save_and_precheck: '下一步保存任务并预检查', saving: '保存中…',
    precheck_note: '预检查通过后，任务才能启动。',
    footer: '密码保存在系统钥匙串中。除以上连接外，没有任何数据离开本机。',
    keychain: {
      available: '密码保存在系统钥匙串中。',
      missing: '当前没有可用的钥匙串：密码只保留到程序退出，不会写入磁盘。（{{reason}}）',
      locked: '钥匙串已锁定：解锁之前密码只保留在内存中，不会写入磁盘。（{{reason}}）',
      refused: '钥匙串拒绝访问：密码只保留到程序退出，不会写入磁盘。（{{reason}}）',
    },
    not_saved: '草稿未能保存', cannot_open: '草稿无法打开', has_started: '“{{name}}”已经启动，请在任务页面查看或修改。', open_task: '打开任务页面',
    mistakes_other: '有 {{count}} 处需要修改。',
  },
  endpoint: {
    type: '数据库类型', place_label: '接入方式',
    place: { cloud: '云实例', ecs: 'ECS 上的自建数据库', gateway: '通过专线、VPN 网关或智能接入网关接入的自建数据库', cen: '通过云企业网 CEN 接入的自建数据库' },
    access: '连接方式', access_tcp: 'TCP', access_unix: 'Unix 套接字', access_tls: 'TLS 加密', access_ssh: 'SSH 隧道', access_socks5: 'SOCKS5 代理', access_coming: '{{name}}（即将支持）',
    host: '主机名或 IP 地址', port: '端口', path: '套接字路径', account: '数据库账号', password: '数据库密码',
    host_hint: '主机名或地址，也可粘贴 URI 或 redis-cli 命令', account_hint: '默认账号', password_hint: '没有密码则留空', password_stored: '已保存在钥匙串中', password_template: '来自模板',
    password_forget: '不使用密码', host_required: '请输入主机名或地址。', path_required: '请输入套接字的绝对路径。',
    needs: { source: '需要读权限和复制权限。', destination: '需要读写权限。', either: '默认账号只需密码。' },
    permissions: {
      link: '权限说明', title: '账号需要的权限',
      source: '在源库，账号用于读取和复制数据；当命令无法原样转发时，会重新读取个别 Key（在一个 MULTI 中执行 DUMP 并读取过期时间）。不写入任何数据。', destination: '在目标库，账号用于读取，并写入源库发送的全部内容；WATCH 用于保护任务自身的断点。',
      default: '默认账号只需填写密码。自定义账号请填写账号，或在密码中按 <账号>:<密码> 的格式填写，例如 testaccount:Test1234，程序会将其拆分到两个输入框。',
      since: 'Redis {{since}} 及以上版本：', between: 'Redis {{since}} 及以上、{{before}} 以下版本：', no_accounts: '该实例的版本低于 Redis 6.0，没有账号体系，只需密码即可。',
      reset: '如需重置密码，请在实例上执行以下命令之一，然后在此填写新密码：', custom: '连接测试会列出缺少的每一项权限，并给出授权命令。',
    },
    cloud: {
      coming: '按实例选择云数据库将在后续版本支持。在此之前，请按自建数据库填写其连接地址。', blocked: '“云实例”将在后续版本支持，请选择自建数据库的接入方式。',
      region: '实例地区', instance: '实例 ID', across: '是否跨阿里云账号', owner: '跨阿里云账号', owner_hint: '实例所属账号的 ID，可在账号中心的安全设置页面查看。',
      role: '跨阿里云账号角色名称', role_hint: '信任目标实例所属账号的 RAM 角色，其信任策略如下：',
    },
    yes: '是', no: '否', list_separator: '、', undo: '撤销', dismiss: '关闭提示', choose_connection: '选择粘贴内容中的一个连接',
    field: { host: '主机', port: '端口', path: '套接字路径', account: '账号', password: '密码', environment: '环境' },
    filled: { paste: '已根据粘贴的内容填写：{{fields}}。', split: '已拆分为账号和密码。', template: '已根据模板“{{name}}”填写：{{fields}}。' },
    remark: {
      tls: '该连接要求 TLS，即将支持；目前以非加密方式连接。', sentinel: '该连接指向哨兵（Sentinel），即将支持；请填写主节点的地址。', cluster: '该连接指向集群，此处只取其中一个节点。',
      ssh: '该连接使用 SSH 隧道，即将支持。', more_hosts: '包含多个地址，此处取第一个。', database: '指定了数据库，请在下一步选择数据库。',
    },
    test: {
      run: '测试连接', again: '重新测试', running: '测试中', error: '测试未能运行', reachable: '连接成功', outdated: '测试后已修改',
      stages_of: '{{done}} / {{all}} 项', stage_at: '第 {{n}} / {{all}} 项：{{stage}}',
      stage: { dns: 'DNS', tcp: 'TCP', tls: 'TLS', auth: 'AUTH', ping: 'PING', info: 'INFO', permission: '权限' },
      stage_state: { done: '已通过', failed: '失败', now: '进行中', waiting: '未开始' },
      failing: {
        dns: '主机名无法解析', tcp: '该地址没有响应', tls: '无法建立 TLS 连接', auth: '账号或密码错误', ping: '可以连通，但对端不是 Redis 服务', info: '无法读取实例信息',
        permission_source: '账号没有复制权限', permission_destination: '账号没有写入权限',
      },
    },
    server: { keys: '{{keys}} 个 Key', keys_in: '{{keys}} 个 Key（{{where}}）', more_databases: '{{some}} 等，另有 {{n}} 个', memory_of: '内存 {{used}} / {{max}}', memory: '已用内存 {{used}}', clock: '时钟偏差 {{skew}}' },
    role: { primary: '主节点', replica: '从节点' },
  },
  template: {
    select: '选择已有连接模板', none: '无', no_match: '没有匹配的模板。', empty: '还没有保存过连接模板。', save_as: '另存为模板', edit_name: '修改模板名称', ok: '确定',
    name: '模板名称', name_required: '请输入模板名称。', name_hint: '建议配置具有业务意义的名称，无需唯一。', rename_hint: '不影响已使用该模板配置的任务。', not_saved: '模板未能保存',
  },
  limits: {
    title: '使用限制', reading: '读取中…', read: '查看', count_other: '此类迁移有 {{count}} 项限制',
    count_here_other: '此类迁移共 {{all}} 项限制，其中 {{count}} 项与当前两侧实例相关',
    here: '与当前两侧实例相关', others: '此类迁移的其他限制', general: '此类迁移的限制',
  },
  supported: {
    link: '前提条件', title: '前提条件与支持的数据库', prerequisites: '前提条件', coming: '（即将支持）',
    memory: '目标库的可用内存大于源库数据占用的内存。', versions: '源库和目标库为 Redis 5.0 至 8.x 或 Valkey 的单机架构实例，通过 TCP 或 Unix 套接字连接。',
    order: '目标库的版本等于或高于源库的版本。', accounts: '源库账号具有读权限和复制（PSYNC）权限，目标库账号具有读写权限。',
    types: '迁移类型', full: '将所选数据库的历史数据迁移到目标库。', incremental: '在全量迁移之后，继续迁移源库的每一次变更，使业务在迁移期间不中断。',
  },
  objects: {
    basic: '基本配置', advanced: '高级配置', stages: '任务步骤', full: '全量迁移', full_text: '源库的存量数据', incremental: '增量迁移', incremental_text: '此后的每一次变更',
    stages_note: {
      both: '推荐：迁移期间业务不中断。', full_only: '迁移期间请勿向源库写入数据，否则两侧数据会不一致。为保证一致性，请同时选择增量迁移。',
      incremental_only: '只迁移变更。源库的存量数据必须已存在于目标库。',
    },
    conflict: '目标已存在表的处理模式', conflict_mode: { report: '预检查并报错拦截', keep: '忽略报错并继续执行', overwrite: '覆盖目标库的 Key' },
    conflict_note: {
      report: '当源库的 Key 在目标库已存在时，预检查报错，任务无法启动。', keep: '目标库已存在的 Key 保持不变（即使类型不同），并会计数和列出。数据一致性无法保证。',
      overwrite: '以源库的值覆盖目标库的同名 Key，目标库原有的值会丢失。',
    },
    select: '选择对象', select_note: '迁移对象的粒度为数据库。', source_objects: '源库对象', selected_objects: '已选择对象',
    move_right: '选择已勾选的数据库', move_all_right: '选择全部数据库', move_left: '移除已勾选的数据库', move_all_left: '移除全部数据库', all_selected: '已选择全部数据库。', none_selected: '请至少选择一个数据库。',
    ticked: '已勾选 {{n}} / {{all}}', select_all: '{{list}}：全部勾选', search: '{{list}}：搜索', search_hint: '搜索', no_match: '没有与“{{query}}”匹配的结果。', keys_other: '{{keys}} 个 Key', empty: '空',
    commands_button: '命令…', commands_of: '{{n}}/{{all}} 个命令…', all_note: '迁移全部数据库，包括之后才写入第一个 Key 的数据库。右键单击已选择的数据库，可选择要迁移的命令。', commands_hint: '右键单击已选择的数据库，或按菜单键、Shift+F10，可选择要迁移的命令。',
    retry_number: '请输入 10 至 1440 之间的数字。', spool_number: '请输入数字，或留空。', map_number: '请输入数据库编号。',
  },
  commands: {
    title: '选择 db{{n}} 要迁移的命令', error: '无法读取命令列表', everywhere_other: '应用到全部 {{count}} 个已选择的数据库', moving: '迁移 {{n}} / {{all}} 个', search: '搜索命令', no_match: '没有与“{{query}}”匹配的命令。',
    about: '未选择的命令会从增量数据中丢弃并计数，全量迁移不受影响。', about_version: '未选择的命令会从增量数据中丢弃并计数，全量迁移不受影响。命令下方是 {{version}} 实际发送的命令名。',
    count: '{{n}}/{{all}}', newer: '新版本', arrives: '发送为 {{names}}', locked: '始终迁移：增量数据依赖该命令。', indistinct: '随其实际发送的命令一起迁移：增量数据中无法区分。',
    preset: { all: '全部', no_flush: '不含 FLUSH*', no_scripts: '不含脚本' },
    group: {
      string: '字符串', list: '列表', set: '集合', sorted_set: '有序集合', hash: '哈希', bitmap: '位图', hyperloglog: '基数统计 HyperLogLog', geo: '地理位置', stream: '流', key: 'Key 操作', keys: 'Key 操作', generic: 'Key 操作', expiry: '过期时间', server: '数据库操作', database: '数据库操作', flush: '数据库操作',
      scripting: '脚本与函数', script: '脚本与函数', function: '函数', pubsub: '发布订阅', transaction: '事务', connection: '连接', array: '数组', vector_set: '向量集合', module: '模块', other: '其他',
    },
  },
  alerting: {
    title: '设置告警', note: '任务失败或延迟超过阈值时，通知告警联系人。', threshold: '告警阈值', seconds: '秒', threshold_number: '请输入阈值，单位为秒，不小于 1。', contacts: '告警联系人', contacts_required: '请至少选择一个联系人。',
    contacts_hint: '邮件和 Webhook 即将支持。', channel: { desktop: '桌面通知' }, coming: { email: '邮件（即将支持）', webhook: 'Webhook（即将支持）' },
  },
  retry: {
    title: '源库、目标库无法连接后的重试时间', minutes: '分钟', note: '取值 10 至 1440 分钟，建议大于 30 分钟。在此时间内重新连接成功，任务继续；否则任务失败。', short: '建议设置为大于 30 分钟。',
    effective: '实际生效：{{n}} 分钟。使用同一实例的多个任务以最小值为准，该值来自任务', holds: '重试期间，任务仍占用本机的缓冲磁盘、连接以及源库的一个从节点位置。源库和目标库释放后，请尽早释放任务。',
  },
  filters: {
    title: 'Key 过滤', include: '只迁移匹配的 Key', exclude: '不迁移匹配的 Key', include_hint: '全部 Key', exclude_hint: '无', note: '规则与 SCAN MATCH 相同：* 匹配任意内容，? 匹配一个字节，[a-c] 匹配其中之一，\\ 表示其后字符按原样匹配。多个规则以空格分隔，同时匹配时以排除为准。',
    crossing: '如果一个命令同时涉及过滤范围内外的 Key，则无法拆分，其结果会从源库重新读取。',
  },
  map: { title: '数据库映射', from: '源库的数据库', to: 'db{{n}} 在目标库中的编号', add: '添加映射', remove: '删除 db{{n}} 的映射', note: '未在此映射的数据库编号不变。' },
  spool: { title: '本机缓冲空间上限', unit: 'GiB', unlimited: '磁盘可用空间', note: '增量数据写入目标库之前暂存于此。缓冲已满时任务等待；不小于 0.25 GiB。' },
  history: {
    title: '源库不再保留后续增量数据时', hold: '等待处理', recopy: '重新全量迁移',
    note: { hold: '任务暂停并提示，在处理之前不写入任何数据。', recopy: '自动重新开始全量迁移，并删除源库中已不存在的 Key。任务开始之前目标库已有的数据会保留。' },
  },
  precheck: {
    rate_label: '预检查通过率', running: '预检查正在进行。', probe_note: '除保留 10 秒的探测 Key（__keyferry:probe:…）外，不写入任何数据。', nothing: '尚未进行预检查。', outdated: '配置已修改，请重新进行预检查。',
    blocked_other: '有 {{count}} 个失败项需要处理或屏蔽。', next: '下一步购买', again: '重新进行预检查', error: '预检查未能运行',
    counted: { passed_other: '{{count}} 项通过', failed_other: '{{count}} 项失败', warning_other: '{{count}} 项警告', ignored_other: '{{count}} 项已屏蔽', could_not_check_other: '{{count}} 项无法检查' },
    verdict: { passed: '通过', failed: '失败', warning: '警告', ignored: '已屏蔽', could_not_check: '未检查' },
    show_all_other: '显示 {{count}} 个通过项', details: '查看详情：{{item}}', how: '检查方法', found: '检查结果', expected: '预期结果', risk: '风险', fix: '处理方法',
    show_keys: '查看 Key', hide_keys: '收起 Key', change_mode: '修改处理模式', ignore: '屏蔽…', key_database: '数据库', key: '键名', key_hex: '十六进制', more_keys: '{{database}} 中还有 {{n}} 个',
    ignored_title: '已屏蔽的检查项', ignored_at: '屏蔽时间 {{at}}', ignore_title: '屏蔽“{{item}}”并继续？', ignore_ok: '屏蔽并重新检查', ignore_recorded: '屏蔽操作会记录在任务中。',
  },
  instance: {
    title: '链路规格', note: '限制任务写入的速度。', table: '规格说明', table_title: '数据迁移链路规格说明', upper_limit: '增量迁移性能上限', no_limit: '不限', rate: '{{n}} 条/秒',
    table_note: '规格是本机分配给任务的额度，任务运行时可以修改。', name: { small: 'small', medium: 'medium', large: 'large', xlarge: 'xlarge', '2xlarge': '2xlarge', unlimited: '不限', custom: '自定义' },
    figure: '{{n}}', per_second: '条/秒', unlimited_figure: '不限速', recommended: '推荐', custom_figure: '自定义限速', custom_text: '条/秒、MiB/秒', blank: '留空表示不限。', records: '每秒条数', megabytes: '每秒 MiB', number: '请输入不小于 1 的整数，或留空。',
    free: '任务在本机运行，不产生任何费用。', start: '购买并启动', starting: '启动中…', failed: '任务未能启动', accept_first: '请先阅读并勾选服务条款。', name_first: '请先输入目标库名称。',
    production_filled: '目标库是生产环境，且不为空。',
  },
  summary: {
    title: '配置确认', all_databases: '全部数据库', commands: '命令', commands_left: '{{databases}} 有未选择的命令', stages: { both: '全量迁移和增量迁移', full: '仅全量迁移', incremental: '仅增量迁移' }, minutes: '{{n}} 分钟', alerts: '延迟超过 {{n}} 秒或任务失败时',
    ignored_other: '通过，已屏蔽 {{count}} 项', passed: '通过',
  },
  terms: {
    title: '服务条款', check: '{{item}}：{{risk}}', accept_other: '我已阅读并同意服务条款，了解以上 {{count}} 项风险', accept_none: '我已阅读并同意服务条款，当前没有特别的风险',
  },
};
