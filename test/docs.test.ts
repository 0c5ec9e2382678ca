/** What the documentation says twice must be what the code says: codes, metrics, settings, flags, links, examples. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { createCombinedMetrics } from '../src/cli/cluster/combined-metrics.ts';
import { workerMetrics } from '../src/cli/cluster/worker-metrics.ts';
import { serveHelp } from '../src/cli/serve.ts';
import { trainHelp } from '../src/cli/train.ts';
import { readServerConfig } from '../src/config.ts';
import { errorCodeNames, systemClock } from '../src/core/index.ts';
import { knownFormats } from '../src/formats/index.ts';
import { createRoutes } from '../src/http/handlers.ts';
import { statusOf } from '../src/http/problem.ts';
import {
  createGateway,
  type Gateway,
  loadVersions,
  readModel,
  SpillwayError,
} from '../src/index.ts';
import { parseModelCard } from '../src/model/index.ts';
import { withMonitoring } from '../src/patterns.ts';
import { completeOptions as completeBulkhead } from '../src/resilience/bulkhead-options.ts';
import { completeOptions } from '../src/resilience/circuit-breaker-options.ts';
import { completeOptions as completeGradient } from '../src/resilience/gradient-limit-options.ts';
import { createFixedLimit } from '../src/resilience/index.ts';
import { createRouter } from '../src/routing/index.ts';
import { parseTrainConfig } from '../src/training/index.ts';
import { trainBoosting, trainForest, trainLinear, trainLogistic } from '../src/training.ts';
import { editJson } from './formats/edit-json.ts';

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...below('docs'),
  ...below('lessons'),
];
const xgboostModel = readFileSync('test/fixtures/xgboost/3.4.1/binary-logistic.model.json');

let gateway: Gateway;
beforeAll(async () => {
  const versions = await loadVersions();
  const { labels } = versions[0]!.model!;
  // one that answers later has metrics of its own
  const later = { name: 'later', labels, predict: () => 0.5, weight: 0 };
  gateway = await createGateway({ versions: [...versions, later] });
});
afterAll(() => gateway.close());

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path))
    .toSorted();
}

function read(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The cells of the table rows whose first cell is one word in backticks, that word first; all tables of a page, or of one section. */
function rowsOf(page: string, section?: string): string[][] {
  const text = read(page);
  const part = section === undefined ? text : sectionOf(text, section);
  return [...part.matchAll(/^\| (?:<a [^>]+><\/a>)?`([^`]+)` \| (.*) \|$/gm)].map(
    ([, name = '', rest = '']) => [name, ...rest.split(/ ?(?<!\\)\| ?/).map((cell) => cell.trim())],
  );
}

/** From a heading to the next of its rank or a higher one. */
function sectionOf(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  expect(start, heading).toBeGreaterThan(-1);
  const rank = heading.indexOf(' ');
  const end = text.slice(start + 1).search(new RegExp(`\\n#{1,${rank}} `));
  return end === -1 ? text.slice(start) : text.slice(start, start + 1 + end);
}

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block = '']) => block,
  );
}

describe('errors.md', () => {
  const rows = rowsOf('docs/errors.md');

  test('lists every code of the register, in its order, with its status and whether to retry', () => {
    expect(rows.map(([code, status, retryable]) => [code, Number(status), retryable])).toEqual(
      errorCodeNames.map((code) => [
        code,
        statusOf[code],
        new SpillwayError(code, '').retryable ? 'yes' : 'no',
      ]),
    );
  });

  test('says of every code what it means and what to do', () => {
    for (const [code, , , meaning, advice] of rows) {
      expect(meaning, code).toMatch(/\.$/);
      expect(advice, code).toMatch(/\.$/);
      expect(read('docs/errors.md')).toContain(`<a id="${code}"></a>\`${code}\``);
    }
  });

  test('and the register and the statuses have the same codes in the same order', () => {
    expect(Object.keys(statusOf)).toEqual([...errorCodeNames]);
  });
});

