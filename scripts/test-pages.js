#!/usr/bin/env node
// Renders the pages that people print in a real Chromium and checks what only a browser can tell: that nothing else is
// loaded, nothing complains, axe-core finds no fault, nothing is cut off at 320 pixels, and that decisions print on two pages.
//   node scripts/test-pages.js [--keep FOLDER]     after `npm run build`; exit 0 passed, 1 failed, 77 skipped: no Chromium
//   --keep FOLDER   writes the pages, screenshots and PDFs there
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import axe from 'axe-core';
import { findChromium, startBrowser } from './pages/browser.js';
import { compliancePages } from './pages/compliance-pages.js';
import { globalPage } from './pages/global-page.js';
import { countPages, openPage } from './pages/open-page.js';
import { trainingPages } from './pages/training-pages.js';

const { keep } = parseArgs({ options: { keep: { type: 'string' } } }).values;
const executable = findChromium();
if (executable === null) {
  console.error(
    'SKIPPED: there is no Chromium here (Debian: apt-get install chromium), so the pages are not looked at',
  );
  process.exit(77);
}
let faults = 0;
const expect = (name, holds) => {
  console.log(`  ${holds ? 'ok   ' : 'FAULT'} ${name}`);
  if (!holds) faults++;
};

const pages = await compliancePages();
const served = await askServer();
expect(`the server answers ${served.type}`, served.type === 'text/html; charset=utf-8');
pages.set('served', served.body);
pages.set('global', globalPage());
for (const [name, html] of trainingPages()) pages.set(name, html);
if (keep) mkdirSync(keep, { recursive: true });

const server = createServer((request, response) => {
  const html = pages.get(request.url.slice(1));
  response.writeHead(html === undefined ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
  });
  response.end(html);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await startBrowser(executable);
try {
  for (const name of pages.keys()) await look(name);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
console.log(faults > 0 ? `pages: ${faults} fault(s)` : `pages: passed, ${pages.size} pages`);
process.exitCode = faults > 0 ? 1 : 0;

async function look(name) {
  const url = `${origin}/${name}`;
  if (keep) writeFileSync(join(keep, `${name}.html`), pages.get(name));
  for (const width of [1200, 320]) {
    const page = await openPage(browser, url, { width });
    const { scrollWidth, axeRan, violations } = await examine(page);
    expect(
      `${name} at ${width} px: nothing reaches beyond the screen (${scrollWidth} px)`,
      scrollWidth <= width,
    );
    expect(
      `${name} at ${width} px: axe-core, ${axeRan} rules passed${violations.map((one) => `\n          ${one}`).join('')}`,
      axeRan > 10 && violations.length === 0,
    );
    if (keep) writeFileSync(join(keep, `${name}-${width}.png`), await page.screenshot());
    if (width === 1200) {
      const pdf = await page.pdf();
      const count = countPages(pdf);
      if (keep) writeFileSync(join(keep, `${name}.pdf`), pdf);
      // a report that is nothing but words of 300 letters may take more paper, and so may one on many rows
      if (name !== 'hostile' && name !== 'global' && !name.startsWith('training-'))
        expect(`${name}: prints on ${count} page(s) of A4`, count === 1 || count === 2);
    }
    expect(
      `${name} at ${width} px: asks for itself only${page.requests.map((one) => ` ${one}`).join('')}`,
      page.requests.length === 1 && page.requests[0] === url,
    );
    expect(
      `${name} at ${width} px: no complaint${page.complaints.map((one) => ` ${one}`).join('')}`,
      page.complaints.length === 0,
    );
    await page.close();
  }
}

async function examine(page) {
  const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
  await page.evaluate(`${axe.source};undefined`);
  const { passes, violations, incomplete } = await page.evaluate(
    'axe.run(document).then(({ passes, violations, incomplete }) => ({ passes: passes.length, incomplete: incomplete.map(({ id }) => id), violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`) }))',
  );
  if (incomplete.length > 0)
    console.log(`        axe-core cannot tell by itself: ${incomplete.join(', ')}`);
  return { scrollWidth, axeRan: passes, violations };
}

/** What a running server answers a browser that asks for an explained decision. */
async function askServer() {
  const child = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const base = await new Promise((resolve, reject) => {
      let log = '';
      const timer = setTimeout(
        () => reject(new Error('the server does not listen after 10 s')),
        10_000,
      );
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      child.stdout.on('data', (chunk) => {
        log += chunk;
        const [, url] = /"url":"([^"]+)"/.exec(log) ?? [];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
    });
    const response = await fetch(
      `${base}/predict/reliable?require_explanation=true&counterfactual=true`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/html' },
        body: JSON.stringify({ age: 35, monthly_charges: 99.5, total_charges: 199, tenure: 2 }),
        signal: AbortSignal.timeout(10_000),
      },
    );
    return { type: response.headers.get('content-type') ?? '', body: await response.text() };
  } finally {
    child.removeAllListeners('exit');
    await end(child);
  }
}

/** Lets a process end by itself for five seconds. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(timer);
}
