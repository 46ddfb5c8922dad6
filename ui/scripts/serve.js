// The mock page, served under the shell's own content security policy, and a browser to look at it with.

import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const ui = fileURLToPath(new URL('..', import.meta.url));
const page_folder = join(ui, '../target/ui-mock');

const NONCE = 'walk';
const { csp } = JSON.parse(readFileSync(join(ui, '../src-tauri/tauri.conf.json'), 'utf8')).app.security;
const policy = Object.entries({ ...csp, 'style-src': `${csp['style-src']} 'nonce-${NONCE}'` })
  .map(([directive, value]) => `${directive} ${value}`)
  .join('; ');

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.woff': 'font/woff' };

/** Gives the page's address and what ends it. */
export async function serve() {
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
  return { origin: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

export function browser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}
