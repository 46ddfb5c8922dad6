import type { settings as en } from '../en/settings';
import type { Words } from '../words';

export const settings: Words<typeof en> = {
  settings: {
    title: '设置', looks: '外观与语言', manners: '桌面行为', about: '关于本程序',
    appearance: '外观', theme_text: '立即生效。', language: '语言', english: 'English', chinese: '简体中文', english_short: 'EN', chinese_short: '中文',
    language_text: '数字和日期格式随之切换。', single_keys: '启用单键快捷键', single_keys_text: '在输入框之外单独按下 N、F、/ 和逗号键时生效。使用语音输入时建议关闭。',
    resume_on_start: '恢复此前正在运行的任务', resume_on_start_text: 'Keyferry 启动时生效。关闭后，任务将保持暂停，直到您手动恢复。',
    autostart: '登录时自动启动', autostart_text: 'Keyferry 随桌面启动，重启电脑后任务可继续运行。',
    notifications: '桌面通知', notifications_text: '任务失败、需要处理或延迟超过告警阈值时通知。',
    close: '有任务运行时关闭窗口', close_text: '任务需要本程序保持运行。', close_ask: '每次询问', close_tray: '在托盘中继续运行', close_quit: '暂停任务并退出',
    keychain: '系统钥匙串', keychain_ok: '密码仅保存在系统钥匙串中。',
    storage: '数据目录', storage_text: '任务、位点和缓冲数据保存在此目录，与命令行工具共用。', version: '版本', failed: '设置未能保存', load_failed: '无法读取程序信息',
  },
  keychain: {
    missing: '当前系统没有钥匙串。', locked: '系统钥匙串已锁定。', refused: '系统钥匙串拒绝访问。',
    session: '密码只保留在内存中，Keyferry 退出后各任务需要重新输入。密码不会写入磁盘。',
  },
  closing: {
    title_other: '有 {{count}} 个任务正在运行',
    text_tray: '任务需要 Keyferry 保持运行。关闭窗口后，它可以留在系统托盘中。', text: '任务需要 Keyferry 保持运行，而当前桌面没有系统托盘。',
    tray: '在托盘中继续运行', quit: '暂停任务并退出', remember: '以后都这样做，不再询问', failed: '未能执行该操作',
  },
  window: { count_other: '{{count}} 个任务运行中' },
};
