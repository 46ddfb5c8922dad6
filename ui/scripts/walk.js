// Walks through every screen in every state, from the mock, in a real browser: both themes, both languages,
// and at 200 % zoom. Fails on what axe finds, on what is cut off, on errors in the console and on violations
// of the shell's content security policy.
//
//   npm run test:axe [-- part-of-a-name]     looks
//   npm run shots [-- part-of-a-name]        looks, and takes pictures into target/ui-shots

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SCREENS } from './screens.js';
import { browser, serve } from './serve.js';

const ui = fileURLToPath(new URL('..', import.meta.url));
const folder = join(ui, '../target/ui-shots');
const axe = readFileSync(join(ui, 'node_modules/axe-core/axe.min.js'), 'utf8');
const words = process.argv.slice(2);
const pictures = words.includes('--pictures');
const only = words.find((word) => !word.startsWith('--')) ?? '';

const FULL = { width: 1280, height: 820 };
const WAYS = [
  { name: 'en-light', language: 'en', theme: 'light', viewport: FULL },
  { name: 'en-dark', language: 'en', theme: 'dark', viewport: FULL },
  { name: 'zh-dark', language: 'zh', theme: 'dark', viewport: FULL },
  { name: 'zh-light', language: 'zh', theme: 'light', viewport: FULL },
  // The smallest window in which nothing may be cut off, then the usual one at 200 %.
  { name: 'small', language: 'en', theme: 'light', viewport: { width: 1024, height: 700 }, looks: false },
  { name: 'zoom', language: 'en', theme: 'light', viewport: { width: FULL.width / 2, height: FULL.height / 2 } },
];
/** The machine may have other things to do. */
const PATIENCE_MS = 60_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Text that has no box of its own to scroll in and ends past its screen. */
const cutOff = () => {
  const main = document.querySelector('main');
  const wide = main ? main.scrollWidth - main.clientWidth : 0;
  const dialog = document.querySelector('[role="dialog"]')?.getBoundingClientRect();
  return Math.max(wide, dialog ? Math.round(dialog.right - window.innerWidth) : 0);
};

/** A control that is smaller than 24 px both ways and is not part of a line of text. */
const tooSmall = () => [...document.querySelectorAll('button, [role="button"], input:not([type="hidden"]), [role="switch"], [role="tab"], summary')]
  .filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && (width < 24 || height < 24) && element.type !== 'radio' && element.type !== 'checkbox' && element.type !== 'search' && !element.closest('.ant-select, .ant-input-affix-wrapper');
  })
  .map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent}`);

mkdirSync(folder, { recursive: true });
const { origin, end } = await serve();
/** What is wrong; told as it is found, with the first place where it was seen. */
const problems = new Set();
let looks = 0;

/** One after the other: where several windows are open, menus close in those that wait for the processor. */
async function walk(screens) {
  const chromium = await browser();
  const window = await chromium.newContext({ viewport: FULL, reducedMotion: 'reduce' });
  window.setDefaultTimeout(PATIENCE_MS);
  for (const screen of screens) {
    const { name } = screen;
    let at = name;
    const report = (what) => {
      if (problems.has(what)) return;
      problems.add(what);
      console.log(`${at}: ${what}`);
    };
    const page = await window.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') report(message.text());
    });
    page.on('pageerror', (error) => report(error.message));
    try {
      await look(page, screen, (way) => { at = `${name} (${way})`; }, report);
    } catch (error) {
      report(`${name} cannot be looked at: ${error.message.split('\n')[0]}`);
    }
    await page.close();
  }
  await chromium.close();
}

async function look(page, { name, scenario, place, ready, act }, arrive, report) {
  await page.goto(`${origin}/?scenario=${scenario}${place}`);
  await page.waitForSelector(ready);
  await act?.(page);
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(axe);
  for (const way of WAYS) {
    arrive(way.name);
    await page.setViewportSize(way.viewport);
    await page.emulateMedia({ colorScheme: way.theme, reducedMotion: 'reduce' });
    // The page may still be starting: its words are there as soon as it is.
    await page.evaluate((language) => window.keyferry.speak(language), way.language);
    await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, way.theme);
    // What changed is on the screen after the next frame, and at rest.
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
    if (pictures) await page.screenshot({ path: join(folder, `${name}-${way.name}.png`) });
    const wide = await page.evaluate(cutOff);
    if (wide > 0) report(`${wide} px are cut off at the right`);
    for (const small of await page.evaluate(tooSmall)) report(`smaller than 24 px: ${small}`);
    if (way.looks === false) continue;
    looks += 1;
    const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), RULES);
    for (const violation of violations) {
      for (const node of violation.nodes) report(`axe ${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1).join(' ').trim()}`);
    }
  }
}

await walk(SCREENS.filter(({ name }) => name.includes(only)));
end();
console.log(looks === 0 ? `no screen is named like “${only}”` : `${looks} looks, ${problems.size === 0 ? 'nothing' : problems.size} found`);
process.exitCode = looks > 0 && problems.size === 0 ? 0 : 1;
