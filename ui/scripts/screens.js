// Every screen in every state: its name, the mock's scenario, its place, what shows that it is there, and what
// to do then. The words on the screen change while it is looked at: find things by their test ids.

const id = (name) => `[data-testid="${name}"]`;

/** A choice of an open menu; it may still be moving. */
const menu = (opener, entry, then) => async (page) => {
  await page.click(id(opener));
  await page.click(id(entry));
  await page.waitForSelector(id(then));
};
const click = (first, then) => async (page) => {
  await page.click(id(first));
  await page.waitForSelector(id(then));
};

const LIST = [
  ['list', 'mixed', '#/tasks', 'attention'],
  ['list-empty', 'empty', '#/tasks', 'hero'],
  ['list-loading', 'loading', '#/tasks', 'tasks-loading'],
  ['list-error', 'error', '#/tasks', 'tasks-error'],
  ['list-task-damaged', 'task_damaged', '#/tasks', 'tasks-unreadable'],
  ['list-error-folder', 'error', '#/tasks', 'state-folder-open', click('state-folder-open', 'state-folder-error')],
  ['list-none-found', 'mixed', '#/tasks', 'attention', (page) => page.fill(id('task-search'), 'nowhere')],
  ['list-menu', 'mixed', '#/tasks', 'attention', click('row-more-c03d77b1-catalog', 'menu-rename')],
  ['list-no-keychain', 'no_keychain', '#/tasks', 'keychain-banner'],
  ['list-rename', 'mixed', '#/tasks', 'attention', menu('row-more-c03d77b1-catalog', 'menu-rename', 'rename-input')],
  ['list-delete', 'mixed', '#/tasks', 'attention', menu('row-more-61c0e2f4-flags', 'menu-delete', 'confirm-ok')],
];

const CATALOG = ['mixed', '#/tasks/c03d77b1-catalog', 'lag-value'];
const logs = async (page) => {
  await page.click(id('tab-logs'));
  await page.waitForSelector(id('log-line'));
  await page.evaluate(() => document.querySelector('.tabs-card')?.scrollIntoView());
};
const TASK = [
  ['task-caught-up', ...CATALOG],
  ['task-full', 'mixed', '#/tasks/19aa44d0-sessions', 'lag-value'],
  ['task-retrying', 'mixed', '#/tasks/7f2c1e9a-orders', 'error-panel'],
  ['task-holding', 'mixed', '#/tasks/5be09c22-carts', 'error-panel'],
  ['task-history-lost', 'history_lost', '#/tasks/5be09c22-carts', 'task-agree'],
  ['task-copy-again', 'history_lost', '#/tasks/5be09c22-carts', 'task-agree', click('task-agree', 'confirm-ok')],
  ['task-remove-keys', 'removal_asked', '#/tasks/5be09c22-carts', 'task-agree', click('task-agree', 'confirm-ok')],
  ['task-failed', 'mixed', '#/tasks/a4410b7e-ledger', 'error-panel'],
  ['task-finished', 'mixed', '#/tasks/000176aa-geo', 'lag-value'],
  ['task-credentials', 'mixed', '#/tasks/88f1d3c5-profiles', 'credentials-submit'],
  ['task-ready', 'mixed', '#/tasks/61c0e2f4-flags', 'task-continue'],
  ['task-unknown', 'mixed', '#/tasks/none', 'task-gone'],
  ['task-menu', ...CATALOG, click('task-more', 'menu-alerts')],
  ['task-stop', ...CATALOG, click('task-stop', 'confirm-ok')],
  ['task-switch-over', ...CATALOG, click('task-switch-over', 'switch-lag')],
  ['task-throttle', ...CATALOG, click('task-throttle', 'throttle-apply')],
  ['task-class', ...CATALOG, menu('task-more', 'menu-class', 'class-small')],
  ['task-class-custom', ...CATALOG, async (page) => {
    await page.click(id('task-throttle'));
    await page.fill(id('throttle-records'), '4000');
    await page.fill(id('throttle-megabytes'), '12');
    await page.click(id('throttle-apply'));
    await page.waitForSelector(id('throttle-apply'), { state: 'detached' });
    await menu('task-more', 'menu-class', 'class-own-limits')(page);
  }],
  ['task-alerts', ...CATALOG, async (page) => { await menu('task-more', 'menu-alerts', 'alerts-yes')(page); await page.click(id('alerts-yes')); }],
  ['task-report', ...CATALOG, async (page) => { await menu('task-more', 'menu-report', 'report-csv')(page); await click('confirm-ok', 'written-file')(page); }],
  ['task-diagnostics', ...CATALOG, menu('task-more', 'menu-diagnostics', 'diagnostics-text')],
  ['task-events', ...CATALOG, (page) => page.click(id('tab-events'))],
  ['task-logs', ...CATALOG, logs],
  ['task-logs-older', ...CATALOG, async (page) => { await logs(page); await page.evaluate(() => { document.querySelector('.log').scrollTop = 0; }); await page.waitForSelector(id('log-newest')); }],
  ['task-logs-none-such', ...CATALOG, async (page) => { await logs(page); await page.fill(id('log-search'), 'nowhere'); await page.waitForSelector('.nothing:visible'); }],
  ['task-logs-none', 'mixed', '#/tasks/61c0e2f4-flags', 'task-continue', async (page) => { await page.click(id('tab-logs')); await page.waitForSelector('.nothing:visible'); }],
  ['task-skipped', ...CATALOG, (page) => page.click(id('tab-skipped'))],
  ['task-conflicts', 'mixed', '#/tasks/000176aa-geo', 'lag-value', async (page) => { await page.click(id('tab-skipped')); await page.waitForSelector(id('skipped-row')); await page.evaluate(() => document.querySelector('.tabs-card')?.scrollIntoView()); }],
  ['task-settings', ...CATALOG, (page) => page.click(id('tab-settings'))],
  ['task-not-awake', 'no_keychain', '#/tasks/c03d77b1-catalog', 'lag-value', async (page) => { await page.click(id('tab-settings')); await page.evaluate(() => document.querySelector('.keep-awake')?.scrollIntoView()); }],
  ['task-bytes', ...CATALOG, (page) => page.click(id('throughput-bytes'))],
  ['task-hour', ...CATALOG, (page) => page.click(id('chart-range-hour'))],
  ['task-day', ...CATALOG, (page) => page.click(id('chart-range-day'))],
  ['task-pausing', ...CATALOG, (page) => page.click(id('task-pause'))],
];

