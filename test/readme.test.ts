import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../src/config.ts';
import { type RunningServer, startServer } from '../src/http/index.ts';
import { createGateway } from '../src/index.ts';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');

function blocks(language: string, page: string = readme): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Each `curl` of the README, its continuation lines joined. */
const curls = blocks('bash')
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.startsWith('curl '));

/** What a `curl` line sends, so that the test needs no curl. */
function requestOf(line: string): { url: string; init: RequestInit } {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, a, b, c]) => a ?? b ?? c ?? '',
  );
  const after = (flag: string) =>
    words.flatMap((word, index) => (words[index - 1] === flag ? word : []));
  const [method = 'GET'] = after('-X');
  const [body = null] = after('-d');
  const headers = after('-H').map((header) => header.split(': ', 2) as [string, string]);
  return {
    url: words.find((word) => word.startsWith('http')) ?? '',
    init: { method, headers, body },
  };
}

describe('the curl lines of the README', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(
      await createGateway(),
      readServerConfig({ flags: { port: 0, drainDelayMs: 0 } }),
    );
  });
  afterAll(() => server.close());

  it('are all there', () => {
    expect(curls).toHaveLength(10);
  });

  it.each(curls)('%s', async (line) => {
    const { url, init } = requestOf(line);
    const response = await fetch(url.replace('http://localhost:8000', server.url), init);
    const text = await response.text();
    expect(response.status).toBe(200);
    if (url.endsWith('/metrics')) expect(text).toMatch(/^spillway_decisions_total\{/m);
    else if (line.includes('text/html')) expect(text).toContain('would have been');
    else
      expect(JSON.parse(text)).toMatchObject(line.includes('/predict') ? { degraded: false } : {});
  });
});

describe.each(['README.md', 'docs/batches.md', 'docs/explanations.md', 'docs/training.md'])(
  'the programs of %s',
  (page) => {
    it.each(blocks('js', readFileSync(page, 'utf8')).map((code, index) => [index, code] as const))(
      'number %i runs',
      async (_, code) => {
        // from the text, in the repository, where `spillway` is found by the package's own name
        const ending = code.replace('.listen(3000)', '.listen(0, () => process.exit())');
        const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', ending]);
        expect(stderr).toBe('');
      },
    );
  },
);
