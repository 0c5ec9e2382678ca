// v1.1: gradient boosted trees from the real XGBoost, through train_xgboost.py.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('train_xgboost.py', import.meta.url));

/**
 * Trains on `inputs` (one array of numbers per row, NaN for missing) and `labels` (0 or 1), writes the model to `model`.
 * @returns the version of XGBoost, and for each set of rows in `predict` XGBoost's own probabilities
 */
export function trainBoosting(python, { columns, inputs, labels, predict, model }, parameters) {
  const { rounds, ...rest } = parameters;
  const directory = mkdtempSync(join(tmpdir(), 'demo-models-'));
  const keep = (name, numbers) => {
    const path = join(directory, name);
    writeFileSync(path, new Float64Array(numbers));
    return path;
  };
  const request = {
    columns,
    inputs: keep('inputs', inputs.flat()),
    labels: keep('labels', labels),
    predict: Object.fromEntries(
      Object.entries(predict).map(([name, rows]) => [name, keep(name, rows.flat())]),
    ),
    parameters: rest,
    rounds,
    model,
  };
  try {
    const path = join(directory, 'request.json');
    writeFileSync(path, JSON.stringify(request));
    const output = execFileSync(python, [script, path], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    return JSON.parse(output);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
