import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Random, SpillwayError } from '../../src/core/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/create-model.ts';
import type { Feature } from '../../src/model/index.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { loadModel, refusedFiles, versions } from './sklearn-fixtures.ts';

const samples = [
  '1.9.1/tree-binary.pkl',
  '1.2.2/forest-binary.joblib',
  '1.9.1/hist-binary.pkl',
  '1.9.1/pipeline-logistic.pkl',
  '1.9.1/calibrated-isotonic.pkl',
  '1.2.2/forest-unnamed.joblib',
  '1.9.1/skops-pipeline.skops',
  '1.9.1/xgboost-digits.pkl',
  '1.9.1/lightgbm-regression.pkl',
];
const other = inflateSync(loadModel('1.9.1/boosting-exponential.joblib'));

describeModelReader(
  'scikit-learn',
  samples.map((name) => ({ name, bytes: loadModel(name), text: null })),
  {
    'a piece of another model'(bytes, random) {
      const changed = Buffer.from(bytes);
      const from = below(other.length, random);
      other.copy(changed, below(changed.length, random), from, from + below(64, random));
      return changed;
    },
    'numbers of other sizes'(bytes, random) {
      const changed = Buffer.from(bytes);
      const at = below(changed.length - 8, random);
      const hostile = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, 2 ** 53];
      changed.writeDoubleLE(hostile[below(hostile.length, random)]!, at);
      return changed;
    },
    'another compression'(bytes, random) {
      const changed = Buffer.from(bytes);
      changed[below(changed.length, random)] = below(256, random);
      return deflateSync(changed);
    },
  },
);

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

function featuresOf(path: string): readonly Feature[] {
  return readArtifact(loadModel(path)).pipeline.schema.features;
}

