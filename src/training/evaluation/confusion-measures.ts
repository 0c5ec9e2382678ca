import type { BinaryConfusion } from './binary-evaluation.ts';

/** What the four cells of a confusion say; NaN for what they do not define. */
export interface ConfusionMeasures {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
  readonly matthews: number;
}

/** Measures the predictions of two labels; as scikit-learn, but NaN where that warns and gives 0. */
export function measureConfusion({
  truePositives,
  falsePositives,
  trueNegatives,
  falseNegatives,
}: BinaryConfusion): ConfusionMeasures {
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const predicted = truePositives + falsePositives;
  const rejected = trueNegatives + falseNegatives;
  const recall = truePositives / positives;
  const specificity = trueNegatives / negatives;
  return {
    accuracy: (truePositives + trueNegatives) / (positives + negatives),
    balancedAccuracy: (recall + specificity) / 2,
    precision: truePositives / predicted,
    recall,
    specificity,
    f1: (2 * truePositives) / (positives + predicted),
    // four roots, as a product of four weights may overflow
    matthews:
      (truePositives * trueNegatives - falsePositives * falseNegatives) /
      (Math.sqrt(positives) * Math.sqrt(negatives) * Math.sqrt(predicted) * Math.sqrt(rejected)),
  };
}
