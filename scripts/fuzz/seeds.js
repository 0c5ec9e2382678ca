// The sound files that mutants are made of, by format: those of test/fixtures, refused ones too.
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../test/fixtures/', import.meta.url);

const choices = {
  xgboost: ['xgboost/', /model\.json$|refused\/.*\.json$/],
  'xgboost-ubjson': ['xgboost/', /\.ubj$/],
  lightgbm: ['lightgbm/', /model\.txt$/],
  'lightgbm-json': ['lightgbm/', /model\.json$/],
  'scikit-learn': ['sklearn/', /\.joblib$/],
  'scikit-learn-pickle': ['pickle/', /\.(pkl|joblib)$/],
  'scikit-learn-skops': ['', /\.skops$/],
  onnx: ['onnx/', /\.onnx$/],
  catboost: ['catboost/', /model\.json$/],
  'ml-random-forest': ['ml-js/', /forest.*(model|again)\.json$/],
  'ml-logistic-regression': ['ml-js/', /logistic.*model\.json$/],
  'spillway-linear': ['spillway-linear/', /model\.json$/],
};

export const formats = Object.keys(choices);

/** Files of one format as `{ name, bytes }`, in the order of their names. */
export function seedsOf(format) {
  const [folder, pattern] = choices[format];
  return readdirSync(new URL(folder, root), { recursive: true })
    .filter((name) => pattern.test(name))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((name) => ({
      name: `${folder}${name}`,
      bytes: readFileSync(new URL(`${folder}${name}`, root)),
    }));
}

/** The same model as JSON text, of a file that is UBJSON. */
export function readTwin(name) {
  return readFileSync(new URL(name.replace('.ubj', '.json'), root));
}
