import type { common as en } from '../en/common';
import type { Words } from '../words';

export const common: Words<typeof en> = {
  app: { name: 'Keyferry', navigation: '主导航', working: '加载中…' },
  nav: { tasks: '数据迁移', templates: '模板管理', settings: '设置', help: '帮助' },
  common: {
    cancel: '取消', copy: '复制', copied: '已复制', retry: '重试', open: '打开', unknown: '—', back: '上一步',
    show_password: '显示密码', hide_password: '隐藏密码', actions: '操作', more: '更多操作', apply: '应用',
    all: '全部', close: '关闭', type_name: '请输入 <b>{{name}}</b> 以确认', type_name_hint: '与上方显示的名称一致',
  },
  theme: { label: '外观', system: '跟随系统', light: '浅色', dark: '深色' },
  unit: {
    ms: '{{n}} 毫秒', s: '{{n}} 秒', m: '{{n}} 分钟', ms_pair: '{{a}} 分 {{b}} 秒', h: '{{a}} 小时 {{b}} 分', hours: '{{n}} 小时', days: '{{n}} 天', d: '{{a}} 天 {{b}} 小时',
    per_second: '{{n}}/秒', now: '刚刚', ago: '{{n}}前', percent: '{{n}}%', bytes: '{{n}} 字节',
  },
  environment: {
    label: '环境', unspecified: '未指定', dev: '开发', staging: '预发', production: '生产',
    tag: { dev: '开发', staging: '预发', production: '生产' },
  },
  side: { source: '源库', destination: '目标库', local: '本机' },
  state: {
    not_configured: '未配置', not_started: '未启动', prechecking: '预检查中', precheck_failed: '预检查失败',
    precheck_passed: '待启动', running: '运行中', retrying: '重试中', holding: '待处理',
    waiting_for_credentials: '等待输入密码', pausing: '暂停中…', paused: '已暂停', stopping: '结束中…', stopped: '已结束',
    failed: '失败', finished: '已完成', released: '已释放',
    full: '全量迁移', incremental: '增量迁移', caught_up: '增量迁移 · 无延迟', starting: '启动中',
  },
  pending: {
    pause: '暂停中…', resume: '恢复中…', stop: '结束中…', release: '释放中…', retry: '重试中…', agree: '继续中…', delete: '删除中…',
    start: '启动中…', credentials: '连接中…', limits: '应用中…', class: '应用中…', alerts: '应用中…', awake: '应用中…', rename: '重命名中…', duplicate: '复制中…', end_demo: '清理中…',
  },
  did: {
    pause: '暂停', resume: '恢复', stop: '结束', release: '释放', retry: '重试', agree: '继续', delete: '删除',
    credentials: '连接', limits: '限速', class: '变更链路规格', alerts: '修改告警', awake: '修改保持唤醒设置', rename: '重命名', duplicate: '复制任务', end_demo: '结束体验',
  },
  awake: {
    title: '保持本机唤醒', hint: '任务在本机运行期间，电脑不会自动休眠；屏幕可以关闭。',
    held: '本机当前保持唤醒。', idle: '任务在此窗口中运行时生效。', unavailable: '当前桌面环境不支持保持唤醒：电脑休眠期间任务会暂停，唤醒后继续。',
  },
  rename: { title: '重命名“{{name}}”', ok: '重命名', name: '名称', required: '请输入名称。' },
  broken: { title: '无法显示此页面', text: '此页面自身出错。任务仍在运行，其他页面可以正常使用。' },
  fatal: { title: '页面无法连接到程序', text: '请以应用程序方式打开 Keyferry，此页面无法在浏览器中使用。' },
};
