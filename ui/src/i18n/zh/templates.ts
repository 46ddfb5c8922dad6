import type { templates as en } from '../en/templates';
import type { Words } from '../words';

export const templates: Words<typeof en> = {
  templates: {
    title: '模板管理',
  },
};
