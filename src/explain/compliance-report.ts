import { libraryVersion } from '../core/index.ts';
import type {
  Category,
  ComplianceReport,
  Decision,
  FeatureSchema,
  ModelCard,
} from '../model/index.ts';

/** A decision and what is known about it beside the answer. */
export interface ComplianceFacts {
  readonly decision: Decision;
  /** The card of the version that answered, or whose rules did; `null` when there is none. */
  readonly card: ModelCard | null;
  readonly sha256: string | null;
  /** The row as it was read, and the schema by which. */
  readonly schema: FeatureSchema;
  readonly values: Float64Array;
  /** State of the assigned version's circuit breaker; `null` when no version was assigned. */
  readonly breakerState: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly generatedAt: number;
}

/** Puts one decision, its reasons and its audit trail into one report. */
export function createComplianceReport(facts: ComplianceFacts): ComplianceReport {
  const { decision, card, schema, values } = facts;
  const { prediction, probability, riskCategory, explanation = null } = decision;
  const { modelVersion, assignedVersion, degraded, servedBy, reason, requestId } = decision;
  return {
    generatedAt: new Date(facts.generatedAt).toISOString(),
    decision: {
      prediction,
      ...(probability !== undefined && { probability }),
      ...(riskCategory !== undefined && { riskCategory }),
    },
    model: {
      version: modelVersion,
      format: servedBy === 'rules' ? null : (card?.format ?? null),
      sha256: facts.sha256,
      intendedUse: card?.intendedUse ?? null,
      owner: card?.owner ?? null,
    },
    inputs: Object.fromEntries(
      schema.features.map((feature, index) => [feature.name, inputOf(feature, values[index])]),
    ),
    mainReasons: explanation?.rule
      ? [explanation.rule.because]
      : (explanation?.reasonCodes ?? []).map(({ text }) => text),
    method: explanation?.method ?? null,
    units: explanation?.units ?? null,
    fallback: { degraded, servedBy, reason },
    audit: {
      requestId,
      assignedVersion,
      modelVersion,
      breakerState: facts.breakerState,
      libraryVersion,
    },
  };
}

function inputOf(
  { categories }: FeatureSchema['features'][number],
  value: number | undefined,
): Category | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return categories === undefined ? value : (categories[value] ?? 'another');
}