/** As other programs and people list them, and one line that is none. */
const CONNECTIONS = [
  'redis://reporting:secret@orders.internal.example.com:6380/2', 'rediss://cache.example.com:6380', '10.9.1.3:6379', '10.9.1.3:6379',
  'redis-cli -c -h node1.internal -p 7001 -a secret', 'what is this', 'redis://a.internal:7000,b.internal:7000',
].join('\n');
const TEMPLATES = [
  ['templates', 'mixed', '#/templates', 'template-search'],
  ['templates-empty', 'empty', '#/templates', 'templates-empty'],
  ['templates-error', 'error', '#/templates', 'templates-error'],
  ['templates-none-found', 'mixed', '#/templates', 'template-search', (page) => page.fill(id('template-search'), 'nowhere')],
  ['templates-edit', 'mixed', '#/templates', 'template-search', click('template-edit-a1f0000000000001', 'template-form')],
  ['templates-tested', 'mixed', '#/templates', 'template-search', async (page) => { await page.click(id('template-test-a1f0000000000003')); await page.waitForSelector(`${id('template-a1f0000000000003-result')}[data-verdict=good]`); }],
  ['templates-delete', 'mixed', '#/templates', 'template-search', menu('template-more-a1f0000000000001', 'template-delete', 'confirm-ok')],
  ['templates-import', 'mixed', '#/templates/import', 'import-text'],
  ['templates-import-found', 'mixed', '#/templates/import', 'import-text', async (page) => {
    await page.fill(id('import-text'), CONNECTIONS);
    await page.waitForSelector(id('import-row-0'));
  }],
  ['templates-import-broken', 'mixed', '#/templates/import', 'import-text', async (page) => { await page.fill(id('import-text'), '[{"host": "a", "po'); await page.waitForSelector(id('import-error')); }],
  ['templates-import-done', 'mixed', '#/templates/import', 'import-text', async (page) => {
    await page.fill(id('import-text'), CONNECTIONS);
    await page.click(id('confirm-ok'));
    await page.waitForSelector(id('import-done'));
  }],
  ['templates-loading', 'loading', '#/templates', 'tasks-loading'],
  ['templates-create', 'mixed', '#/templates', 'template-search', click('template-create', 'template-form')],
];

const SHELL = [
  ['settings', 'mixed', '#/settings', 'state-folder'],
  ['settings-no-keychain', 'no_keychain', '#/settings', 'keychain-status'],
  ['palette', 'mixed', '#/tasks', 'attention', async (page) => { await page.keyboard.press('Control+k'); await page.waitForSelector(id('palette-input')); }],
  ['palette-none', 'mixed', '#/tasks', 'attention', async (page) => { await page.keyboard.press('Control+k'); await page.fill(id('palette-input'), 'xyz'); }],
  ['closing', 'closing', '#/tasks', 'close-remember'],
  ['keys', 'mixed', '#/tasks', 'attention', click('nav-help', 'cheat-sheet')],
];

