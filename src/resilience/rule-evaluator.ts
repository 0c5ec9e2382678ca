import { type Fault, faultsInWords, SpillwayError } from '../core/index.ts';
import type { Category, Feature, FeatureSchema, Rule, RuleCondition } from '../model/index.ts';

/** The rule that decides a row, and its place in the list. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly index: number;
}

/** Rules compiled for one schema. */
export interface RuleEvaluator {
  /**
   * The first rule whose conditions all hold. `values` is a row already read: one number per feature of the schema,
   * categories as their code, NaN = missing. Always answers, never throws, allocates nothing.
   */
  evaluate(values: Float64Array): RuleMatch;
}

type Test = (values: Float64Array) => boolean;

/**
 * Compiles rules against the schema of the rows they will see.
 * @throws SpillwayError `INVALID_CARD` with every fault: a condition no row can meet, or a last rule with conditions.
 */
export function createRuleEvaluator(rules: readonly Rule[], schema: FeatureSchema): RuleEvaluator {
  const faults: Fault[] = [];
  const conditional = rules.slice(0, -1).map((rule, index) => ({
    match: Object.freeze({ rule, index }),
    tests: rule.when.map((condition, position) =>
      compile(condition, schema, (message) => {
        faults.push({ pointer: `/rules/${index}/when/${position}`, message });
      }),
    ),
  }));
  const last = rules.at(-1);
  if (last === undefined || last.when.length > 0) {
    const message = 'expected a last rule with an empty when, so that rules always answer';
    faults.push({ pointer: '/rules', message });
  }
  if (last === undefined || faults.length > 0) throw invalid(faults);

  const otherwise = Object.freeze({ rule: last, index: rules.length - 1 });
  return {
    evaluate(values) {
      for (const { match, tests } of conditional) {
        if (tests.every((holds) => holds(values))) return match;
      }
      return otherwise;
    },
  };
}

/** NaN, a missing value, fails every comparison, which is what a condition other than `missing` wants. */
function compile(
  condition: RuleCondition,
  schema: FeatureSchema,
  report: (message: string) => void,
): Test {
  const index = schema.features.findIndex(({ name }) => name === condition.feature);
  const feature = schema.features[index];
  if (feature === undefined) {
    const known = schema.features.map(({ name }) => name).join(', ');
    report(`unknown feature ${condition.feature}; known are ${known}`);
    return never;
  }
  const at = (values: Float64Array) => values[index] ?? Number.NaN;
  if ('missing' in condition) return (values) => Number.isNaN(at(values));
  if ('is' in condition) {
    const value = numberOf(condition.is, feature);
    if (value === null) report(`${feature.name} is never ${condition.is}`);
    return (values) => at(values) === value;
  }
  if (feature.type === 'category') {
    report(`${feature.name} is a category: below and atLeast need a number`);
  }
  if ('below' in condition) return (values) => at(values) < condition.below;
  return (values) => at(values) >= condition.atLeast;
}

/** The number that stands for a value in a row already read; `null` when the feature never has that value. */
function numberOf(value: Category, feature: Feature): number | null {
  if (feature.type !== 'category') return typeof value === 'number' ? value : null;
  const code = feature.categories?.indexOf(value) ?? -1;
  return code === -1 ? null : code;
}

function never(): boolean {
  return false;
}

function invalid(faults: readonly Fault[]): SpillwayError {
  const sentence = faultsInWords(faults);
  return new SpillwayError(
    'INVALID_CARD',
    `the rules have ${faults.length} fault(s): ${sentence}`,
    {
      faults,
    },
  );
}
