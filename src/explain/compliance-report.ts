import { hash } from 'node:crypto';
import { canonicalJson, libraryVersion } from '../core/index.ts';
import type {
  Category,
  ComplianceReport,
  CounterfactualSearch,
  Decision,
  Explanation,
  Feature,
  FeatureSchema,
  ModelCard,
} from '../model/index.ts';
import { createExplanationWriter } from './explanation-writer.ts';
import { reasonCodes } from './reason-codes.ts';
import { createRecordMaker, createRecordWriter } from './records.ts';
import { modelToWire, reportToWire, searchToWire, statementToWire } from './report-to-wire.ts';

/** Who answered a decision: a model version, or the rules of one. */
export interface ReportSubject {
  readonly kind: 'version' | 'rules';
  readonly name: string;
  readonly schema: FeatureSchema;
  readonly card: ModelCard | null;
  /** SHA-256 of the artifact; `null` for rules and for models built in code. */
  readonly sha256: string | null;
  /** SHA-256 of the card's file; `null` for a card given in code. */
  readonly cardSha256: string | null;
  /** Binary: the probability from which the positive label is predicted; `null` when nobody says. */
  readonly threshold: number | null;
}

/** A decision and what is known about it beside the answer. */
export interface ReportFacts {
  readonly decision: Decision;
  /** The row as it was read. */
  readonly values: Float64Array;
  readonly counterfactual: CounterfactualSearch | null;
  /** State of the assigned version's circuit breaker; `null` when no version was assigned. */
  readonly breakerState: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly decidedAt: number;
  readonly generatedAt: number;
}

/** The text of a report: canonical JSON in the names of the wire, as it goes out; and that of the explanation in it. */
export interface ReportText {
  readonly report: string;
  readonly explanation: string;
}

/**
 * Prepares the reports of one subject's decisions, sealed by the hash of their own text. What does not change with the
 * decision is written once, since the text costs more than the prediction.
 */
export function createReporter(subject: ReportSubject): (facts: ReportFacts) => ComplianceReport {
  const { features } = subject.schema;
  const model = modelOf(subject);
  const statement = statementOf(subject);
  const modelText = canonicalJson(modelToWire(model));
  const statementText = canonicalJson(statementToWire(statement));
  const names = features.map(({ name }) => name);
  const categoryTexts = features.map(({ categories }) => categories?.map((c) => JSON.stringify(c)));
  const writeInputs = createRecordWriter<number>(names, (value, index) => {
    if (Number.isNaN(value)) return 'null';
    const texts = categoryTexts[index];
    return texts === undefined ? `${value}` : (texts[value] ?? '"another"');
  });
  const makeInputs = createRecordMaker<Category | null>(names);
  const writeExplanation = createExplanationWriter(subject.schema);

  return (facts) => {
    const { counterfactual, decision, values } = facts;
    const explanation = decision.explanation ?? null;
    const unsealed: Omit<ComplianceReport, 'audit'> = {
      generatedAt: new Date(facts.generatedAt).toISOString(),
      decision: {
        decidedAt: new Date(facts.decidedAt).toISOString(),
        prediction: decision.prediction,
        ...(decision.probability !== undefined && {
          probability: decision.probability,
          threshold: subject.threshold,
        }),
        ...(decision.probabilities !== undefined && { probabilities: decision.probabilities }),
        ...(decision.value !== undefined && { value: decision.value }),
        ...(decision.riskCategory !== undefined && { riskCategory: decision.riskCategory }),
      },
      model,
      statement,
      inputs: makeInputs((index) => categoryOf(features[index]!, values[index]!)),
      mainReasons: explanation === null ? [] : mainReasons(explanation, subject.schema, facts),
      method: explanation?.method ?? null,
      units: explanation?.units ?? null,
      explanation,
      explanationError: decision.explanationError ?? null,
      counterfactual,
      fallback: {
        degraded: decision.degraded,
        servedBy: decision.servedBy,
        reason: decision.reason,
      },
    };
    const audit = {
      requestId: decision.requestId,
      assignedVersion: decision.assignedVersion,
      modelVersion: decision.modelVersion,
      breakerState: facts.breakerState,
      libraryVersion,
    };
    // written in the order of the canonical form, where `sha256` is the last name of the audit section
    const { decision: decided, fallback } = unsealed;
    const explanationText = explanation === null ? 'null' : writeExplanation(explanation);
    const head = `{"audit":{"assigned_version":${JSON.stringify(audit.assignedVersion)},"breaker_state":${JSON.stringify(audit.breakerState)},"library_version":${JSON.stringify(libraryVersion)},"model_version":${JSON.stringify(audit.modelVersion)},"request_id":${JSON.stringify(audit.requestId)}`;
    const tail = `},"counterfactual":${counterfactual === null ? 'null' : canonicalJson(searchToWire(counterfactual))},"decision":${decisionText(decided)},"explanation":${explanationText},"explanation_error":${JSON.stringify(unsealed.explanationError)},"fallback":{"degraded":${fallback.degraded},"reason":${JSON.stringify(fallback.reason)},"served_by":"${fallback.servedBy}"},"generated_at":"${unsealed.generatedAt}","inputs":${writeInputs((index) => values[index]!)},"main_reasons":${JSON.stringify(unsealed.mainReasons)},"method":${JSON.stringify(unsealed.method)},"model":${modelText},"statement":${statementText},"units":${JSON.stringify(unsealed.units)}}`;
    const sha256 = hash('sha256', head + tail, 'hex');
    const report: ComplianceReport = { ...unsealed, audit: { ...audit, sha256 } };
    const value: ReportText = {
      report: `${head},"sha256":"${sha256}"${tail}`,
      explanation: explanationText,
    };
    return Object.defineProperty(report, itsText, { value });
  };
}

