import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  systemClock as clock,
  createSeededRandom,
  SpillwayError,
} from '../../../src/core/index.ts';
import { readArtifact } from '../../../src/formats/index.ts';
import { loadVersions } from '../../../src/index.ts';
import { createModel } from '../../../src/inference/index.ts';
import { defaultExplanation, type Pipeline } from '../../../src/model/index.ts';
import { explanationSource } from '../../../src/scoring/index.ts';
import { createVersionExplainer } from '../../../src/scoring/version-explainer.ts';
import { loadModel } from '../../formats/sklearn-fixtures.ts';
import { writeMlJsVersions } from '../../registry/write-ml-js-versions.ts';
import { ask, createPredictors } from './predictor-under-test.ts';

const predictors = createPredictors();
afterAll(() => predictors.end());

const mlJs = await mkdtemp(join(tmpdir(), 'spillway-'));
afterAll(() => rm(mlJs, { recursive: true }));
await writeMlJsVersions(mlJs);
const versions = [...(await loadVersions()), ...(await loadVersions(mlJs))].map(
  ({ name, model, card, background }) => ({
    name: `${name} (${card!.format})`,
    pipeline: model?.pipeline,
    explanation: explanationSource(card, background),
  }),
);
const files = ['calibrated-hist', 'hist-animals', 'hist-codes', 'forest-missing', 'elastic-net'];
const fitted = files.map((name) => ({
  name,
  pipeline: readArtifact(loadModel(`1.7.2/${name}.joblib`)).pipeline,
  explanation: explanationSource(null, null),
}));

function drawRows(pipeline: Pipeline, count: number): Float64Array[] {
  const random = createSeededRandom(7);
  const isCategory = pipeline.schema.features.map(({ type }) => type === 'category');
  const draw = (category: boolean | undefined) => {
    if (random() < 0.1) return Number.NaN;
    return category === true ? Math.floor(random() * 2) : (random() - 0.3) * 100;
  };
  return Array.from({ length: count }, () => Float64Array.from(isCategory, draw));
}

/** What it gives, or the code of what it throws. */
function orCode<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (SpillwayError.isInstance(error)) return error.code;
    throw error;
  }
}

describe.each([...versions, ...fitted])('$name in threads', ({ name, pipeline, explanation }) => {
  test('can be explained here, or not, as is known of it', () => {
    const explainer = orCode(() => createVersionExplainer(createModel(pipeline!), explanation));
    const isKnownNot = ['calibrated-hist', 'elastic-net'].includes(name);
    expect(explainer === 'NOT_EXPLAINABLE').toBe(isKnownNot);
  });

  test('answers and explains as it does here, bit for bit', async () => {
    if (pipeline === undefined || pipeline === null) throw new Error('a model was not read');
    const predictor = predictors.of({ kind: 'pipeline', pipeline, explanation }, { threads: 2 });
    const model = createModel(pipeline);
    const explainer = orCode(() => createVersionExplainer(model, explanation));
    const rows = drawRows(pipeline, 60);
    const deadline = clock.now() + 20_000;
    const answers = await Promise.all(
      rows.map((row, at) => predictor.predict(row, { deadline, explain: at % 2 === 0 })),
    );
    for (const [at, { prediction, explanation: explained, ...rest }] of answers.entries()) {
      expect(rest).toEqual({});
      expect(prediction).toStrictEqual(model.predictValues(rows[at]!));
      const expected =
        at % 2 === 1
          ? undefined
          : typeof explainer === 'string'
            ? explainer
            : orCode(() => explainer.explain(rows[at]!));
      expect(SpillwayError.isInstance(explained) ? explained.code : explained).toStrictEqual(
        expected,
      );
    }
    await predictor.close();
  });
});

test('a row may be changed as soon as it was asked about, and is sent without its neighbours', async () => {
  const { pipeline, explanation } = fitted[0]!;
  const predictor = predictors.of({ kind: 'pipeline', pipeline, explanation });
  const model = createModel(pipeline);
  const width = pipeline.schema.features.length;
  const slab = new Float64Array(width * 256);
  const [row] = drawRows(pipeline, 1);
  const view = slab.subarray(width * 3, width * 4);
  view.set(row!);
  const asked = ask(predictor, view);
  view.fill(0);
  expect((await asked).prediction).toStrictEqual(model.predictValues(row!));
});

test('an explanation that there cannot be is told beside the answer', async () => {
  const { pipeline } = fitted[0]!;
  const explanation = {
    columnMeans: undefined,
    background: null,
    explain: { ...defaultExplanation, method: 'lime' as const },
  };
  for (const when of ['on-request', 'always'] as const) {
    const source = { ...explanation, explain: { ...explanation.explain, when } };
    const predictor = predictors.of({ kind: 'pipeline', pipeline, explanation: source });
    const call = { deadline: clock.now() + 10_000, explain: true };
    const [row] = drawRows(pipeline, 1);
    // oxlint-disable-next-line no-await-in-loop -- one predictor after the other
    const answer = await predictor.predict(row!, call);
    expect(answer.prediction).toStrictEqual(createModel(pipeline).predictValues(row!));
    expect(answer.explanation).toMatchObject({
      code: 'NOT_EXPLAINABLE',
      message: 'LIME needs the rows of a background',
    });
  }
});

test('a pipeline whose parts do not fit is not ready, and says why', async () => {
  const { pipeline, explanation } = fitted[0]!;
  const broken = { ...pipeline, model: versions[2]!.pipeline!.model };
  const predictor = predictors.of({ kind: 'pipeline', pipeline: broken, explanation });
  await expect(predictor.ready()).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    cause: { message: expect.stringMatching(/.+/) },
  });
});

test('what is no row of values is refused by a pipeline', async () => {
  const { pipeline, explanation } = fitted[0]!;
  const predictor = predictors.of({ kind: 'pipeline', pipeline, explanation });
  await expect(ask(predictor, { age: 1 })).rejects.toThrow(TypeError);
});

test('rows that come at once are sent together, and so are their answers', async () => {
  const { pipeline, explanation } = fitted[0]!;
  const predictor = predictors.of({ kind: 'pipeline', pipeline, explanation }, { threads: 2 });
  const model = createModel(pipeline);
  const rows = drawRows(pipeline, 1000);
  const answers = await Promise.all(rows.map((row) => ask(predictor, row)));
  expect(answers).toStrictEqual(rows.map((row) => ({ prediction: model.predictValues(row) })));
  expect(predictor.restarts).toBe(0);
});
