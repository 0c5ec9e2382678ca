import { createReporter, explainRule } from '../explain/index.ts';
import { type FeatureSchema, type ModelCard, type Prediction, type Rule } from '../model/index.ts';
import { createRuleEvaluator, describeConditions } from '../resilience/index.ts';
import { type Answerer, createReading, valuesFor } from './answerer.ts';
import { labelOfProbability, mostProbableLabel } from './choose-label.ts';
import { explainAnswer } from './explain-answer.ts';
import { createCounterfactualSearch } from './search-counterfactuals.ts';

/** A card that may have rules, and whose it is. */
interface RuleSource {
  readonly name: string;
  readonly card: ModelCard;
  readonly cardSha256: string | null;
  /** Of the version. */
  readonly generation: number;
}

/** The rules of a card as the answerer of last resort: no I/O, no model, always an answer. `null` when it has none. */
export function createRuleAnswerer({
  card,
  cardSha256,
  generation,
  name,
}: RuleSource): Answerer | null {
  if (card.rules === undefined || card.rules.length === 0) return null;
  const schema: FeatureSchema = { features: card.features };
  const evaluator = createRuleEvaluator(card.rules, schema);
  const reading = createReading(schema);
  const subject = {
    kind: 'rules',
    name,
    schema,
    card,
    sha256: null,
    cardSha256,
    threshold: card.decisionThreshold,
  } as const;
  const predictValues = (values: Float64Array) =>
    predictionOf(evaluator.evaluate(values).rule, card);
  const answerer: Answerer = Object.freeze({
    ...subject,
    generation,
    task: card.task,
    labels: card.labels,
    schemaKey: JSON.stringify(schema),
    breakerState: () => null,
    ...reading,
    answer(question) {
      const values = valuesFor(answerer, question);
      const prediction = predictValues(values);
      const explanation = explainAnswer(card, question, () => answerer.explain(values), neverFails);
      return { answerer, values, prediction, answeredAt: null, explanation };
    },
    explain(values) {
      const { rule } = evaluator.evaluate(values);
      return explainRule(rule, describeConditions(rule, schema), schema, card.labels);
    },
    findCounterfactuals: createCounterfactualSearch({
      schema,
      task: card.task,
      labels: card.labels,
      predict: (row) => predictValues(reading.read(row)),
      predictValues,
      pipeline: null,
    }),
    report: createReporter(subject),
  } satisfies Answerer);
  return answerer;
}

/** A rule is its own explanation. */
function neverFails(): void {}

/** The card's schema has checked that the rule answers in the way of the task. */
function predictionOf(rule: Rule, card: ModelCard): Prediction {
  const { probability, probabilities, value = 0 } = rule;
  if (probability !== undefined) {
    return {
      margin: null,
      probability,
      prediction: labelOfProbability(probability, card.labels, card.decisionThreshold),
    };
  }
  if (probabilities !== undefined) {
    return {
      margin: null,
      probabilities,
      prediction: mostProbableLabel(probabilities, card.labels),
    };
  }
  return { margin: null, value, prediction: value };
}
