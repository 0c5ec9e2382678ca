import type { Label, Task } from '../../model/index.ts';
import type { BinaryEvaluation } from '../evaluation/binary-evaluation.ts';
import { evaluateBinary } from '../evaluation/evaluate-binary.ts';
import { evaluateMulticlass } from '../evaluation/evaluate-multiclass.ts';
import { evaluateRegression } from '../evaluation/evaluate-regression.ts';
import type { MulticlassEvaluation } from '../evaluation/multiclass-evaluation.ts';
import type { RegressionEvaluation } from '../evaluation/regression-evaluation.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import type { Answers } from './collect-answers.ts';

/** How good answers are, by the task. */
export type Evaluation = BinaryEvaluation | MulticlassEvaluation | RegressionEvaluation;

/** Answers and what came. */
export interface EvaluateAnswersOptions {
  readonly data: TrainingData;
  readonly answers: Answers;
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly decisionThreshold: number;
  readonly seed: number;
}

/** Measures answers by the metrics of their task. */
export function evaluateAnswers({
  answers,
  data,
  decisionThreshold,
  labels,
  seed,
  task,
}: EvaluateAnswersOptions): Evaluation {
  const weights = data.weights ?? undefined;
  const bootstrap = { seed };
  if (task === 'binary') {
    const probabilities = answers.numbers;
    const threshold = decisionThreshold;
    return evaluateBinary({ labels: data.targets, probabilities, weights, threshold, bootstrap });
  }
  const { numbers } = answers;
  if (task === 'regression') {
    return evaluateRegression({ targets: data.targets, predictions: numbers, weights, bootstrap });
  }
  return evaluateMulticlass({
    classes: labels,
    labels: data.targets,
    probabilities: numbers,
    weights,
    bootstrap,
  });
}
