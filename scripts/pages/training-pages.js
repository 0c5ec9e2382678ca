// The reports of `spillway train` on made-up customers, by the built command.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const plans = ['Month-to-month', 'One year', '<b>Two</b> years'];
const lines = Array.from({ length: 300 }, (_, row) => {
  const tenure = (row * 7) % 73;
  const charges = 20 + ((row * 37) % 1000) / 10;
  const leaves = tenure + ((row * 13) % 40) < 45 ? 'Yes' : 'No';
  const level = ['low', 'middle', 'high'][(row * 11) % 3];
  return [tenure, charges, plans[(row * 5) % 3], leaves, level, (tenure * charges).toFixed(2)];
});

const trainings = {
  'training-binary': ['churn', 'boosting'],
  'training-labels': ['level', 'logistic'],
  'training-regression': ['spent', 'forest'],
};

/** @returns HTML of each page by its name */
export function trainingPages() {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-training-pages-'));
  try {
    const data = join(folder, 'rows.csv');
    const header = ['tenure', 'monthly <charges>', 'plan', 'churn', 'level', 'spent'];
    writeFileSync(data, `${[header, ...lines].join('\n')}\n`);
    return Object.entries(trainings).map(([name, [target, algorithm]]) => {
      const out = join(folder, name);
      const args = ['dist/cli/main.js', 'train', '--data', data, '--target', target];
      args.push('--algorithm', algorithm, '--out', out);
      execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      return [name, readFileSync(join(out, 'report.html'), 'utf8')];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
