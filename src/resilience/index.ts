export type {
  BreakerState,
  BreakerTransition,
  CircuitBreakerEvents,
  OpeningReason,
} from './breaker-events.ts';
export type { BreakerPermit } from './breaker-permit.ts';
export { createCircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreaker, RunOptions } from './circuit-breaker-contract.ts';
export type { CircuitBreakerOptions } from './circuit-breaker-options.ts';
export { deadlineAfter, isExpired } from './deadline.ts';
export { describeConditions } from './describe-conditions.ts';
export {
  type FallbackAnswer,
  type FallbackFailure,
  type FallbackStep,
  firstThatAnswers,
} from './first-that-answers.ts';
export { type Priority, priorities } from './priority.ts';
export { createRuleEvaluator, type RuleEvaluator, type RuleMatch } from './rule-evaluator.ts';
export type { AbortableAction } from './with-deadline.ts';
