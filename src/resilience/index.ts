export {
  type Admission,
  type AdmissionOptions,
  createAdmission,
  type OverloadReason,
  overloadReasons,
  type Work,
} from './admission.ts';
export type {
  BreakerState,
  BreakerTransition,
  CircuitBreakerEvents,
  OpeningReason,
} from './breaker-events.ts';
export type { BreakerPermit } from './breaker-permit.ts';
export { type Bulkhead, createBulkhead, type PermitRequest } from './bulkhead.ts';
export type { BulkheadOptions } from './bulkhead-options.ts';
export { createCircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreaker, RunOptions } from './circuit-breaker-contract.ts';
export type { CircuitBreakerOptions } from './circuit-breaker-options.ts';
export {
  type CallOutcome,
  type ConcurrencyLimit,
  createFixedLimit,
  createGradientLimit,
} from './concurrency-limit.ts';
export { deadlineAfter, isExpired } from './deadline.ts';
export { describeConditions } from './describe-conditions.ts';
export {
  type FallbackAnswer,
  type FallbackFailure,
  type FallbackStep,
  firstThatAnswers,
} from './first-that-answers.ts';
export type { GradientLimitOptions } from './gradient-limit-options.ts';
export { createMemoryGauge, type MemoryGauge } from './memory-gauge.ts';
export type { Permit, PermitOutcome } from './permit.ts';
export type { TaskLimits } from './pool-task.ts';
export { type Priority, priorities } from './priority.ts';
export { createRuleEvaluator, type RuleEvaluator, type RuleMatch } from './rule-evaluator.ts';
export { serveTasks, type TaskAnswerer, type TaskCall } from './serve-tasks.ts';
export {
  createWaitingLine,
  type PlaceInLine,
  type ShedReason,
  type WaitingLine,
} from './waiting-line.ts';
export type { WaitingLineOptions } from './waiting-line-options.ts';
export type { AbortableAction } from './with-deadline.ts';
export { createWorkerPool, type WorkerPool } from './worker-pool.ts';
export type { WorkerPoolOptions } from './worker-pool-options.ts';
