import { nameRow, SpillwayError } from '../core/index.ts';
import {
  createExplainer,
  createLimeExplainer,
  type Explainer,
  type ExplainerOptions,
} from '../explain/index.ts';
import {
  type Background,
  defaultExplanation,
  type Explanation,
  type Model,
  type ModelCard,
} from '../model/index.ts';

/** What a version's explanations are made of, as data that a thread can be given. */
export interface ExplanationSource {
  readonly columnMeans: readonly number[] | undefined;
  readonly background: Background | null;
  readonly explain: ModelCard['explain'];
}

/** What the card and the background of a version say about its explanations. */
export function explanationSource(
  card: ModelCard | null,
  background: Background | null,
): ExplanationSource {
  const { columnMeans, explain = defaultExplanation } = card ?? {};
  return { columnMeans, background, explain };
}

/** The options of the explainer that computes what is stated, not for LIME. */
export function explainerOptions({
  background,
  columnMeans,
  explain: { adverse, method, output },
}: ExplanationSource): ExplainerOptions {
  return {
    method: method === 'lime' ? 'exact' : method,
    background: background ?? undefined,
    columnMeans,
    output,
    adverse,
  };
}

/** Explains rows that were read, one by one or many that stand one after the other. */
export type RowExplainer = Pick<Explainer, 'explain' | 'explainBatch'>;

/**
 * Prepares the explanations of a version's answers by the method that its card states.
 * @throws SpillwayError `NOT_EXPLAINABLE` saying what is missing.
 */
export function createVersionExplainer(model: Model, source: ExplanationSource): RowExplainer {
  const { background, explain } = source;
  const { pipeline, schema } = model;
  if (explain.method !== 'lime') {
    if (pipeline !== null) return createExplainer(pipeline, explainerOptions(source));
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the model is only code: there are no trees or weights to explain; with a background LIME can, approximately',
    );
  }
  if (background === null) {
    throw new SpillwayError('NOT_EXPLAINABLE', 'LIME needs the rows of a background');
  }
  const { adverse, samples } = explain;
  const lime = createLimeExplainer(model, background, { adverse, samples });
  const width = schema.features.length;
  return {
    explain: (values) => lime.explain(values),
    explainBatch: (values, count, firstRow = 1) =>
      Array.from({ length: count }, (_, row): Explanation => {
        try {
          return lime.explain(values.subarray(row * width, (row + 1) * width));
        } catch (error) {
          throw nameRow(error, firstRow + row);
        }
      }),
  };
}
