import { quoteJson } from '../core/index.ts';
import { explanationToWire, reportText } from '../explain/index.ts';
import type { GatewayStatus } from '../gateway-contract.ts';
import type { ComplianceReport, Decision } from '../model/index.ts';
import type { RouteFigures } from '../monitoring/index.ts';
import type { Comparison } from '../scoring/index.ts';

/*
 * What leaves over HTTP: snake_case names, milliseconds to the microsecond. Written out field by field, because the
 * keys of attributions and inputs are the users' own and must not be touched.
 */

/** The JSON text of a decision, as `POST /predict` answers it, or `POST /predict/reliable`, which says who answered. */
export function decisionToJson(decision: Decision, reliable: boolean): string {
  const text = isPlain(decision)
    ? plainDecisionToJson(decision, reliable)
    : JSON.stringify(decisionToWire(decision, reliable));
  return decision.complianceReport === undefined
    ? text
    : `${text.slice(0, -1)}${explanationFields(decision, decision.complianceReport)}}`;
}

function decisionToWire(decision: Decision, reliable: boolean): Record<string, unknown> {
  return {
    request_id: decision.requestId,
    prediction: decision.prediction,
    probability: decision.probability,
    probabilities: decision.probabilities,
    value: decision.value,
    risk_category: decision.riskCategory,
    model_version: decision.modelVersion,
    generation: decision.generation,
    assigned_version: decision.assignedVersion,
    degraded: decision.degraded,
    latency_ms: milliseconds(decision.latencyMs),
    ...(reliable && { served_by: decision.servedBy, reason: decision.reason }),
  };
}

/** What comes with an explanation, from the comma on. */
function explanationFields(
  { margin, explanationError }: Decision,
  complianceReport: ComplianceReport,
): string {
  const { explanation, report } = reportText(complianceReport);
  const error = explanationError === undefined ? '' : `,"explanation_error":"${explanationError}"`;
  const score = margin === undefined ? '' : `,"margin":${JSON.stringify(margin)}`;
  return `${score},"explanation":${explanation}${error},"compliance_report":${report}`;
}

type PlainDecision = Decision & {
  readonly probability: number;
  readonly prediction: string | number;
};

/** A binary decision: nearly all of them. */
function isPlain(decision: Decision): decision is PlainDecision {
  return decision.probability !== undefined;
}

/** What `JSON.stringify(decisionToWire(decision))` gives, five times as fast: numbers are written as JSON writes them. */
function plainDecisionToJson(decision: PlainDecision, reliable: boolean): string {
  const { prediction, probability, riskCategory, degraded, latencyMs } = decision;
  const { assignedVersion, modelVersion } = decision;
  const version = quoteJson(modelVersion);
  const assigned = assignedVersion === modelVersion ? version : quoteJson(assignedVersion);
  const label = typeof prediction === 'string' ? quoteJson(prediction) : prediction;
  const tail = reliable
    ? `,"served_by":"${decision.servedBy}","reason":${decision.reason === null ? null : `"${decision.reason}"`}}`
    : '}';
  return `{"request_id":${quoteJson(decision.requestId)},"prediction":${label},"probability":${probability},"risk_category":"${riskCategory}","model_version":${version},"generation":${decision.generation},"assigned_version":${assigned},"degraded":${degraded},"latency_ms":${milliseconds(latencyMs)}${tail}`;
}

/** A comparison of `POST /compare`. */
export function comparisonToWire({
  requestId,
  results,
  ensemble,
  agreement,
}: Comparison): Record<string, unknown> {
  return {
    request_id: requestId,
    results: results.map((result) =>
      'error' in result
        ? { model_version: result.modelVersion, error: result.error }
        : {
            model_version: result.modelVersion,
            weight: result.weight,
            prediction: result.prediction,
            probability: result.probability,
            probabilities: result.probabilities,
            value: result.value,
            risk_category: result.riskCategory,
            latency_ms: milliseconds(result.latencyMs),
            explanation: result.explanation && explanationToWire(result.explanation),
            explanation_error: result.explanationError,
          },
    ),
    ensemble,
    agreement: {
      same_prediction: agreement.samePrediction,
      probability_spread: agreement.probabilitySpread,
      value_spread: agreement.valueSpread,
    },
  };
}

/** The versions of `GET /admin/system-status` and `GET /health`. */
export function versionsToWire({ versions }: GatewayStatus): Record<string, unknown>[] {
  return versions.map((version) => ({
    model_version: version.modelVersion,
    generation: version.generation,
    state: version.state,
    reason: version.reason,
    warnings: version.warnings,
    format: version.format,
    sha256: version.sha256,
    weight: version.weight,
    breaker: version.breaker,
  }));
}

/** One line of `GET /admin/performance-metrics`. */
export function figuresToWire(figures: RouteFigures, uptimeMs: number): Record<string, unknown> {
  return {
    model_version: figures.modelVersion,
    route: figures.route,
    decisions: figures.decisions,
    assigned: figures.assigned,
    rate_per_second: figures.decisions / (uptimeMs / 1000),
    errors: figures.errors,
    degraded: figures.degraded,
    explained: figures.explained,
    p50_ms: figures.p50Ms && milliseconds(figures.p50Ms),
    p95_ms: figures.p95Ms && milliseconds(figures.p95Ms),
    p99_ms: figures.p99Ms && milliseconds(figures.p99Ms),
  };
}

function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