describe('metrics.md', () => {
  let text: string;
  beforeAll(async () => {
    const registry = gateway.metrics;
    await withMonitoring(() => 1, { name: 'documented', registry })();
    const ofWorkers = createCombinedMetrics().combine([workerMetrics(2, 0, 0)], []);
    text = `${await registry.metrics()}\n${await ofWorkers.metrics()}`;
  });

  test('lists every metric of a gateway and no other, with its type', () => {
    const documented = rowsOf('docs/metrics.md').map(([name, type]) => `${name} ${type}`);
    const real = [...text.matchAll(/^# TYPE (.+)$/gm)].map(([, type = '']) => type);
    expect(documented.toSorted()).toEqual(real.toSorted());
  });

  test('names the labels of each', () => {
    for (const [name, , labels] of rowsOf('docs/metrics.md')) {
      const [, series = ''] = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(text)!;
      const names = [...series.matchAll(/(\w+)="/g)].map(([, label]) => label);
      expect(labels!.match(/\w+/g) ?? [], name).toEqual(names);
    }
  });

  test('asks in its queries for nothing else, and for labels that exist', () => {
    for (const query of blocksOf(read('docs/metrics.md'), 'promql')) {
      for (const [name] of query.matchAll(/spillway_\w+/g)) {
        expect(text).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
      }
      for (const [, label, value] of query.matchAll(/(\w+)="(\w[^"]*)"/g)) {
        expect(text).toContain(`${label}="${value}"`);
      }
    }
  });
});

describe('configuration.md', () => {
  const page = read('docs/configuration.md');
  const [example = ''] = blocksOf(page, 'json');
  const settings = rowsOf('docs/configuration.md', '## Settings');
  const folder = mkdtempSync(join(tmpdir(), 'spillway-docs-'));
  const file = join(folder, 'config.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('shows a file that has every setting, and that is accepted as it stands', () => {
    writeFileSync(file, example);
    // equal, so that no setting with a default is left out of the example
    expect(readServerConfig({ flags: {}, file })).toEqual(JSON.parse(example));
  });

  test('lists each setting of that file', () => {
    expect(settings.map(([name]) => name)).toEqual(
      leavesOf(JSON.parse(example)).map(([name]) => name),
    );
  });

  test('gives the defaults that there are', () => {
    const breaker = completeOptions({ name: 'any' });
    const defaults = new Map([
      // infinite where there is none
      ...leavesOf({ gateway: { breaker } }).filter(
        ([, value]) => value !== Number.POSITIVE_INFINITY,
      ),
      ...leavesOf(readServerConfig({ flags: {} })),
    ]);
    const given = settings.filter(([, , value]) => value!.startsWith('`'));
    for (const [name, , value] of given)
      expect(`\`${String(defaults.get(name!))}\``, name).toBe(value);
    expect(given.map(([name]) => name)).toEqual(
      settings.map(([name]) => name!).filter((name) => defaults.has(name)),
    );
    const inBreaker = settings.filter(([name]) => name!.startsWith('gateway.breaker.'));
    const options = rowsOf('docs/resilience.md', '### Options');
    expect(options.map(([option, value]) => [`gateway.breaker.${option}`, value])).toEqual(
      inBreaker.map(([name]) => [name, defaults.has(name!) ? String(defaults.get(name!)) : 'none']),
    );
  });

  test('lists the flags and variables that the help of the command names', () => {
    const flags = [...serveHelp.matchAll(/^ {2}(--\S+(?: [A-Z]+)?)/gm)].map(([, flag]) => flag);
    expect(rowsOf('docs/configuration.md', '## Flags').map(([flag]) => flag)).toEqual(flags);
    const variables = serveHelp.match(/SPILLWAY_\w+/g);
    expect(rowsOf('docs/configuration.md', '## Environment').map(([name]) => name)).toEqual(
      variables,
    );
  });
});

describe('resilience.md', () => {
  test.each([
    ['### Bulkhead', completeBulkhead({ limit: createFixedLimit(1) })],
    ['### Limits that find themselves', completeGradient({})],
  ])('has under %s every option with its default', (section, settings) => {
    const { clock, ...described } = settings;
    expect(clock).toBe(systemClock);
    const defaults = Object.entries(described).map(([name, value]) => [
      name,
      typeof value === 'object' ? 'required' : String(value),
    ]);
    // the other table of the section is one of codes
    const options = rowsOf('docs/resilience.md', section).filter(([name]) => /^[a-z]/.test(name!));
    expect(options.map(([name, value]) => [name, value])).toEqual(defaults);
  });
});

/** The innermost settings with their values; weights count as one. */
function leavesOf(settings: object, prefix = ''): [string, unknown][] {
  return Object.entries(settings).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && name !== 'weights'
      ? leavesOf(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value]],
  );
}

