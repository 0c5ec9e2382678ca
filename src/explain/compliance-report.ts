import { createHash } from 'node:crypto';
import { canonicalJson, libraryVersion } from '../core/index.ts';
import type {
  Category,
  ComplianceReport,
  CounterfactualSearch,
  Decision,
  Explanation,
  FeatureSchema,
  ModelCard,
} from '../model/index.ts';
import { reasonCodes } from './reason-codes.ts';
import { reportToWire } from './report-to-wire.ts';

/** A decision and what is known about it beside the answer. */
export interface ComplianceFacts {
  readonly decision: Decision;
  /** The card of the version that answered, or whose rules did; `null` when there is none. */
  readonly card: ModelCard | null;
  readonly sha256: string | null;
  /** SHA-256 of the card's file; `null` for a card given in code. */
  readonly cardSha256: string | null;
  /** Binary: the probability from which the positive label is predicted; `null` for rules. */
  readonly threshold: number | null;
  /** The row as it was read, and the schema by which. */
  readonly schema: FeatureSchema;
  readonly values: Float64Array;
  readonly counterfactual: CounterfactualSearch | null;
  /** State of the assigned version's circuit breaker; `null` when no version was assigned. */
  readonly breakerState: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly decidedAt: number;
  readonly generatedAt: number;
}

/** Puts one decision, its reasons and its audit trail into one report, sealed by its hash. */
export function createComplianceReport(facts: ComplianceFacts): ComplianceReport {
  const { card, decision, schema, values } = facts;
  const { prediction, probability, probabilities, value, riskCategory } = decision;
  const { modelVersion, assignedVersion, degraded, servedBy, reason, requestId } = decision;
  const explanation = decision.explanation ?? null;
  const compliance = card?.compliance;
  const isModel = servedBy !== 'rules';
  const unsealed: ComplianceReport = {
    generatedAt: new Date(facts.generatedAt).toISOString(),
    decision: {
      decidedAt: new Date(facts.decidedAt).toISOString(),
      prediction,
      ...(probability !== undefined && { probability, threshold: facts.threshold }),
      ...(probabilities !== undefined && { probabilities }),
      ...(value !== undefined && { value }),
      ...(riskCategory !== undefined && { riskCategory }),
    },
    model: {
      name: card?.name ?? null,
      version: modelVersion,
      format: isModel ? (card?.format ?? null) : null,
      sha256: facts.sha256,
      cardVersion: card?.version ?? null,
      cardSha256: facts.cardSha256,
      intendedUse: card?.intendedUse ?? null,
      owner: card?.owner ?? null,
    },
    statement: {
      controller: compliance?.controller ?? null,
      purpose: compliance?.purpose ?? null,
      legalBasis: compliance?.legalBasis ?? null,
      consequences: compliance?.consequences ?? null,
      humanInvolvement: compliance?.humanInvolvement ?? null,
      contact: compliance?.contact ?? null,
      rightToContest: compliance?.rightToContest ?? null,
    },
    inputs: Object.fromEntries(
      schema.features.map((feature, index) => [feature.name, inputOf(feature, values[index])]),
    ),
    mainReasons: explanation === null ? [] : mainReasons(explanation, facts),
    method: explanation?.method ?? null,
    units: explanation?.units ?? null,
    explanation,
    explanationError: decision.explanationError ?? null,
    counterfactual: facts.counterfactual,
    fallback: { degraded, servedBy, reason },
    audit: {
      requestId,
      assignedVersion,
      modelVersion,
      breakerState: facts.breakerState,
      libraryVersion,
      sha256: '',
    },
  };
  const sha256 = createHash('sha256').update(sealedText(unsealed)).digest('hex');
  return { ...unsealed, audit: { ...unsealed.audit, sha256 } };
}

/** What the hash is of: the report as it goes over the wire, without the hash. */
function sealedText(report: ComplianceReport): string {
  const wire = reportToWire(report);
  return canonicalJson({ ...wire, audit: { ...wire.audit, sha256: undefined } });
}

/** The features that moved the decision most, either way, in words. */
function mainReasons(
  { attributions, outputs, rule, units }: Explanation,
  { decision, schema, values }: ComplianceFacts,
): string[] {
  if (rule !== undefined) return [rule.because];
  // of several outputs the one that was decided for; of several numbers the first
  const label = outputs?.find((output) => output === decision.prediction);
  const k = label === undefined ? 0 : (outputs?.indexOf(label) ?? 0);
  const parts = schema.features.map(({ name }) => attributions[name]!);
  const ofOutput = parts.map((part) => (typeof part === 'number' ? part : part[k]!));
  const output = label === undefined ? null : String(label);
  const source = { schema, values, attributions: ofOutput, units, output };
  return reasonCodes(source, 'both', 4).map(({ text }) => text);
}

function inputOf(
  { categories }: FeatureSchema['features'][number],
  value: number | undefined,
): Category | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return categories === undefined ? value : (categories[value] ?? 'another');
}
