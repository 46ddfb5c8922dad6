import phrases from '../../bindings/phrases.json';

import { commands } from './commands';
import { common } from './common';
import { errors } from './errors';
import { settings } from './settings';
import { tasks } from './tasks';
import { templates } from './templates';
import { wizard } from './wizard';

/** Every text of the page. Keys that end in a state, verdict or code are the backend's own words. */
export const en = { ...common, ...tasks, ...wizard, ...templates, ...settings, ...commands, ...errors, phrases };
