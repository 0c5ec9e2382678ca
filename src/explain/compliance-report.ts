import { hash } from 'node:crypto';
import { canonicalJson, libraryVersion, quoteJson } from '../core/index.ts';
import type {
  CardCompliance,
  Category,
  ComplianceReport,
  CounterfactualSearch,
  Decision,
  Feature,
  FeatureSchema,
  ModelCard,
} from '../model/index.ts';
import { createExplanationWriter } from './explanation-writer.ts';
import { createRecordMaker, createRecordWriter } from './records.ts';
import {
  decidedToWire,
  modelToWire,
  reportToWire,
  searchToWire,
  statementToWire,
} from './report-to-wire.ts';

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
  const statement = statementOf(subject.card?.compliance);
  const modelText = canonicalJson(modelToWire(model));
  const statementText = canonicalJson(statementToWire(statement));
  const libraryText = JSON.stringify(libraryVersion);
  const names = features.map(({ name }) => name);
  const categoryTexts = features.map(({ categories }) => categories?.map((c) => JSON.stringify(c)));
  const writeInputs = createRecordWriter<number>(names, (value, index) => {
    if (Number.isNaN(value)) return 'null';
    const texts = categoryTexts[index];
    return texts === undefined ? `${value}` : (texts[value] ?? '"another"');
  });
  const makeInputs = createRecordMaker<Category | null>(names);
  const timeText = createTimeText();
  const writeExplanation = createExplanationWriter(subject.schema);

  return ({ breakerState, counterfactual, decidedAt, decision, generatedAt, values }) => {
    const { assignedVersion, degraded, modelVersion, reason, requestId, servedBy } = decision;
    const { explanation = null, explanationError = null } = decision;
    const { mainReasons = [], method = null, units = null } = explanation ?? {};
    const decided = decidedSection(decision, subject, timeText(decidedAt));
    const written = timeText(generatedAt);

    // in the order of the canonical form, where the hash is the last name of the audit section
    const explanationText = explanation === null ? 'null' : writeExplanation(explanation);
    const searchText =
      counterfactual === null ? 'null' : canonicalJson(searchToWire(counterfactual));
    const head = `{"audit":{"assigned_version":${quoteJson(assignedVersion)},"breaker_state":${nullable(breakerState)},"library_version":${libraryText},"model_version":${quoteJson(modelVersion)},"request_id":${quoteJson(requestId)}`;
    const middle = `},"counterfactual":${searchText},"decision":${decidedText(decided)},"explanation":`;
    const tail = `,"explanation_error":${nullable(explanationError)},"fallback":{"degraded":${degraded},"reason":${nullable(reason)},"served_by":"${servedBy}"},"generated_at":"${written}","inputs":${writeInputs((index) => values[index]!)},"main_reasons":[${mainReasons.map(quoteJson).join(',')}],"method":${nullable(method)},"model":${modelText},"statement":${statementText},"units":${nullable(units)}}`;
    const sealed = head + middle + explanationText + tail;
    const sha256 = hash('sha256', sealed, 'hex');

    const report: ComplianceReport = {
      generatedAt: written,
      decision: decided,
      model,
      statement,
      inputs: makeInputs((index) => categoryOf(features[index]!, values[index]!)),
      mainReasons,
      method,
      units,
      explanation,
      explanationError,
      counterfactual,
      fallback: { degraded, servedBy, reason },
      audit: { requestId, assignedVersion, modelVersion, breakerState, libraryVersion, sha256 },
    };
    // cut out of the one text that hashing has made flat: the parts would each be copied piece by piece again
    const start = head.length + middle.length;
    const value: ReportText = {
      report: `${sealed.slice(0, head.length)},"sha256":"${sha256}"${sealed.slice(head.length)}`,
      explanation: sealed.slice(start, start + explanationText.length),
    };
    return Object.defineProperty(report, itsText, { value });
  };
}

/** ISO 8601 of a time in milliseconds; under load many reports share one. */
function createTimeText(): (milliseconds: number) => string {
  let last = Number.NaN;
  let text = '';
  return (milliseconds) => {
    if (milliseconds !== last) {
      last = milliseconds;
      text = new Date(milliseconds).toISOString();
    }
    return text;
  };
}

function decidedSection(
  { prediction, probability, probabilities, riskCategory, value }: Decision,
  { threshold }: ReportSubject,
  decidedAt: string,
): ComplianceReport['decision'] {
  return {
    decidedAt,
    prediction,
    ...(probability !== undefined && { probability, threshold }),
    ...(probabilities !== undefined && { probabilities }),
    ...(value !== undefined && { value }),
    ...(riskCategory !== undefined && { riskCategory }),
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

/** What the owners state, `null` where they state nothing. */
export function statementOf(stated: CardCompliance = {}): ComplianceReport['statement'] {
  return Object.freeze({
    controller: stated.controller ?? null,
    purpose: stated.purpose ?? null,
    legalBasis: stated.legalBasis ?? null,
    consequences: stated.consequences ?? null,
    humanInvolvement: stated.humanInvolvement ?? null,
    contact: stated.contact ?? null,
    rightToContest: stated.rightToContest ?? null,
  });
}

function decidedText(decided: ComplianceReport['decision']): string {
  const { decidedAt, prediction, probability, riskCategory, threshold } = decided;
  if (probability === undefined || riskCategory === undefined) {
    return canonicalJson(decidedToWire(decided));
  }
  return `{"decided_at":"${decidedAt}","prediction":${JSON.stringify(prediction)},"probability":${probability},"risk_category":"${riskCategory}","threshold":${threshold}}`;
}

function nullable(text: string | null): string {
  return text === null ? 'null' : quoteJson(text);
}

function categoryOf({ categories }: Feature, value: number): Category | null {
  if (Number.isNaN(value)) return null;
  return categories === undefined ? value : (categories[value] ?? 'another');
}
