import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseMlModel } from '../../src/formats/index.ts';
import { loadVersions } from '../../src/index.ts';

/** As MLflow 3.17 writes it for `mlflow.xgboost.save_model(classifier, path, signature=...)`, with what does not matter left out. */
function mlModel({
  flavor = '  xgboost:\n    code: null\n    data: model.json\n    model_class: xgboost.sklearn.XGBClassifier\n    model_format: json\n    xgb_version: 3.0.5',
  inputs = '\'[{"type": "double", "name": "age", "required": true}, {"type": "double",\n    "name": "tenure", "required": true}]\'',
} = {}): string {
  return `flavors:
  python_function:
    data: model.json
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.xgboost
    python_version: 3.11.7
${flavor}
is_signature_from_type_hint: false
mlflow_version: 3.17.2
model_id: null
prompts: null
signature:
  inputs: ${inputs}
  outputs: '[{"type": "long", "required": true}]'
  params: null
utc_time_created: '2026-11-21 03:18:53.563446'
`;
}

describe('an MLmodel file', () => {
  test('names the file of its flavour and the inputs of its signature', async () => {
    expect(await parseMlModel(mlModel())).toEqual({
      flavor: 'xgboost',
      file: 'model.json',
      columns: ['age', 'tenure'],
    });
  });

  test.each([
    ['sklearn', 'pickled_model', 'model.pkl'],
    ['lightgbm', 'data', 'model.lgb'],
    ['onnx', 'data', 'model.onnx'],
    ['catboost', 'data', 'model.cb'],
  ])('of flavour %s has it under %s', async (flavor, key, file) => {
    const text = mlModel({ flavor: `  ${flavor}:\n    ${key}: ${file}` });
    expect(await parseMlModel(text)).toMatchObject({ flavor, file });
  });

  test.each([
    ['no signature', 'null'],
    [
      'a tensor without a name',
      '\'[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]\'',
    ],
  ])('with %s names no inputs', async (_name, inputs) => {
    expect((await parseMlModel(mlModel({ inputs }))).columns).toBeUndefined();
  });

  test('of flavours that hold no file for us is refused by their names', async () => {
    const text = mlModel({
      flavor: '  spark:\n    model_data: sparkml\n  mleap:\n    model_data: x',
    });
    await expect(parseMlModel(text)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: expect.stringContaining('spark, mleap'),
    });
  });

  test.each([
    ['no YAML', 'flavors: [', 'not YAML'],
    ['no flavours', 'flavors: 3', 'no flavors'],
    ['a list', '- 1', 'no flavors'],
    ['aliases that multiply', 'a: &a [1]\nflavors: *a', 'not YAML'],
    [
      'a file elsewhere',
      mlModel({ flavor: '  xgboost:\n    data: ../../model.json' }),
      'of the folder',
    ],
    ['a file above', mlModel({ flavor: "  xgboost:\n    data: '..'" }), 'of the folder'],
    ['no file', mlModel({ flavor: '  xgboost:\n    data: 3' }), 'of the folder'],
    ['inputs that are no JSON', mlModel({ inputs: 'age' }), 'not JSON'],
    ['inputs that are no list', mlModel({ inputs: "'{}'" }), 'no list'],
  ])('that is %s is refused', async (_name, text, message) => {
    await expect(parseMlModel(text)).rejects.toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining(message),
    });
  });
});

describe('the folder of an MLflow model', () => {
  const names = ['age', 'tenure', 'monthly', 'balance', 'sign'];
  const inputs = `'${JSON.stringify(names.map((name) => ({ type: 'double', name, required: true })))}'`;

  async function load(text: string) {
    const models = await mkdtemp(join(tmpdir(), 'spillway-mlflow-'));
    const folder = join(models, 'v7');
    await cp('test/fixtures/xgboost/3.4.1/binary-logistic.model.json', join(folder, 'model.json'));
    await writeFile(join(folder, 'MLmodel'), text);
    await writeFile(join(folder, 'conda.yaml'), '');
    return (await loadVersions(models))[0];
  }

  test('is a version without a card', async () => {
    expect(await load(mlModel({ inputs }))).toMatchObject({
      name: 'v7',
      state: 'ready',
      format: 'xgboost',
      card: null,
    });
  });

  test('is a model directory of that one version too', async () => {
    const models = await mkdtemp(join(tmpdir(), 'spillway-mlflow-'));
    const folder = join(models, 'v8');
    await cp('test/fixtures/xgboost/3.4.1/binary-logistic.model.json', join(folder, 'model.json'));
    await writeFile(join(folder, 'MLmodel'), mlModel({ inputs }));
    expect(await loadVersions(folder)).toMatchObject([{ name: 'v8', state: 'ready' }]);
  });

  test('fails when its signature names other inputs than the artifact', async () => {
    expect(await load(mlModel())).toMatchObject({ state: 'failed', format: null });
    const other = inputs.replace('tenure', 'months');
    expect(await load(mlModel({ inputs: other }))).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/column 1 is "tenure" in the file and "months"/),
    });
  });
});
