import type { Explanation, Prediction, Task } from '../model/index.ts';
import { csvLine, csvText } from './csv-line.ts';
import { jsonLine } from './json-line.ts';
import { plainCsvLines, plainJsonLines } from './plain-lines.ts';

/** What the lines of an output hold. */
export interface DecisionWriterOptions {
  readonly format: 'csv' | 'jsonl';
  readonly task: Task;
  readonly modelVersion: string;
  /** Whether `id` is the first field. @default false */
  readonly ids?: boolean;
  /** Whether `explanation` is the last field. @default false */
  readonly explain?: boolean;
}

/** The answers to some rows, in order; `ids` and `explanations` are as long as `predictions` when asked for. */
export interface DecisionBlock {
  readonly predictions: readonly Prediction[];
  readonly ids?: readonly string[] | null;
  readonly explanations?: readonly (Explanation | null)[];
}

/** Turns answers into the bytes of an output. */
export interface DecisionWriter {
  /** What the output begins with: the header of a CSV, nothing for JSON Lines. */
  readonly header: Uint8Array;
  /** The lines of some answers. */
  encode(block: DecisionBlock): Uint8Array;
}

/** The name of the field that answers a task. */
const answerName = {
  binary: 'probability',
  multiclass: 'probabilities',
  regression: 'value',
} as const satisfies Record<Task, string>;

/**
 * Creates the writer of `spillway score`: `id`, `margin`, `probability` | `probabilities` | `value`, `prediction`,
 * `model_version`, `explanation`. Numbers are the shortest text that reads back as the same float64; arrays and
 * explanations are JSON text, in a CSV too. `encode` throws `INVALID_OUTPUT` for a number that is not finite.
 */
export function createDecisionWriter(options: DecisionWriterOptions): DecisionWriter {
  const { format, task, modelVersion, ids: hasIds = false, explain = false } = options;
  const answer = answerName[task];
  const names = ['margin', answer, 'prediction', 'model_version'];
  const columns = [...(hasIds ? ['id'] : []), ...names, ...(explain ? ['explanation'] : [])];
  const isCsv = format === 'csv';
  const version = isCsv ? csvText(modelVersion) : JSON.stringify(modelVersion);
  const toLine = isCsv ? csvLine : jsonLine;
  const toPlainLines = isCsv ? plainCsvLines : plainJsonLines;
  const shape = { answer, version, hasIds, explain };

  return {
    header: Buffer.from(isCsv ? `${columns.join(',')}\n` : ''),
    encode({ predictions, ids, explanations }) {
      const plain = toPlainLines(shape, predictions);
      if (plain !== null) return Buffer.from(plain);
      const lines: string[] = Array.from({ length: predictions.length });
      for (let row = 0; row < predictions.length; row++) {
        const id = ids?.[row] ?? '';
        lines[row] = toLine(shape, id, predictions[row]!, explanations?.[row] ?? null);
      }
      return Buffer.from(lines.join(''));
    },
  };
}
