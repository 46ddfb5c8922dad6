import type { commands as en } from '../en/commands';
import type { Words } from '../words';

export const commands: Words<typeof en> = {
  command: {
    title: '命令', hint: '输入命令或任务名称', none: '没有与“{{query}}”匹配的结果。',
    group: { go: '前往', do: '操作', task: '任务' },
    create: '创建任务', import: '导入连接', tasks: '数据迁移', templates: '模板管理', settings: '设置', help: '键盘快捷键',
    theme_light: '浅色外观', theme_dark: '深色外观', theme_system: '外观跟随系统',
    language_en: '切换为英文', language_zh: '简体中文', search: '在列表中搜索',
  },
  keys: {
    title: '键盘快捷键', everywhere: '全局', list: '列表中', wizard: '创建任务时',
    palette: '命令面板', create: '新建任务', settings: '设置', help: '快捷键列表', close: '关闭最上层窗口', search: '搜索',
    step: '上一步或下一步', again: '重新进行预检查', submit: '执行主要操作', menu: '选择数据库的迁移命令', or: '或',
  },
};
