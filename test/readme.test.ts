import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../src/config.ts';
import { type RunningServer, startServer } from '../src/http/index.ts';
import { createGateway } from '../src/index.ts';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Each `curl` of the README, its continuation lines joined. */
const curls = blocks('bash')
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.startsWith('curl '));

describe('the curl lines of the README', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(await createGateway(), readServerConfig({ flags: { port: 0 } }));
  });
  afterAll(() => server.close());

  it('are all there', () => {
    expect(curls).toHaveLength(9);
  });

  it.each(curls)('%s', async (line) => {
    const command = line
      .replace('http://localhost:8000', server.url)
      .replace('curl ', 'curl --silent --fail-with-body ');
    const { stdout } = await run('bash', ['-c', command]);
    expect(stdout).toMatch(line.endsWith('/metrics') ? /^spillway_decisions_total\{/m : /^\{.*\}$/);
  });
});

describe('the programs of the README', () => {
  it.each(blocks('js').map((code, index) => [index, code] as const))(
    'number %i runs',
    async (_, code) => {
      // from the text, in the repository, where `spillway` is found by the package's own name
      const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', code]);
      expect(stderr).toBe('');
    },
  );
});
