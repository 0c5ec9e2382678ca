import type { ComplianceReport, FeatureSchema, Label } from '../../model/index.ts';

/** The one output of an explanation that a page speaks about. */
export interface SpokenOutput {
  readonly baseValue: number;
  /** One attribution per feature of the schema, in its order. */
  readonly attributions: readonly number[];
  /** The base value and all attributions together. */
  readonly score: number;
  /** The label that the output stands for; `null` when there is one output only, or outputs have no labels. */
  readonly label: Label | null;
  /** How many outputs the explanation has. */
  readonly outputs: number;
}

/**
 * Picks from an explanation the output that its reasons are about. `null` when nothing is
 * attributed: there is no explanation, or a rule decided.
 */
export function spokenOutput(
  { explanation }: ComplianceReport,
  { features }: FeatureSchema,
): SpokenOutput | null {
  if (explanation === null || explanation.method === 'rule') return null;
  const { attributions, baseValue, outputs: labels = [] } = explanation;
  const outputs = typeof baseValue === 'number' ? 1 : baseValue.length;
  const k = explanation.spokenOutput;
  const ofOutput = (value: number | readonly number[] | undefined): number =>
    (typeof value === 'object' ? value[k] : value) ?? 0;
  const base = ofOutput(baseValue);
  const parts = features.map(({ name }) => ofOutput(attributions[name]));
  return {
    baseValue: base,
    attributions: parts,
    score: parts.reduce((sum, part) => sum + part, base),
    label: labels[k] ?? null,
    outputs,
  };
}
