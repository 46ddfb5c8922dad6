import phrases from '../../bindings/phrases.zh.json';
import type { en } from '../en';
import type { Words } from '../words';

import { commands } from './commands';
import { common } from './common';
import { errors } from './errors';
import { settings } from './settings';
import { tasks } from './tasks';
import { templates } from './templates';
import { wizard } from './wizard';

/** Every text of the page, as DBAs in China say it. */
export const zh: Words<typeof en> = { ...common, ...tasks, ...wizard, ...templates, ...settings, ...commands, ...errors, phrases };