function refusal(bytes: Uint8Array, columns?: string[]): SpillwayError {
  try {
    readArtifact(bytes, { columns });
  } catch (error) {
    if (SpillwayError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('what is read', () => {
  test('a file says its version and the class of the estimator', () => {
    for (const version of versions) {
      const artifact = readArtifact(loadModel(`${version}/pipeline-selectors.joblib`));
      expect(artifact.libraryVersion).toBe(version);
      expect(artifact.objective).toBe('HistGradientBoostingClassifier');
      expect(artifact.warnings).toEqual([]);
    }
  });

  test('features have the names of the table, or numbers', () => {
    const names = (path: string) => featuresOf(path).map(({ name }) => name);
    expect(names('1.9.1/forest-binary.joblib')).toEqual(['age', 'tenure', 'monthly', 'balance']);
    expect(names('1.9.1/forest-unnamed.joblib')).toEqual(['f0', 'f1', 'f2', 'f3']);
    expect(names('1.9.1/pipeline-logistic.pkl')).toHaveLength(8);
  });

  test('an encoder makes its features categories, with values in their own types', () => {
    expect(featuresOf('1.9.1/one-hot-drop-first.joblib')).toEqual([
      {
        name: 'plan',
        type: 'category',
        categories: ['basic', 'family', 'gold', 'rare 1', 'rare 2', 'Żory'],
        otherCategories: false,
        required: false,
        nullable: false,
      },
      {
        name: 'size',
        type: 'category',
        categories: [1, 2, 3, 5, 8],
        otherCategories: false,
        required: false,
        nullable: false,
      },
      {
        name: 'paid',
        type: 'category',
        categories: [false, true, 0, 1],
        otherCategories: false,
        required: false,
        nullable: false,
      },
    ]);
  });

  test('an encoder that takes unknown categories takes them, and missing values', () => {
    const [plan] = featuresOf('1.9.1/one-hot-missing.joblib');
    expect(plan).toMatchObject({ otherCategories: true, nullable: true });
  });

  test('a feature that nothing looks at may be anything', () => {
    const zone = featuresOf('1.9.1/pipeline-logistic.pkl').find(({ name }) => name === 'zone');
    expect(zone).toMatchObject({ categories: [], otherCategories: true, nullable: true });
  });

  test.each([
    ['1.2.2/tree-regression.joblib', false],
    ['1.3.2/tree-missing.joblib', true],
    ['1.3.2/forest-regression.joblib', false],
    ['1.4.2/forest-missing.joblib', true],
    ['1.5.2/extra-forest-binary.joblib', false],
    ['1.6.1/extra-forest-missing.joblib', true],
    ['1.9.1/boosting-binary.pkl', false],
    ['1.9.1/linear.pkl', false],
    ['1.9.1/calibrated-sigmoid.joblib', true],
    ['1.9.1/calibrated-boosting.joblib', false],
    ['1.2.2/hist-regression.joblib', true],
    ['1.9.1/pipeline-scalers.pkl', true],
  ])('%s takes missing values: %s, as that version does', (path, nullable) => {
    for (const feature of featuresOf(path)) expect(feature.nullable).toBe(nullable);
  });

  test('trees refuse what float32 cannot hold, sums infinities, and histograms nothing', () => {
    const limit = (path: string) => featuresOf(path)[0]!.max;
    expect(limit('1.9.1/forest-binary.joblib')).toBe(3.4028234663852886e38);
    expect(limit('1.9.1/linear.pkl')).toBe(Number.MAX_VALUE);
    expect(limit('1.9.1/hist-binary.pkl')).toBeUndefined();
    const model = createModel(readArtifact(loadModel('1.9.1/linear.pkl')).pipeline);
    expect(() => model.predict([Number.POSITIVE_INFINITY, 1, 1, 1])).toThrow(/too large/);
  });

  test('a score of 0 is the second label for gradient boosting since 1.4, and for no other', () => {
    const threshold = (path: string) => readArtifact(loadModel(path)).pipeline.decisionThreshold;
    expect(threshold('1.9.1/boosting-binary.pkl')).toBe(0.5);
    expect(threshold('1.3.2/boosting-binary.joblib')).toBe(0.5000000000000001);
    expect(threshold('1.9.1/hist-binary.pkl')).toBe(0.5000000000000001);
    expect(threshold('1.9.1/forest-binary.joblib')).toBe(0.5000000000000001);
  });

  test.each([
    ['xgboost-binary.joblib', 'XGBClassifier binary:logistic', [0, 1]],
    ['lightgbm-binary.joblib', 'LGBMClassifier binary', ['no', 'yes']],
    ['lightgbm-animals.joblib', 'LGBMClassifier multiclass', ['cat', 'dog', 'żubr']],
    ['lightgbm-regression.pkl', 'LGBMRegressor regression', []],
  ])('%s by the reader of that library, with the labels of the wrapper', (file, name, labels) => {
    const { objective, pipeline } = readArtifact(loadModel(`1.9.1/${file}`));
    expect(objective).toBe(name);
    expect(pipeline.labels).toEqual(labels);
    expect(pipeline.schema.features[0]!.name).toBe('age');
  });

  test('the same model is the same, however it was saved', () => {
    const raw = loadModel('1.9.1/forest-binary.joblib');
    expect(readArtifact(deflateSync(raw))).toEqual(readArtifact(raw));
  });
});

describe('what is refused', () => {
  test.each([
    ['ada-boost.joblib', /class sklearn\.ensemble\._weight_boosting\.AdaBoostClassifier/],
    ['boosting-init.joblib', /gradient boosting that starts from LogisticRegression \(init_\)/],
    [
      'calibrated-lightgbm.joblib',
      /calibrated LGBMClassifier binary \(calibrated_classifiers_\/0\)/,
    ],
    ['calibrated-svc.joblib', /class sklearn\.svm\._classes\.SVC/],
    ['descent-hinge.joblib', /SGDClassifier\(loss="hinge"\)/],
    ['logarithm.joblib', /numpy.*absolute/],
    ['not-fitted.joblib', /LogisticRegression, which is not fitted/],
    ['one-feature-twice.joblib', /"size" both as a category and as a number/],
    ['own-function.joblib', /class __main__\.double: the model contains your own function/],
    ['power.joblib', /class sklearn\.preprocessing\._data\.PowerTransformer/],
    [
      'scaler-alone.joblib',
      /StandardScaler of scikit-learn 1\.9\.1 as the estimator that predicts/,
    ],
    ['support-vectors.joblib', /class sklearn\.svm\._classes\.SVC/],
    ['two-targets.joblib', /several targets of DecisionTreeClassifier/],
  ])('%s, by name', (file, message) => {
    const error = refusal(loadModel(`1.9.1/refused/${file}`));
    expect(error.message).toMatch(message);
    expect(error.code).toBe('UNSUPPORTED_MODEL');
  });

  test('every real file of a refused kind', () => {
    expect(refusedFiles()).toHaveLength(13);
  });

  test.each([
    ['1.1.3', /DecisionTreeClassifier of scikit-learn 1\.1\.3: files of 1\.2 to 1\.9 are read/],
    ['2.0.0', /of scikit-learn 2\.0\.0/],
    ['1.10.', /of scikit-learn 1\.10\./],
    ['0.9.1', /of scikit-learn 0\.9\.1/],
  ])('version %s', (version, message) => {
    const bytes = loadModel('1.9.1/tree-binary.pkl');
    const at = bytes.indexOf('1.9.1');
    const changed = Buffer.from(bytes);
    changed.write(version, at);
    expect(refusal(changed).message).toMatch(message);
    expect(refusal(changed).code).toBe('UNSUPPORTED_MODEL');
  });

  test('names that differ from those of the file', () => {
    const error = refusal(loadModel('1.9.1/linear.pkl'), ['a', 'tenure', 'monthly', 'balance']);
    expect(error.message).toBe('column 0 is "age" in the file and "a" for the caller');
  });

  test('an attribute of another kind, by its place', () => {
    const bytes = loadModel('1.9.1/ridge.pkl');
    const changed = Buffer.from(bytes);
    changed.write('coxx_', changed.indexOf('coef_'));
    expect(refusal(changed).message).toMatch(/expected an object with "coef_"/);
  });
});
