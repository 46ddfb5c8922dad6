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
  ['list-none-found', 'mixed', '#/tasks', 'attention', (page) => page.fill(id('task-search'), 'nowhere')],
  ['list-menu', 'mixed', '#/tasks', 'attention', click('row-more-c03d77b1-catalog', 'menu-rename')],
  ['list-no-keychain', 'no_keychain', '#/tasks', 'keychain-banner'],
  ['list-rename', 'mixed', '#/tasks', 'attention', menu('row-more-c03d77b1-catalog', 'menu-rename', 'rename-input')],
  ['list-delete', 'mixed', '#/tasks', 'attention', menu('row-more-61c0e2f4-flags', 'menu-delete', 'confirm-ok')],
];

const CATALOG = ['mixed', '#/tasks/c03d77b1-catalog', 'lag-value'];
const TASK = [
  ['task-caught-up', ...CATALOG],
  ['task-full', 'mixed', '#/tasks/19aa44d0-sessions', 'lag-value'],
  ['task-retrying', 'mixed', '#/tasks/7f2c1e9a-orders', 'error-panel'],
  ['task-holding', 'mixed', '#/tasks/5be09c22-carts', 'error-panel'],
  ['task-failed', 'mixed', '#/tasks/a4410b7e-ledger', 'error-panel'],
  ['task-finished', 'mixed', '#/tasks/000176aa-geo', 'lag-value'],
  ['task-credentials', 'mixed', '#/tasks/88f1d3c5-profiles', 'credentials-submit'],
  ['task-ready', 'mixed', '#/tasks/61c0e2f4-flags', 'task-continue'],
  ['task-unknown', 'mixed', '#/tasks/none', null],
  ['task-menu', ...CATALOG, click('task-more', 'menu-alerts')],
  ['task-stop', ...CATALOG, click('task-stop', 'confirm-ok')],
  ['task-switch-over', ...CATALOG, click('task-switch-over', 'switch-lag')],
  ['task-throttle', ...CATALOG, click('task-throttle', 'throttle-apply')],
  ['task-class', ...CATALOG, menu('task-more', 'menu-class', 'class-small')],
  ['task-alerts', ...CATALOG, async (page) => { await menu('task-more', 'menu-alerts', 'alerts-yes')(page); await page.click(id('alerts-yes')); }],
  ['task-report', ...CATALOG, async (page) => { await menu('task-more', 'menu-report', 'report-csv')(page); await click('confirm-ok', 'written-file')(page); }],
  ['task-diagnostics', ...CATALOG, menu('task-more', 'menu-diagnostics', 'diagnostics-text')],
  ['task-events', ...CATALOG, (page) => page.click(id('tab-events'))],
  ['task-skipped', ...CATALOG, (page) => page.click(id('tab-skipped'))],
  ['task-settings', ...CATALOG, (page) => page.click(id('tab-settings'))],
  ['task-pausing', ...CATALOG, (page) => page.click(id('task-pause'))],
];

const SHELL = [
  ['settings', 'mixed', '#/settings', 'state-folder'],
  ['settings-no-keychain', 'no_keychain', '#/settings', 'keychain-status'],
  ['palette', 'mixed', '#/tasks', 'attention', async (page) => { await page.keyboard.press('Control+k'); await page.waitForSelector(id('palette-input')); }],
  ['palette-none', 'mixed', '#/tasks', 'attention', async (page) => { await page.keyboard.press('Control+k'); await page.fill(id('palette-input'), 'xyz'); }],
  ['keys', 'mixed', '#/tasks', 'attention', click('nav-help', 'cheat-sheet')],
];

export const SCREENS = [...LIST, ...TASK, ...SHELL].map(([name, scenario, place, ready, act]) => ({
  name, scenario, place, ready: ready === null ? '.problem' : id(ready), act,
}));
