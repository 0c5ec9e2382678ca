import type { Column, Feature, Pipeline } from '../model/index.ts';
import type { ReadArtifact } from './model-reader.ts';

/**
 * The pipeline of a file that comes without a card: each column is a feature of its own, a number handed on as it is,
 * which may be missing where the model has an answer for that, as trees do and weighted sums do not; the labels are
 * those of the file, and the positive one is predicted from 0.5 on.
 */
export function inferPipeline({ model, task, labels }: ReadArtifact): Pipeline {
  const features = model.columns.map(
    (name): Feature => ({
      name,
      type: 'number',
      required: false,
      nullable: model.kind === 'tree-ensemble',
    }),
  );
  const columns = model.columns.map((name, feature): Column => {
    const sources = [{ feature, take: 'value', operand: 0 } as const];
    return { name, sources, missing: Number.NaN, center: 0, scale: 1 };
  });
  return { schema: { features }, columns, model, task, labels, decisionThreshold: 0.5 };
}
