// npm run bench training -- --python PYTHON: training as a ratio to the libraries that it stands in for.
import { parseArgs } from 'node:util';
import { benchBoosting } from './bench-boosting.js';
import { benchForest } from './forest.js';
import { benchLinear } from './linear.js';
import { benchScale } from './scale.js';

/** The parts by their names; each is given `{ python, rounds }`. */
const parts = {
  boosting: benchBoosting,
  forest: benchForest,
  linear: benchLinear,
  scale: benchScale,
};

/** Runs the parts, all of them or those of `--only`. */
export async function benchTraining(args) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: Object.keys(parts).join() },
    },
  });
  if (values.python === undefined) {
    console.error(
      `usage: npm run bench training -- --python PYTHON [--rounds N] [--only ${Object.keys(parts).join()}] (one that has XGBoost and scikit-learn)`,
    );
    process.exit(2);
  }
  for (const name of values.only.split(','))
    await parts[name]({ python: values.python, rounds: Number(values.rounds) });
}
