import { nameRow } from '../core/index.ts';
import { createDecisionWriter } from '../data/index.ts';
import { createModel } from '../inference/index.ts';
import { checkPrediction, type Pipeline } from '../model/index.ts';
import { createVersionExplainer, type ExplanationSource } from './version-explainer.ts';

/** What is asked about every row of a file, as data that a thread can be given. */
export interface RowQuestion {
  readonly pipeline: Pipeline;
  /** How the version is called in the answers. */
  readonly modelVersion: string;
  readonly format: 'csv' | 'jsonl';
  /** Whether answers begin with an id. */
  readonly ids: boolean;
  /** What answers are explained by; `null` when they are not. */
  readonly explanation: ExplanationSource | null;
}

/** Some rows of a file, one after the other. */
export interface QuestionedRows {
  readonly count: number;
  /** `count` times one number per feature. */
  readonly values: Float64Array;
  readonly ids: readonly string[] | null;
  /** The place of the first row among all, from 1. */
  readonly firstRow: number;
}

/** Answers rows as lines of an output. */
export interface RowAnswerer {
  /** What the output begins with. */
  readonly header: Uint8Array;
  /** @throws SpillwayError naming the row for which there is no usable answer, or no explanation. */
  answer(rows: QuestionedRows): Uint8Array;
}

/**
 * Prepares the answers to the rows of a file.
 * @throws SpillwayError `NOT_EXPLAINABLE` when explanations are asked for and there can be none.
 */
export function createRowAnswerer(question: RowQuestion): RowAnswerer {
  const { explanation, format, ids, modelVersion, pipeline } = question;
  const model = createModel(pipeline);
  const explainer = explanation && createVersionExplainer(model, explanation);
  const explain = explanation !== null;
  const { task } = model;
  const writer = createDecisionWriter({ format, task, modelVersion, ids, explain });
  return {
    header: writer.header,
    answer({ count, values, ids: names, firstRow }) {
      const predictions = model.predictBatch(values, count);
      for (const [row, prediction] of predictions.entries()) {
        try {
          checkPrediction(prediction, model);
        } catch (error) {
          throw nameRow(error, firstRow + row);
        }
      }
      const explanations = explainer?.explainBatch(values, count, firstRow) ?? [];
      return writer.encode({ predictions, ids: names, explanations });
    },
  };
}
