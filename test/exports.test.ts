import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as express from '../src/express.ts';
import * as spillway from '../src/index.ts';
import * as patterns from '../src/patterns.ts';
import * as resilience from '../src/resilience/index.ts';
import * as shap from '../src/shap.ts';
import * as testing from '../src/testing/index.ts';
import * as training from '../src/training.ts';
import * as xgboost from '../src/xgboost.ts';

/** The surface of the package. A change here is a change for users: note it in the changelog. */
const surface = {
  '.': [
    spillway,
    [
      'SpillwayError',
      'createGateway',
      'createParallelScorer',
      'loadVersions',
      'readModel',
      'withCircuitBreaker',
      'withCompliance',
      'withMonitoring',
    ],
  ],
  './express': [express, ['createExpressServer', 'spillway']],
  './xgboost': [xgboost, ['readXgboostModel', 'writeBooster', 'writeXgboostModel']],
  './shap': [shap, ['createModelExplainer', 'createModelLime', 'findCounterfactuals']],
  './patterns': [patterns, ['withCircuitBreaker', 'withCompliance', 'withMonitoring']],
  './resilience': [
    resilience,
    [
      'createAdmission',
      'createBulkhead',
      'createCircuitBreaker',
      'createFixedLimit',
      'createGradientLimit',
      'createMemoryGauge',
      'createRuleEvaluator',
      'createWaitingLine',
      'createWorkerPool',
      'deadlineAfter',
      'describeConditions',
      'firstThatAnswers',
      'isExpired',
      'overloadReasons',
      'priorities',
      'serveTasks',
    ],
  ],
  './training': [
    training,
    [
      'chooseThreshold',
      'evaluateBinary',
      'evaluateMulticlass',
      'evaluateRegression',
      'findLeaks',
      'fitIsotonic',
      'fitSigmoid',
      'foldRows',
      'measurePermutationImportance',
      'readTrainingTable',
      'splitRows',
      'trainBoosting',
      'trainForest',
      'trainLinear',
      'trainLogistic',
      'writeLinearModel',
      'writeOnnxModel',
    ],
  ],
  './testing': [testing, ['createFakeClock', 'createFlakyModel', 'createSeededRandom']],
} as const;

describe('the package', () => {
  it.each(Object.entries(surface))('%s exports what it always did', (_, [module, names]) => {
    expect(Object.keys(module).toSorted()).toEqual(names);
  });

  it('has these subpaths and no other', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(Object.keys(exports)).toEqual([...Object.keys(surface), './package.json']);
  });

  it.each(Object.entries(surface))(
    '%s leads to that module when it is installed',
    async (path, [, names]) => {
      const installed: object = await import(/* @vite-ignore */ posix.join('spillway', path));
      expect(Object.keys(installed).toSorted()).toEqual(names);
    },
  );
});