describe('model-card.md', () => {
  test('begins with a card that fits a real file', async () => {
    const [minimal = ''] = blocksOf(read('docs/model-card.md'), 'json');
    const card = parseModelCard(minimal);
    expect(card.artifact.sha256).toBe(createHash('sha256').update(xgboostModel).digest('hex'));
    const { schema } = readModel(xgboostModel);
    expect(card.features.map(({ name }) => name)).toEqual(schema.features.map(({ name }) => name));
  });

  test('lists fields that a card may have, and all that the demo models use', async () => {
    const used = new Set<string>();
    for (const name of readdirSync('models/churn'))
      for (const key of Object.keys(JSON.parse(read(`models/churn/${name}/card.json`))))
        used.add(key);
    const fields = sectionOf(read('docs/model-card.md'), '## Fields')
      .split('\n')
      .flatMap((line) => (line.startsWith('| `') ? line.split('|')[1]!.match(/\w+/g)! : []));
    for (const field of used) expect(fields).toContain(field);
    expect(() => parseModelCard(JSON.stringify({ nonsense: null }))).toThrow(/nonsense/);
    for (const field of fields) {
      expect(() => parseModelCard(JSON.stringify({ [field]: null }))).not.toThrow(/Unrecognized/);
    }
  });
});

describe('training.md', () => {
  const page = read('docs/training.md');
  const values = Float64Array.of(1, 2, 3, 4);
  const table = {
    rows: 4,
    columns: [{ name: 'x', type: 'number', values, categories: [] }],
  } as const;
  const labels = [0, 1, 0, 1];
  const parameters = { stranger: 1 } as object;

  /** The words in backticks that stand in the first cells of the first table below a heading. */
  function namesBelow(heading: string, cells: number): string[] {
    const [rows = ''] = /(?:^\|.*\n)+/m.exec(page.slice(page.indexOf(heading))) ?? [];
    return rows
      .split('\n')
      .slice(2)
      .flatMap((row) => row.split('|').slice(1, 1 + cells))
      .flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  }

  /** The names that the refusal of another one lists. */
  async function namesOf(training: Promise<unknown>): Promise<string[]> {
    const error: unknown = await training.catch((cause: unknown) => cause);
    if (!SpillwayError.isInstance(error)) throw new Error('expected a refusal');
    return error.message.split(/ are /).at(-1)!.split(', ');
  }

  test.each([
    ['## Boosting', 2, () => trainBoosting({ table, labels, parameters, inline: true })],
    [
      '## Forest',
      1,
      () => trainForest({ table, labels, parameters, task: 'binary', inline: true }),
    ],
    ['| `logistic` |', 1, () => trainLogistic({ table, labels, parameters, inline: true })],
    ['| `linear` |', 1, () => trainLinear({ table, labels, parameters, inline: true })],
  ])(
    'lists under %s the parameters that there are, and no other',
    async (heading, cells, train) => {
      expect(namesBelow(heading, cells).toSorted()).toEqual((await namesOf(train())).toSorted());
    },
  );

  test('lists each key of train.json, and shows a file that is accepted', () => {
    const [example = ''] = blocksOf(page, 'json');
    const rest = { weight: 'exposure', linear: {} };
    const keys = Object.keys(parseTrainConfig({ ...JSON.parse(example), ...rest }));
    const section = '| key | value |';
    expect(namesBelow(section, 1).toSorted()).toEqual(keys.toSorted());
  });

  test('gives the defaults of train.json', () => {
    const defaults = parseTrainConfig({});
    // filled in where they are of use
    const later = { threshold: 0.5, stopping_share: 0.15 };
    const documented = new Map(
      sectionOf(page, '## train.json')
        .split('\n')
        .map((line) => line.split('|').map((cell) => cell.trim()))
        .flatMap(([, names = '', , value]) =>
          [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, value] as const),
        ),
    );
    for (const [name, value] of Object.entries({ ...defaults, ...later })) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      expect(documented.get(name), name).toBe(`\`${text}\``);
    }
  });

  test('and command-line.md name the options of the command', () => {
    const flags = [...trainHelp.matchAll(/^ {2}(--\S+)/gm)].map(([, flag]) => flag);
    const section = sectionOf(read('docs/command-line.md'), '## train');
    const cells = section.split('\n').flatMap((line) => line.split('|')[1] ?? []);
    const listed = cells.flatMap((cell) => cell.match(/--[a-z]+(?:-[a-z]+)*/g) ?? []);
    expect(listed).toEqual(flags);
  });
});

