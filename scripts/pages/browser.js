// A headless Chromium, spoken to over two pipes in the Chrome DevTools Protocol: no port, no driver, no package.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const callTimeoutMs = 20_000;

/** Where a Chromium is: `CHROMIUM` when it is set, else the first on the path; `null` when there is none. */
export function findChromium() {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM) return CHROMIUM;
  const candidates = PATH.split(delimiter).flatMap((folder) => names.map((n) => join(folder, n)));
  return candidates.find((file) => existsSync(file)) ?? null;
}

/** Starts it; `send(method, params, sessionId)` calls it, `on(listener)` hears its events, `close()` ends it. */
export async function startBrowser(executable) {
  const profile = mkdtempSync(join(tmpdir(), 'spillway-chromium-'));
  const flags = [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-proxy-server',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    // Chromium refuses its sandbox to root; what is rendered here are our own pages
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    'about:blank',
  ];
  // a process group of its own, so that its helpers end with it
  const child = spawn(executable, flags, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const listeners = new Set();
  let count = 0;
  let unread = '';
  const failAll = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('error', failAll);
  child.on('exit', () => failAll(new Error('Chromium ended')));
  input.on('error', failAll);
  output.setEncoding('utf8');
  output.on('data', (chunk) => {
    const messages = (unread + chunk).split('\0');
    unread = messages.pop();
    for (const message of messages) receive(JSON.parse(message));
  });

  function receive(message) {
    const call = waiting.get(message.id);
    if (call === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    waiting.delete(message.id);
    if (message.error) call.reject(new Error(`${call.method}: ${message.error.message}`));
    else call.resolve(message.result);
  }

  function send(method, params = {}, sessionId) {
    const id = ++count;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${method}: no answer within ${callTimeoutMs} ms`));
      }, callTimeoutMs);
      const settle = (how) => (value) => {
        clearTimeout(timer);
        how(value);
      };
      waiting.set(id, { method, resolve: settle(resolve), reject: settle(reject) });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  async function close() {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      try {
        process.kill(-child.pid, 'SIGKILL');
        await exited;
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  try {
    await send('Browser.getVersion');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    send,
    close,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
