import type { settings as en } from '../en/settings';
import type { Words } from '../words';

export const settings: Words<typeof en> = {
  settings: {
    title: '设置', appearance: '外观', theme_text: '立即生效。', language: '语言', english: 'English', chinese: '简体中文',
    language_text: '数字和日期格式随之切换。', start: '启动 Keyferry 时', resume: '恢复此前正在运行的任务', resume_text: '关闭后，任务将保持暂停，直到您手动恢复。',
    keychain: '系统钥匙串', keychain_ok: '密码仅保存在系统钥匙串中。', keychain_missing: '当前系统没有可用的钥匙串：{{reason}}。密码只保留在内存中，程序退出后各任务需要重新输入。密码不会写入磁盘。',
    storage: '数据目录', storage_text: '任务、位点和缓冲数据保存在此目录，与命令行工具共用。', version: '版本', failed: '设置未能保存', load_failed: '无法读取设置',
  },
};
