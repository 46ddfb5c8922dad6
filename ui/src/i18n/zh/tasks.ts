import type { tasks as en } from '../en/tasks';
import type { Words } from '../words';

export const tasks: Words<typeof en> = {
  tasks: {
    title: '数据迁移', count_other: '共 {{count}} 个任务', rate: '{{rate}} 条/秒',
    create: '创建任务', search: '搜索任务', search_hint: '名称、地址或 ID',
    column: {
      task: '任务', route: '源库 → 目标库', state: '状态', full: '全量迁移', lag: '延迟', rate: '条/秒',
      updated: '更新时间', actions: '操作',
    },
    needs_you_other: '{{count}} 个任务待处理',
    attention: {
      retrying: '<b>{{name}}</b> 与{{side}}的连接已断开，将继续重试 {{left}}，之后任务失败。',
      holding: '<b>{{name}}</b> 正在等待处理：{{message}}',
      waiting_for_credentials: '<b>{{name}}</b> 需要输入密码后才能继续。',
      failed: '<b>{{name}}</b> 已失败：{{message}}',
    },
    next_try: '{{n}}后重试', trying: '正在重试', full_done: '全量迁移用时 {{n}}', keys_of: '{{done}} / {{total}}',
    left: '剩余 {{n}}', estimating: '正在估算…', keys: '{{n}} 个 Key', progress: '{{name}} 的全量迁移进度', trend: '{{name}} 近期每秒写入条数',
    no_match: '没有与“{{query}}”匹配的任务。', clear_search: '清除搜索', error: '无法读取任务列表', loading: '正在读取任务列表',
    demo: '示例', pause: '暂停 {{name}}', resume: '恢复 {{name}}', more: '{{name}} 的更多操作',
  },
  hero: {
    title: '不停机迁移 Redis',
    text: 'Keyferry 复制全部数据，并持续同步每一次变更，直到您完成切换；进度随时可见。',
    demo: '使用示例数据体验', demo_text: '在本机启动两个示例实例，写入数据并当场迁移。无需联网，一分钟内完成。',
    demo_busy: '正在启动两个示例实例…',
    create_text: '连接您自己的源库和目标库。预检查通过之前不会写入任何数据。',
    keychain: '密码保存在系统钥匙串中。除您填写的连接外，没有任何数据离开本机。',
    read_only: '对源库只读：只会执行 PSYNC、REPLCONF、INFO 和 SCAN 命令。',
    versions: '支持 Redis 5.0 至 8.x 以及 Valkey，通过 TCP 或 Unix 套接字连接。',
  },
  action: {
    pause: '暂停', resume: '恢复', throttle: '限速', stop: '结束…', release: '释放…', retry: '立即重试', delete: '删除…',
    continue: '预检查并启动', end_demo: '结束体验',
    failed: '{{action}}未成功',
  },
  confirm: {
    stop: {
      title: '确定要结束“{{name}}”吗？',
      body: '等待已发出的命令执行完毕后，任务即告结束且无法恢复。已写入 {{destination}} 的数据会保留。如需稍后继续，请改用“暂停”。',
      ok: '结束任务',
    },
    release: {
      title: '确定要释放“{{name}}”吗？',
      body: '任务占用的资源将被释放：本机的缓冲数据、{{destination}} 上的位点以及已保存的密码。释放后任务无法再次运行，历史记录保留在列表中。',
      ok: '释放任务',
    },
    delete: { title: '确定要删除“{{name}}”吗？', body: '任务及其历史记录将从列表中移除。源库和目标库中的数据不受影响。', ok: '删除任务' },
    ignore: {
      title: '确定要屏蔽“{{item}}”吗？',
      body: '检查结果：{{found}}。屏蔽后任务可以启动，该操作会记录在任务中。',
      ok: '屏蔽并重新检查',
    },
  },
  task: {
    updated: '更新于{{n}}', stale: '已有 {{n}} 没有新数据', other_process: '此任务由本机上的另一个 Keyferry 进程运行，您的操作会转交给该进程。',
    demo: '这是示例数据：为本次体验在本机启动的两个实例。结束体验后两个实例都会被删除。',
    not_found: '无法显示此任务', loading: '正在读取任务',
    ready: { title: '任务尚未启动', text: '预检查通过后即可启动任务。' },
    stage: { precheck: '预检查', full: '全量迁移', incremental: '增量迁移', end: '结束', label: '任务步骤', waiting: '未开始', running: '进行中', done: '已完成' },
    figure: {
      lag: '延迟', source_idle: '源库空闲 {{n}}', rate: '条/秒', rate_sub: '读取 {{in}}，写入 {{out}}', keys: 'Key',
      keys_sub: '共 {{total}} · 跳过 {{skipped}}', eta: '剩余 {{n}}', retry: '重试时间', retry_unused: '未触发', retry_left: '剩余 {{n}}',
      retry_next: '{{n}}后重试 · 第 {{attempts}} 次', retry_hold: '将一直等待', spool: '本地缓冲', spool_sub: '暂存在本机磁盘的增量数据',
      minutes: '{{n}} 分钟', throttled: '限速 {{n}}',
    },
    chart: { lag: '延迟', throughput: '吞吐量', seconds: '秒', records: '条/秒', range: '时间范围', five_minutes: '5 分钟', hour: '1 小时', none: '暂无数据', summary: '{{label}}：当前 {{now}}，所示时间内最高 {{most}}' },
    tab: { databases: '数据库', events: '事件', skipped: '跳过', settings: '配置' },
    databases: { database: '数据库', done: '已迁移 Key 数', skipped: '跳过', commands: '已执行命令数', none: '尚未发现任何数据库。', name: 'db{{from}} → db{{to}}' },
    events: { at: '时间', level: '级别', what: '内容', none: '暂无事件。', info: '信息', warning: '警告', error: '错误' },
    skipped: {
      reason: '原因', kind: '类型', count: '数量', none: '没有跳过任何数据。', key: '全量数据中的 Key', command: '增量数据中的命令',
      word: {
        expired: '写入前已过期', exists: '目标库已存在', kept: '保留目标库中的 Key',
        database_not_selected: '数据库未选择', not_selected: '数据库未选择', skip_commands: '任务中未选择该命令',
      },
    },
    settings: {
      address: '地址', account: '账号', databases: '数据库', stages: '任务步骤', conflict: '目标库已存在 Key 的处理模式', limits: '限速',
      retry: '重试时间', history: '源库复制历史丢失时', id: '任务 ID', created: '创建时间', unlimited: '不限', unlimited_blank: '留空表示不限。', default_account: '默认账号',
      history_hold: '等待处理', history_recopy: '重新全量迁移', offset: '已应用位点', source_offset: '源库位点',
    },
    error: {
      retrying: '连接已断开，正在重试', holding: '需要您处理后才能继续', failed: '任务失败',
      waiting_for_credentials: '需要输入密码才能继续',
      what: '问题', where: '位置', next: '处理方法', code: '错误码',
      retry_plan: '已重试 {{attempts}} 次，{{next}}后再次重试，{{left}}后放弃。', hold_plan: '已检查 {{attempts}} 次，{{next}}后再次检查，直到恢复为止。',
      kept: '已复制和已接收的数据均会保留，恢复后从断点继续。',
    },
    credentials: { source: '源库密码', destination: '目标库密码', submit: '连接并恢复', hint: '留空则沿用已保存的密码。密码保存在系统钥匙串中。' },
    throttle: { title: '限速', class: '链路规格', records: '每秒条数', megabytes: '每秒 MiB', blank: '留空表示不限，立即生效。' },
  },
};
