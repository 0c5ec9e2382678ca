import type {
  ComplianceReport,
  Counterfactual,
  CounterfactualSearch,
  Explanation,
} from '../model/index.ts';

/*
 * What leaves over HTTP and what hashes are made of: snake_case names, written out field by field, because the keys of
 * attributions and inputs are the users' own and must not be touched.
 */

/** An explanation in the names of the wire. */
export function explanationToWire(explanation: Explanation): Record<string, unknown> {
  const { fit } = explanation;
  return {
    base_value: explanation.baseValue,
    attributions: explanation.attributions,
    units: explanation.units,
    method: explanation.method,
    exact: explanation.exact,
    reason_codes: explanation.reasonCodes,
    additivity_residual: explanation.additivityResidual,
    rule: explanation.rule,
    outputs: explanation.outputs,
    spoken_output: typeof explanation.baseValue === 'number' ? undefined : explanation.spokenOutput,
    fit: fit && {
      r2: fit.r2,
      local_prediction: fit.localPrediction,
      samples: fit.samples,
      seed: fit.seed,
    },
  };
}

/** A report in the names of the wire. */
export function reportToWire(report: ComplianceReport): Record<string, unknown> {
  const { audit, counterfactual, decision, explanation, fallback, model, statement } = report;
  return {
    generated_at: report.generatedAt,
    decision: decidedToWire(decision),
    model: modelToWire(model),
    statement: statementToWire(statement),
    inputs: report.inputs,
    main_reasons: report.mainReasons,
    method: report.method,
    units: report.units,
    explanation: explanation && explanationToWire(explanation),
    explanation_error: report.explanationError,
    counterfactual: counterfactual && searchToWire(counterfactual),
    fallback: {
      degraded: fallback.degraded,
      served_by: fallback.servedBy,
      reason: fallback.reason,
    },
    audit: {
      request_id: audit.requestId,
      assigned_version: audit.assignedVersion,
      model_version: audit.modelVersion,
      breaker_state: audit.breakerState,
      library_version: audit.libraryVersion,
      sha256: audit.sha256,
    },
  };
}

/** The decision section of a report in the names of the wire. */
export function decidedToWire(decision: ComplianceReport['decision']): Record<string, unknown> {
  return {
    decided_at: decision.decidedAt,
    prediction: decision.prediction,
    probability: decision.probability,
    probabilities: decision.probabilities,
    value: decision.value,
    threshold: decision.threshold,
    risk_category: decision.riskCategory,
  };
}

/** The model section of a report in the names of the wire. */
export function modelToWire(model: ComplianceReport['model']): Record<string, unknown> {
  return {
    name: model.name,
    version: model.version,
    format: model.format,
    sha256: model.sha256,
    card_version: model.cardVersion,
    card_sha256: model.cardSha256,
    intended_use: model.intendedUse,
    owner: model.owner,
  };
}

/** What the owners state, in the names of the wire. */
export function statementToWire(statement: ComplianceReport['statement']): Record<string, unknown> {
  return {
    controller: statement.controller,
    purpose: statement.purpose,
    legal_basis: statement.legalBasis,
    consequences: statement.consequences,
    human_involvement: statement.humanInvolvement,
    contact: statement.contact,
    right_to_contest: statement.rightToContest,
  };
}

/** A search for counterfactuals in the names of the wire. */
export function searchToWire(search: CounterfactualSearch): Record<string, unknown> {
  return {
    counterfactuals: search.counterfactuals.map(counterfactualToWire),
    text: search.text,
    evaluations: search.evaluations,
    exhaustive: search.exhaustive,
  };
}

function counterfactualToWire(found: Counterfactual): Record<string, unknown> {
  const { changes, prediction, probability, text } = found;
  return { changes, prediction, probability, text };
}
