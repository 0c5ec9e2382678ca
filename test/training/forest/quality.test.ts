import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTreeKernel } from '../../../src/inference/index.ts';
import { trainForest } from '../../../src/training/forest/train-forest.ts';
import type { ForestParameters } from '../../../src/training/index.ts';
import { type Judged, makeTables, readTelco, toTable } from './sklearn-tables.ts';

interface Reference {
  readonly figure: 'auc' | 'accuracy' | 'rmse';
  readonly parameters: ForestParameters;
  readonly sklearn: readonly number[];
}

const fixture = JSON.parse(readFileSync('test/fixtures/training/forest/sklearn.json', 'utf8')) as {
  readonly tables: Readonly<Record<string, Reference>>;
};

const telco = '../shared/data/telco-customer-churn.csv';
const there = existsSync(telco);
if (!there) console.warn(`SKIPPED: the real Telco rows are not here (${telco})`);

async function measure(judged: Judged, { figure, parameters }: Reference): Promise<number[]> {
  const rows = [...judged.labels.keys()];
  const training = rows.filter((row) => !judged.isHeldOut(row));
  const held = rows.filter((row) => judged.isHeldOut(row));
  const table = toTable(judged.columns, training);
  const labels = training.map((row) => judged.labels[row]!);
  const width = judged.columns.length;
  const inputs = new Float32Array(held.length * width);
  for (const [at, row] of held.entries()) {
    for (const [column, values] of judged.columns.entries())
      inputs[at * width + column] = values[row]!;
  }
  const expected = held.map((row) => judged.labels[row]!);
  const task = figure === 'rmse' ? 'regression' : figure === 'auc' ? 'binary' : 'multiclass';
  const figures: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const { ensemble } = await trainForest({
      table,
      labels,
      task,
      parameters: { ...parameters, random_state: seed },
    });
    const scores = new Float64Array(held.length * ensemble.outputs);
    createTreeKernel(ensemble).predictRows(inputs, held.length, scores);
    figures.push(figureOf[figure](scores, expected));
  }
  return figures;
}

const figureOf = {
  auc(scores: Float64Array, labels: readonly number[]): number {
    const order = [...labels.keys()].toSorted((a, b) => scores[a]! - scores[b]!);
    let ranks = 0;
    for (let start = 0; start < order.length; ) {
      let end = start;
      while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
      for (const row of order.slice(start, end)) ranks += labels[row]! * ((start + 1 + end) / 2);
      start = end;
    }
    const positives = labels.reduce((sum, label) => sum + label, 0);
    return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
  },
  accuracy(scores: Float64Array, labels: readonly number[]): number {
    const right = labels.filter((label, row) => {
      const own = scores.subarray(3 * row, 3 * row + 3);
      return own.indexOf(Math.max(...own)) === label;
    });
    return right.length / labels.length;
  },
  rmse(scores: Float64Array, labels: readonly number[]): number {
    return Math.sqrt(
      labels.reduce((sum, label, row) => sum + (scores[row]! - label) ** 2, 0) / labels.length,
    );
  },
};

function describeSample(figures: readonly number[]) {
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  return { mean, variance: squares / (figures.length - 1) };
}

describe('over ten seeds a forest is as good as that of scikit-learn', () => {
  const tables = { ...makeTables(), ...(there && { telco: readTelco(telco) }) };
  it.each(Object.entries(tables))('%s', async (name, judged) => {
    const reference = fixture.tables[name]!;
    const ours = describeSample(await measure(judged, reference));
    const theirs = describeSample(reference.sklearn);
    // one standard error of a seed's figure; both sides are the same kind of draw
    const error = Math.sqrt(theirs.variance);
    const worse = reference.figure === 'rmse' ? ours.mean - theirs.mean : theirs.mean - ours.mean;
    expect(worse).toBeLessThanOrEqual(error);
  });
});
