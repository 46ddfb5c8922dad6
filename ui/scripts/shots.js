// Pictures of every screen, scenario and theme into target/ui-shots, from the mock, under the shell's own
// content security policy; fails on a violation of it, on an error in the console and on what axe finds.
//
//   npm run shots [-- part-of-a-name]

import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const ui = fileURLToPath(new URL('..', import.meta.url));
const page_folder = join(ui, '../target/ui-mock');
const shots_folder = join(ui, '../target/ui-shots');
const axe = readFileSync(join(ui, 'node_modules/axe-core/axe.min.js'), 'utf8');
const only = process.argv[2] ?? '';

const NONCE = 'shots';
const { csp } = JSON.parse(readFileSync(join(ui, '../src-tauri/tauri.conf.json'), 'utf8')).app.security;
const policy = Object.entries({ ...csp, 'style-src': `${csp['style-src']} 'nonce-${NONCE}'` })
  .map(([directive, value]) => `${directive} ${value}`)
  .join('; ');

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.woff': 'font/woff' };
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
  if (path === '/') {
    const html = readFileSync(join(page_folder, 'index.html'), 'utf8').replace('<style', `<style nonce="${NONCE}"`);
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(html);
    return;
  }
  const file = createReadStream(join(page_folder, path));
  file.on('error', () => response.writeHead(404).end());
  file.on('open', () => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }));
  file.pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const id = (name) => `[data-testid="${name}"]`;
const fillIn = async (page) => {
  await page.fill(id('source-host'), 'orders.internal.example.com');
  await page.fill(id('destination-host'), '10.9.1.3');
  await page.fill(id('destination-account'), 'migrator');
  await page.fill(id('destination-password'), 'something');
};
const precheck = async (page) => {
  await fillIn(page);
  await page.click(id('save-precheck'));
  await page.waitForSelector(`${id('precheck-item-spool_disk')}`);
  await page.waitForFunction(() => !document.querySelector('[data-testid="precheck-again"]')?.classList.contains('ant-btn-loading'));
};

/** name, scenario, place, what to wait for, what to do */
const SCREENS = [
  ['list', 'mixed', '#/tasks', 'attention'],
  ['list-empty', 'empty', '#/tasks', 'hero'],
  ['list-empty-no-demo', 'no_keychain', '#/settings', 'keychain-status'],
  ['list-loading', 'loading', '#/tasks', 'tasks-loading'],
  ['list-error', 'error', '#/tasks', 'tasks-error'],
  ['list-search-none', 'mixed', '#/tasks', 'attention', (page) => page.fill(id('task-search'), 'nowhere')],
  ['list-menu', 'mixed', '#/tasks', 'attention', (page) => page.click(id('row-more-c03d77b1-catalog'))],
  ['task-caught-up', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value'],
  ['task-full', 'mixed', '#/tasks/19aa44d0-sessions', 'lag-value'],
  ['task-retrying', 'mixed', '#/tasks/7f2c1e9a-orders', 'error-panel'],
  ['task-holding', 'mixed', '#/tasks/5be09c22-carts', 'error-panel'],
  ['task-failed', 'mixed', '#/tasks/a4410b7e-ledger', 'error-panel'],
  ['task-finished', 'mixed', '#/tasks/000176aa-geo', 'lag-value'],
  ['task-credentials', 'mixed', '#/tasks/88f1d3c5-profiles', 'credentials-submit'],
  ['task-ready', 'mixed', '#/tasks/61c0e2f4-flags', 'task-continue'],
  ['task-unknown', 'mixed', '#/tasks/none', null],
  ['task-stop', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', async (page) => { await page.click(id('task-stop')); await page.waitForSelector(id('confirm-ok')); }],
  ['task-throttle', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', async (page) => { await page.click(id('task-throttle')); await page.waitForSelector(id('throttle-apply')); }],
  ['task-events', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', (page) => page.click(id('tab-events'))],
  ['task-skipped', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', (page) => page.click(id('tab-skipped'))],
  ['task-settings', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', (page) => page.click(id('tab-settings'))],
  ['task-pausing', 'mixed', '#/tasks/c03d77b1-catalog', 'lag-value', (page) => page.click(id('task-pause'))],
  ['create', 'empty', '#/create', 'task-name'],
  ['create-mistakes', 'empty', '#/create', 'task-name', async (page) => { await page.click(id('save-precheck')); await page.waitForSelector(id('error-source.host')); }],
  ['create-tested', 'unreachable', '#/create', 'task-name', async (page) => {
    await fillIn(page);
    await page.click(id('source-test'));
    await page.click(id('destination-test'));
    await page.click(id('databases-chosen'));
    await page.waitForSelector(`${id('source-result')}[data-verdict=good]`);
    await page.waitForSelector(`${id('destination-result')}[data-verdict=bad]`);
  }],
  ['create-testing', 'empty', '#/create', 'task-name', async (page) => {
    await fillIn(page);
    await page.click(id('source-test'));
    await page.waitForSelector(`${id('source-result')} .is-done`);
  }],
  ['precheck-passed', 'empty', '#/create', 'task-name', precheck],
  ['precheck-failed', 'precheck_fails', '#/create', 'task-name', precheck],
  ['settings', 'mixed', '#/settings', 'state-folder'],
];
const SIZES = { '': { width: 1280, height: 820 }, '-small': { width: 1024, height: 700 } };

mkdirSync(shots_folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const problems = [];
for (const [name, scenario, place, ready, act] of SCREENS) {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const shot = `${name}${size}-${theme}`;
      if (!shot.includes(only)) continue;
      const page = await browser.newPage({ viewport, colorScheme: theme, reducedMotion: 'reduce', bypassCSP: false });
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(`${shot}: ${message.text()}`);
      });
      page.on('pageerror', (error) => problems.push(`${shot}: ${error.message}`));
      await page.goto(`${origin}/?scenario=${scenario}${place}`);
      await page.waitForSelector(ready === null ? '.problem' : id(ready));
      await page.evaluate(() => document.fonts.ready);
      await act?.(page);
      await page.screenshot({ path: join(shots_folder, `${shot}.png`) });
      const wide = await page.evaluate(() => {
        const main = document.querySelector('main');
        return main ? main.scrollWidth - main.clientWidth : 0;
      });
      if (wide > 0) problems.push(`${shot}: ${wide} px are cut off at the right`);
      if (size === '') {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        for (const violation of violations) {
          for (const node of violation.nodes) problems.push(`${shot}: axe ${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1).join(' ').trim()}`);
        }
      }
      await page.close();
    }
  }
}
await browser.close();
server.close();
console.log(problems.length === 0 ? `Nothing found; pictures in ${shots_folder}` : [...new Set(problems)].join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;
