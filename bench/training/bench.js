// npm run bench training -- --python PYTHON: training as a ratio to the libraries that it stands in for.
import { parseArgs } from 'node:util';
import { benchLinear } from './linear.js';

/** The parts by their names; each is given `{ python, rounds }`. */
const parts = { linear: benchLinear };

/** Runs the parts, all of them or those of `--only`. */
export async function benchTraining(args) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      only: { type: 'string', default: Object.keys(parts).join() },
    },
  });
  if (values.python === undefined) {
    console.error('usage: npm run bench training -- --python PYTHON (one that has the libraries)');
    process.exit(2);
  }
  for (const name of values.only.split(','))
    await parts[name]({ python: values.python, rounds: Number(values.rounds) });
}