const fillIn = async (page) => {
  await page.fill(id('source-host'), 'orders.internal.example.com');
  await page.fill(id('destination-host'), '10.9.1.3');
  await page.fill(id('destination-account'), 'migrator');
  await page.fill(id('destination-password'), 'something');
};
/** Opens a select and takes its nth option, from 0. */
const choose = async (page, select, nth) => {
  await page.click(id(select));
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').nth(nth).click();
};
const toObjects = async (page) => {
  await fillIn(page);
  await choose(page, 'destination-environment', 3);
  await page.click(id('test-and-proceed'));
  await page.waitForSelector(id('objects-source'));
};
const toPrecheck = async (page) => {
  await toObjects(page);
  await page.click(id('save-precheck'));
  await page.waitForSelector(id('precheck-again'));
};
const toClass = async (page) => {
  await toPrecheck(page);
  await page.click(id('next-purchase'));
  await page.waitForSelector(id('terms'));
};
const selectSome = async (page) => {
  await toObjects(page);
  await page.click(id('objects-move-all-left'));
  for (const n of [0, 1, 3]) await page.click(`${id(`database-${n}`)} .ant-checkbox`);
  await page.click(id('objects-move-right'));
};
const WIZARD = [
  ['step1', 'empty', '#/create', 'task-name'],
  ['step1-mistakes', 'empty', '#/create', 'task-name', async (page) => { await page.click(id('test-and-proceed')); await page.waitForSelector(id('error-source.host')); }],
  ['step1-tested', 'unreachable', '#/create', 'task-name', async (page) => {
    await fillIn(page);
    await page.click(id('test-and-proceed'));
    await page.waitForSelector(`${id('source-result')}[data-verdict=good]`);
    await page.waitForSelector(`${id('destination-result')}[data-verdict=bad]`);
  }],
  ['step1-testing', 'empty', '#/create', 'task-name', async (page) => {
    await fillIn(page);
    await page.click(id('source-test'));
    await page.waitForSelector(`${id('source-result')} .is-done`);
  }],
  ['step1-pasted', 'mixed', '#/create', 'task-name', async (page) => {
    await page.fill(id('source-host'), 'rediss://default:secret@orders.internal.example.com:6380/2');
    await page.fill(id('destination-password'), 'testaccount:Test1234');
    await page.focus(id('task-name'));
    await page.waitForSelector(id('destination-filled-undo'));
  }],
  ['step1-cloud', 'mixed', '#/create', 'task-name', (page) => choose(page, 'source-place', 0)],
  ['step1-template', 'mixed', '#/create', 'task-name', async (page) => { await page.click(id('source-template')); await page.waitForSelector('.template-option'); }],
  ['step1-save-template', 'mixed', '#/create', 'task-name', async (page) => { await fillIn(page); await page.click(id('source-save-template')); await page.waitForSelector(id('template-name')); }],
  ['step1-limits', 'mixed', '#/create', 'task-name', async (page) => { await page.click(`${id('limits-read')}:not([disabled])`); await page.waitForSelector('.limits-list'); }],
  ['step1-supported', 'mixed', '#/create', 'task-name', async (page) => { await page.click(id('supported')); await page.waitForSelector('.ant-modal .bullets'); }],
  ['step1-permissions', 'mixed', '#/create', 'task-name', async (page) => { await page.click('.permissions button'); await page.waitForSelector('.ant-modal .command'); }],
  ['step1-no-keychain', 'no_keychain', '#/create', 'keychain-note'],
  ['step2', 'empty', '#/create', 'task-name', toObjects],
  ['step2-selected', 'empty', '#/create', 'task-name', selectSome],
  ['step2-warnings', 'empty', '#/create', 'task-name', async (page) => {
    await selectSome(page);
    await page.click(id('stage-incremental'));
    await page.click(id('conflict-keep'));
  }],
  ['step2-advanced', 'empty', '#/create', 'task-name', async (page) => {
    await selectSome(page);
    await page.click(id('alerts-yes'));
    await page.fill(id('retry-minutes'), '20');
    await page.click(id('map-add'));
    await page.evaluate(() => document.querySelector('.advanced')?.scrollIntoView());
  }],
  ['step2-commands', 'empty', '#/create', 'task-name', async (page) => { await toObjects(page); await page.click(id('database-0'), { button: 'right' }); await page.waitForSelector(id('commands-dialog')); await page.click(id('commands-preset-no_flush')); }],
  ['step3-running', 'empty', '#/create', 'task-name', async (page) => { await toObjects(page); await page.click(id('save-precheck')); await page.waitForSelector('[data-verdict=passed]'); }],
  ['step3-passed', 'empty', '#/create', 'task-name', toPrecheck],
  ['step3-failed', 'precheck_fails', '#/create', 'task-name', toPrecheck],
  ['step3-details', 'precheck_fails', '#/create', 'task-name', async (page) => { await toPrecheck(page); await page.click(id('precheck-info-write_permission')); await page.click(id('show-keys-conflicting_keys')); }],
  ['step3-ignore', 'precheck_fails', '#/create', 'task-name', async (page) => { await toPrecheck(page); await page.click(id('ignore-conflicting_keys')); await page.waitForSelector(id('confirm-ok')); }],
  ['step4', 'empty', '#/create', 'task-name', toClass],
  ['step4-custom', 'empty', '#/create', 'task-name', async (page) => { await toClass(page); await page.click(id('class-custom')); await page.fill(id('limit-records'), '4000'); await page.click(id('terms')); }],
];

export const SCREENS = [...LIST, ...TASK, ...TEMPLATES, ...WIZARD, ...SHELL].map(([name, scenario, place, ready, act]) => ({
  name, scenario, place, ready: id(ready), act,
}));