test('formats.md and model-card.md list the formats that can be read', () => {
  const listed = [...read('docs/formats.md').matchAll(/^\| \[?`([a-z-]+)`/gm)].map(
    ([, name = '']) => name,
  );
  expect(listed.toSorted()).toEqual(knownFormats.toSorted());
  const [, , , inCard] = rowsOf('docs/model-card.md', '## Fields').find(
    ([name]) => name === 'format',
  )!;
  const named = [...inCard!.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual(knownFormats.toSorted());
});

test('formats/xgboost.md lists the objectives that can be read', () => {
  const rows = read('docs/formats/xgboost.md').match(/^\| `[\w:]+:[^|]+/gm) ?? [];
  const listed = rows.flatMap((row) => row.match(/\w+:\w+/g) ?? []);
  const unknown = editJson(xgboostModel, ({ learner }) => {
    learner.objective.name = 'reg:none';
  });
  let message = '';
  try {
    readModel(unknown);
  } catch (error) {
    if (error instanceof Error) [, message = ''] = error.message.split(' are ');
  }
  expect(listed.toSorted()).toEqual(message.split(', ').toSorted());
});

/** Who gets a unit under three weights. */
function splitOf(first: number, second: number, third: number, salt = 'spillway') {
  const arms = [
    { name: 'v1.0', weight: first },
    { name: 'v1.1', weight: second },
    { name: 'v2.0', weight: third },
  ];
  const router = createRouter(arms, salt, () => 0);
  return (unit: string) => arms[router.choose(unit)]!.name;
}

describe('routing.md', () => {
  const page = read('docs/routing.md');
  const units = Array.from({ length: 10_000 }, (_, index) => `customer-${index}`);
  const before = splitOf(30, 60, 10);

  test('works an example that is right', () => {
    for (const [version, digits, weight, draw] of rowsOf('docs/routing.md', '## With a unit id')) {
      const hash = createHash('sha256').update(`spillway.${version}.customer-17`).digest('hex');
      expect(digits).toBe(`\`${hash.slice(0, 13)}\``);
      const u = (Number.parseInt(hash.slice(0, 13), 16) + 0.5) / 2 ** 52;
      expect(draw).toBe((-Math.log(u) / Number(weight)).toFixed(6));
    }
    expect(page).toContain(`"customer-17")\` is \`"${before('customer-17')}"\``);
  });

  test('counts right what moves', () => {
    const moves = [
      splitOf(40, 60, 10),
      splitOf(30, 60, 0),
      splitOf(40, 55, 5),
      splitOf(30, 60, 10, 'autumn'),
    ].map((after) => units.filter((unit) => before(unit) !== after(unit)).length);
    const rows =
      sectionOf(page, '## What moves when weights change').match(/^\| [^|]+\d.*$/gm) ?? [];
    const counts = [...rows, page.match(/^\| another salt .*$/m)![0]].map((row) =>
      Number(row.split('|')[3]),
    );
    expect(counts).toEqual(moves);
  });
});

describe('dependencies.md', () => {
  test('has a row for each dependency and for nothing else', () => {
    const rows = rowsOf('docs/dependencies.md');
    expect(rows.map(([name]) => name)).toEqual(Object.keys(packageJson.dependencies));
    for (const row of rows) expect(row.filter(Boolean)).toHaveLength(4);
  });
});

