import words from '../../bindings/phrases.zh.json';
import type { errors as en } from '../en/errors';
import type { Words } from '../words';

type Kind = keyof typeof words extends infer Key ? (Key extends `error.${infer Code}` ? Code : never) : never;

/** The program's kinds of errors have their words there. */
const ofKinds = Object.fromEntries(Object.entries(words).flatMap(([key, title]) => {
  const code = /^error\.(.*)/.exec(key)?.[1];
  return code === undefined ? [] : [[code, { title, remedy: words[`remedy.${code}` as keyof typeof words] }]];
})) as Record<Kind, { title: string; remedy: string }>;

export const errors: Words<typeof en> = {
  failure: {
    ...ofKinds,
    wrong_state: { title: '当前状态下无法执行', remedy: '任务状态已发生变化，请查看任务的当前状态。' },
    demo_failed: { title: '示例未能启动', remedy: '请安装 redis-server，或使用您自己的实例创建任务。' },
    task_ended: { title: '任务已结束', remedy: '请打开任务查看结束原因。' },
    keychain_refused: { title: '系统钥匙串拒绝访问', remedy: '请解锁系统钥匙串，然后重试。' },
    terms_not_accepted: { title: '尚未勾选条款', remedy: '请阅读并勾选条款，然后启动任务。' },
    confirmation_needed: { title: '需要确认', remedy: '请输入目标库名称以确认。' },
    precheck_needed: { title: '预检查尚未通过', remedy: '请重新进行预检查，处理或屏蔽失败项后再启动。' },
    cancelled: { title: '已取消', remedy: '可随时重新开始。' },
    invalid: { title: '有内容需要修改', remedy: '请修改标出的字段。' },
  },
};
