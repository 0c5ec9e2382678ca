import { createAxis, formatNumber, formatShare } from '../../explain/index.ts';
import type { Label } from '../../model/index.ts';
import type { BinaryEvaluation, CalibrationBin } from '../evaluation/binary-evaluation.ts';
import type { MulticlassEvaluation } from '../evaluation/multiclass-evaluation.ts';
import type { RegressionEvaluation } from '../evaluation/regression-evaluation.ts';
import { type Chart, drawChart } from './draw-chart.ts';

/** A drawing under a heading. */
export interface Figure {
  readonly heading: string;
  readonly caption: string;
  /** SVG. */
  readonly drawing: string;
}

const share = createAxis(0, 1, 6);
const diagonal = {
  points: [
    [0, 0],
    [1, 1],
  ] as const,
  look: 'reference' as const,
};

/** The figures of an evaluation. */
export function reportFigures(
  evaluation: BinaryEvaluation | MulticlassEvaluation | RegressionEvaluation,
  labels: readonly Label[],
): Figure[] {
  if (evaluation.task === 'regression') return regressionFigures(evaluation);
  if (evaluation.task === 'multiclass') {
    const caption =
      'Rows of like probability of the label predicted: how often it was right. Bars are 95 % intervals, the dashed line is perfect.';
    return [{ heading: 'Calibration', caption, drawing: calibration(evaluation.calibration) }];
  }
  return binaryFigures(evaluation, String(labels[1]));
}

function binaryFigures(evaluation: BinaryEvaluation, positive: string): Figure[] {
  const { averagePrecision, auc } = evaluation.metrics;
  const { baseRate, histogram, lift, precisionRecall, roc } = evaluation;
  const most = Math.max(1, ...histogram.map((bin) => bin.positives + bin.negatives));
  const figures: Figure[] = [];
  if (roc.length > 0) {
    figures.push({
      heading: 'ROC',
      caption: `Share of ${positive} that is found against the share of the others that is taken for it, at every threshold. The dashed line is chance.`,
      drawing: shares('roc', 'Receiver operating characteristic', {
        description: `The area under the curve is ${figureOf(auc.value)}; 0.5 is chance, 1 is perfect.`,
        x: 'False positive rate',
        y: 'True positive rate',
        lines: [
          diagonal,
          {
            points: roc.map((point) => [point.falsePositiveRate, point.truePositiveRate] as const),
            look: 'plain',
          },
        ],
      }),
    });
  }
  if (precisionRecall.length > 0) {
    figures.push({
      heading: 'Precision and recall',
      caption: `Of those predicted ${positive}, how many are; against how many of all ${positive} are found. The dashed line is chance.`,
      drawing: shares('precision-recall', 'Precision over recall', {
        description: `The average precision is ${figureOf(averagePrecision.value)}; chance is ${formatNumber(baseRate)}.`,
        x: 'Recall',
        y: 'Precision',
        lines: [
          {
            points: [
              [0, baseRate],
              [1, baseRate],
            ],
            look: 'reference',
          },
          {
            points: precisionRecall.map((point) => [point.recall, point.precision] as const),
            look: 'plain',
          },
        ],
      }),
    });
  }
  figures.push({
    heading: 'Calibration',
    caption: `Rows of like probability: the share that was ${positive}. Bars are 95 % intervals, the dashed line is perfect.`,
    drawing: calibration(evaluation.calibration),
  });
  const gains = lift.flatMap((row) =>
    row.cumulativeGain === null ? [] : [[row.cumulativeShare, row.cumulativeGain] as const],
  );
  if (gains.length > 0) {
    figures.push({
      heading: 'Lift',
      caption: `Share of all ${positive} that is found when the rows of the highest probability are looked at first. The dashed line is chance.`,
      drawing: shares('gain', 'Cumulative gain', {
        description: `The first ${formatShare(gains[0]![0])} of the rows hold ${formatShare(gains[0]![1])} of all ${positive}.`,
        x: 'Share of the rows',
        y: `Share of ${positive}`,
        lines: [diagonal, { points: [[0, 0], ...gains], look: 'plain' }],
        dots: gains,
      }),
    });
  }
  figures.push({
    heading: 'Probabilities',
    caption: 'How many rows got which probability.',
    drawing: drawChart({
      id: 'histogram',
      title: 'Rows by probability',
      description: `Twenty columns from 0 to 1; the tallest is of ${most} rows.`,
      x: { label: `Probability of ${positive}`, axis: share },
      y: { label: 'Rows', axis: createAxis(0, most, 5) },
      columns: histogram.map(({ from, negatives, positives, to }) => ({
        from,
        to,
        up: positives + negatives,
      })),
    }),
  });
  return figures;
}

function regressionFigures({ bands, histogram, metrics }: RegressionEvaluation): Figure[] {
  const ends = bands.flatMap(({ meanPrediction, meanTarget }) => [meanPrediction, meanTarget]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const axis = createAxis(low, high, 6);
  const most = Math.max(1, ...histogram.map(({ rows }) => rows));
  return [
    {
      heading: 'Predicted and actual',
      caption:
        'Tenths of the rows by their prediction: the mean of what came. On the dashed line both are equal.',
      drawing: drawChart({
        id: 'predicted',
        title: 'Mean target over mean prediction',
        description: `From ${formatNumber(low, 4)} to ${formatNumber(high, 4)}; the predictions explain ${figureOf(metrics.r2.value)} of the variance (R²).`,
        x: { label: 'Mean prediction', axis },
        y: { label: 'Mean target', axis },
        lines: [
          {
            points: [
              [low, low],
              [high, high],
            ],
            look: 'reference',
          },
        ],
        dots: bands.map(({ meanPrediction, meanTarget }) => [meanPrediction, meanTarget] as const),
      }),
    },
    {
      heading: 'Residuals',
      caption: 'Target less prediction: how many rows are how far off.',
      drawing: drawChart({
        id: 'residuals',
        title: 'Rows by residual',
        description: `The root of the mean squared residual is ${figureOf(metrics.rmse.value)}; the tallest column is of ${most} rows.`,
        x: { label: 'Residual', axis: createAxis(histogram[0]!.from, histogram.at(-1)!.to, 6) },
        y: { label: 'Rows', axis: createAxis(0, most, 5) },
        columns: histogram.map(({ from, rows, to }) => ({ from, to, up: rows })),
      }),
    },
  ];
}

function calibration(bins: readonly CalibrationBin[]): string {
  const points = bins.map((bin) => [bin.meanProbability, bin.positiveShare] as const);
  return shares('calibration', 'Calibration', {
    description: `Mean probability and share: ${points.map(([x, y]) => `${formatNumber(x)} ${formatNumber(y)}`).join(', ')}.`,
    x: 'Mean probability',
    y: 'Share',
    lines: [diagonal],
    dots: points,
    ranges: bins.flatMap(({ high, low, meanProbability }) =>
      low === null || high === null ? [] : [{ x: meanProbability, low, high }],
    ),
  });
}

/** A chart whose scales both go from 0 to 1. */
function shares(
  id: string,
  title: string,
  {
    x,
    y,
    ...chart
  }: Omit<Chart, 'id' | 'title' | 'x' | 'y'> & { readonly x: string; readonly y: string },
): string {
  return drawChart({
    id,
    title,
    x: { label: x, axis: share },
    y: { label: y, axis: share },
    ...chart,
  });
}

function figureOf(value: number | null): string {
  return value === null ? 'not defined' : formatNumber(value);
}
