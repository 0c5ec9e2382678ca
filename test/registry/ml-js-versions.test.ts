import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, loadVersions, type ModelVersion } from '../../src/index.ts';
import { loadMlJs, type MlJsFixture } from '../formats/ml-js-fixtures.ts';
import { writeMlJsVersions } from './write-ml-js-versions.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await writeMlJsVersions(directory);
});

afterEach(() => rm(directory, { recursive: true }));

/** Puts other covers beside the forest. @param isStated Whether its card says what they hash to. */
async function loadWithCovers(text: string, isStated: boolean): Promise<ModelVersion> {
  await writeFile(join(directory, 'v1/covers.json'), text);
  if (isStated) {
    const path = join(directory, 'v1/card.json');
    const card: object = JSON.parse(await readFile(path, 'utf8'));
    const sha256 = createHash('sha256').update(text).digest('hex');
    await writeFile(path, JSON.stringify({ ...card, covers: { file: 'covers.json', sha256 } }));
  }
  const [version] = await loadVersions(directory);
  return version!;
}

/** Of class 1, over the trees. */
function meanShare(answers: MlJsFixture['trees'][number]): number {
  const shares = answers.map((answer) => (answer as readonly number[])[1] ?? 0);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

describe('versions of the ml.js libraries', () => {
  it.each([
    ['v1', 'forest-binary', 'tree-shap-path-dependent', 'probability'],
    ['v2', 'logistic-binary', 'linear-shap', 'log-odds'],
  ])('%s answers what the library does and is explained by its card', async (...named) => {
    const [version, fixture, method, units] = named;
    const { rows, trees, others } = loadMlJs(fixture);
    const gateway = await createGateway({ models: directory });
    for (const [at, values] of rows.entries()) {
      if (!values.every(Number.isFinite)) continue;
      const expected = version === 'v1' ? meanShare(trees[at]!) : 1 - others[at]![1]!;
      // oxlint-disable-next-line no-await-in-loop -- one row after the other
      const { explanation, probability } = await gateway.predict([...values], {
        modelVersion: version,
        explain: true,
      });
      expect(probability).toBeCloseTo(expected, 13);
      expect(explanation).toMatchObject({ method, units, exact: true });
      const { attributions, baseValue } = explanation!;
      const sum = Object.values(attributions).reduce<number>(
        (total, value) => total + Number(value),
        Number(baseValue),
      );
      expect(units === 'probability' ? sum : 1 / (1 + Math.exp(-sum))).toBeCloseTo(probability!, 9);
    }
    await gateway.close();
  });
});

describe('a file of covers', () => {
  it('that is another one than the card means fails its version', async () => {
    const version = await loadWithCovers('[]', false);
    expect(version).toMatchObject({ state: 'failed', model: null });
    expect(version.reason).toMatch(/^CHECKSUM_MISMATCH: covers\.json has sha256/);
  });

  it.each([
    ['no JSON', '[[1,', /^INVALID_MODEL: the covers must be JSON/],
    ['for other trees', '[[1]]', /^INVALID_MODEL: .*covers/],
  ])('that is %s fails its version', async (_, text, reason) => {
    const version = await loadWithCovers(text, true);
    expect(version.state).toBe('failed');
    expect(version.reason).toMatch(reason);
  });
});
