// The page of `spillway explain` on made-up customers, by the built command.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const contracts = ['Month-to-month', 'One year', 'Two year', ''];
const lines = Array.from({ length: 400 }, (_, row) => {
  const tenure = (row * 7) % 73;
  const charges = 20 + ((row * 37) % 1000) / 10;
  return [
    18 + ((row * 13) % 70),
    charges,
    (tenure * charges).toFixed(2),
    tenure,
    contracts[row % 4],
  ];
});

/** @returns HTML */
export function globalPage() {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-pages-'));
  try {
    const [input, report] = [join(folder, 'rows.csv'), join(folder, 'report.html')];
    const header = ['age', 'monthly_charges', 'total_charges', 'tenure', 'contract'];
    writeFileSync(input, `${[header, ...lines].join('\n')}\n`);
    const model = ['--models', 'models/churn', '--version', 'v1.1'];
    const args = ['dist/cli/main.js', 'explain', ...model, '--input', input, '--report', report];
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    return readFileSync(report, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