/** Under which a report keeps its text, which is not worth writing twice, where nobody who shows a report sees it. */
const itsText: unique symbol = Symbol('text');

interface WrittenReport extends ComplianceReport {
  readonly [itsText]?: ReportText;
}

/** The texts of a report: those that its reporter wrote, else the same written anew. */
export function reportText(report: WrittenReport): ReportText {
  const written = report[itsText];
  if (written !== undefined) return written;
  const wire = reportToWire(report);
  return { report: canonicalJson(wire), explanation: canonicalJson(wire['explanation']) };
}

function modelOf({
  card,
  cardSha256,
  kind,
  name,
  sha256,
}: ReportSubject): ComplianceReport['model'] {
  return Object.freeze({
    name: card?.name ?? null,
    version: name,
    format: kind === 'rules' ? null : (card?.format ?? null),
    sha256,
    cardVersion: card?.version ?? null,
    cardSha256,
    intendedUse: card?.intendedUse ?? null,
    owner: card?.owner ?? null,
  });
}

function statementOf({ card }: ReportSubject): ComplianceReport['statement'] {
  const stated = card?.compliance;
  return Object.freeze({
    controller: stated?.controller ?? null,
    purpose: stated?.purpose ?? null,
    legalBasis: stated?.legalBasis ?? null,
    consequences: stated?.consequences ?? null,
    humanInvolvement: stated?.humanInvolvement ?? null,
    contact: stated?.contact ?? null,
    rightToContest: stated?.rightToContest ?? null,
  });
}

function decisionText(decided: ComplianceReport['decision']): string {
  const { decidedAt, prediction, probability, probabilities, riskCategory, threshold, value } =
    decided;
  if (probability === undefined) {
    return canonicalJson({
      decided_at: decidedAt,
      prediction,
      probabilities,
      risk_category: riskCategory,
      value,
    });
  }
  return `{"decided_at":"${decidedAt}","prediction":${JSON.stringify(prediction)},"probability":${probability},"risk_category":"${riskCategory}","threshold":${threshold}}`;
}

/** The features that moved the decision most, either way, in words. */
function mainReasons(
  { attributions, outputs, rule, units }: Explanation,
  schema: FeatureSchema,
  { decision, values }: ReportFacts,
): string[] {
  if (rule !== undefined) return [rule.because];
  // of several outputs the one that was decided for; of several numbers the first
  const label = outputs?.find((output) => output === decision.prediction);
  const k = label === undefined ? 0 : (outputs?.indexOf(label) ?? 0);
  const ofOutput = schema.features.map(({ name }) => {
    const part = attributions[name]!;
    return typeof part === 'number' ? part : part[k]!;
  });
  const output = label === undefined ? null : String(label);
  const source = { schema, values, attributions: ofOutput, units, output };
  return reasonCodes(source, 'both', 4).map(({ text }) => text);
}

function categoryOf({ categories }: Feature, value: number): Category | null {
  if (Number.isNaN(value)) return null;
  return categories === undefined ? value : (categories[value] ?? 'another');
}
