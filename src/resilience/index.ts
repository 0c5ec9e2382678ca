export {
  type Admission,
  type AdmissionOptions,
  createAdmission,
  type OverloadReason,
  overloadReasons,
  type Work,
} from './admission.ts';
export type { OpeningReason } from './breaker-generation.ts';
export {
  type BreakerState,
  type BreakerTransition,
  type CircuitBreaker,
  type CircuitBreakerEvents,
  createCircuitBreaker,
  type RunOptions,
} from './circuit-breaker.ts';
export type { CircuitBreakerOptions } from './circuit-breaker-options.ts';
export { deadlineAfter, isExpired } from './deadline.ts';
export { describeConditions } from './describe-conditions.ts';
export {
  type FallbackAnswer,
  type FallbackFailure,
  type FallbackStep,
  firstThatAnswers,
} from './first-that-answers.ts';
export { memoryRatio } from './memory-ratio.ts';
export { type Priority, priorities } from './priority.ts';
export { createRuleEvaluator, type RuleEvaluator, type RuleMatch } from './rule-evaluator.ts';
export {
  createWaitingLine,
  type PlaceInLine,
  type ShedReason,
  type WaitingLine,
  type WaitingLineOptions,
} from './waiting-line.ts';
export type { AbortableAction } from './with-deadline.ts';