describe('http.md', () => {
  const page = read('docs/http.md');
  const adminToken = 'secret';
  const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
  const weights = { 'v1.0': 40, 'v1.1': 60, 'v2.0': 0 };

  async function answer(of: Gateway, method: string, path: string, body?: unknown, query = '') {
    const route = createRoutes(of, { adminToken }).find(
      (one) => one.method === method && one.path === path,
    );
    const headers = { authorization: `Bearer ${adminToken}`, 'x-unit-id': 'customer-17' };
    return route!.handler({ method, query, headers, body: { json: body } });
  }

  async function shapeOf(...request: Parameters<typeof answer>): Promise<unknown> {
    return shape(JSON.parse((await answer(...request)).body));
  }

  const shown = (heading: string) =>
    shape(JSON.parse(blocksOf(sectionOf(page, heading), 'json')[0]!));

  test('lists every route, and no other', () => {
    const documented = rowsOf('docs/http.md', '## Routes').map(([route]) => route);
    const routes = createRoutes(gateway).map(({ method, path }) => `${method} ${path}`);
    expect(documented).toEqual(routes);
  });

  test('shows answers with the fields that they have', async () => {
    const versions = (await loadVersions()).map((version) =>
      version.name === 'v1.1'
        ? { ...version, model: { ...version.model!, predictValues: fail } }
        : version,
    );
    await using broken = await createGateway({ versions });
    const explain = 'require_explanation=true';
    expect(shown('### `POST /predict`')).toEqual(await shapeOf(gateway, 'POST', '/predict', row));
    expect(shown('### `POST /predict/reliable`')).toEqual(
      await shapeOf(broken, 'POST', '/predict/reliable', row),
    );
    expect(shown('### Explained')).toEqual(
      await shapeOf(gateway, 'POST', '/predict/reliable', row, explain),
    );
    expect(shown('### `POST /compare`')).toEqual(await shapeOf(gateway, 'POST', '/compare', row));
    expect(shown('### `GET /health`')).toEqual(await shapeOf(gateway, 'GET', '/health'));
    expect(shown('### `GET /admin/system-status`')).toEqual(
      await shapeOf(gateway, 'GET', '/admin/system-status'),
    );
    expect(shown('### `GET /admin/performance-metrics`')).toEqual(
      await shapeOf(gateway, 'GET', '/admin/performance-metrics'),
    );
    expect(shown('## Errors')).toEqual(await shapeOf(gateway, 'POST', '/predict', { age: 17 }));
    await using plain = await createGateway();
    const routing = await answer(plain, 'PUT', '/admin/routing', { weights });
    expect(JSON.parse(blocksOf(sectionOf(page, '### `PUT /admin/routing`'), 'json')[0]!)).toEqual(
      JSON.parse(routing.body),
    );
    const models = await shapeOf(plain, 'GET', '/admin/models');
    expect(shown('### `GET /admin/models`')).toMatchObject({ ...Object(models), refused: [{}] });
  });
});

function fail(): never {
  throw new Error('broken');
}

/** The names in a value, all the way down; of an array of objects those of the one with most. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (typeof value[0] !== 'object') return 'value';
    const shapes = value.map(shape).toSorted((a, b) => length(b) - length(a));
    return shapes.slice(0, 1);
  }
  if (typeof value !== 'object' || value === null) return 'value';
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shape(part)]));
}

function length(value: unknown): number {
  return JSON.stringify(value).length;
}

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const prose = text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');

  test('links to files and headings that exist', () => {
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(target)), link).toContain(anchor);
    }
  });

  test('shows JSON that can be read', () => {
    for (const block of blocksOf(text, 'json')) expect(() => JSON.parse(block)).not.toThrow();
  });

  test('names no machine', () => {
    expect(text).not.toMatch(/\/(?:work|home|root|Users|tmp)\//);
  });
});

/** What can stand behind a `#`: headings as GitHub turns them into anchors, and anchors by hand. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

test('decisions are named by date and title and take ten to thirty lines', () => {
  for (const name of readdirSync('docs/decisions')) {
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$/);
    const lines = read(`docs/decisions/${name}`).trimEnd().split('\n').length;
    expect(lines, name).toBeGreaterThanOrEqual(10);
    expect(lines, name).toBeLessThanOrEqual(30);
  }
});
