import type { Label } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';
import { listAt } from './list-at.ts';
import { findLoss, type Loss } from './losses.ts';

/** What the scores of a model mean. */
export interface Answers extends Loss {
  /** The name of the loss function. */
  readonly objective: string;
  readonly labels: readonly Label[];
  readonly decisionThreshold: number;
}

/** Reads `model_info`: the loss function, the labels, and from where on the positive one is predicted. */
export function readAnswers(information: JsonValue, outputs: number): Answers {
  const objective = readLossName(information);
  const loss = findLoss(objective);
  const expected = { binary: 1, multiclass: Math.max(outputs, 2), regression: outputs }[loss.task];
  if (outputs !== expected) {
    information.refuse(`a ${loss.task} model, which ${outputs} outputs do not make, for its loss`);
  }
  const labels = loss.task === 'regression' ? [] : readLabels(information, Math.max(outputs, 2));
  return { ...loss, objective, labels, decisionThreshold: readThreshold(information) };
}

/** A sum of models has no parameters of its own; its loss is a JSON text. */
function readLossName(information: JsonValue): string {
  const parameters = information.find('params')?.find('loss_function');
  const ofSum = information.find('loss_function');
  if (parameters === undefined && ofSum === undefined) {
    return refuseUnsupported(
      'no loss function of its own',
      'only models whose file names the loss function can be read, and sums of such models',
    );
  }
  const loss = parameters ?? parseJson(new TextEncoder().encode(ofSum!.string()));
  return loss.at('type').string();
}

/** The labels of the outputs, which are fewer than the classes when training met none of a class. */
function readLabels(information: JsonValue, count: number): Label[] {
  const classes = information.find('class_params');
  if (classes === undefined) {
    return refuseUnsupported(
      'no class_params',
      'only files that name the classes there can be read',
    );
  }
  const names = listAt(classes, 'class_names').map(readLabel);
  const places = classes
    .at('class_to_label')
    .items()
    .map((place) => place.count(0, limits.outputs));
  if (places.length !== count) classes.at('class_to_label').refuse(`${count} numbers`);
  const labels = places.map((place) => (names.length === 0 ? place : names[place]));
  return labels.map((label) => label ?? classes.at('class_names').refuse('a name per label'));
}

function readLabel(json: JsonValue): Label {
  if (json.kind === 'string') return json.string();
  return json.is(true) || json.is(false) ? json.is(true) : json.number();
}

/** CatBoost predicts the positive label above its threshold, and we from a threshold on. */
function readThreshold(information: JsonValue): number {
  const stated = information.find('binclass_probability_threshold');
  const threshold = stated === undefined ? 0.5 : Number(stated.string() || 'none');
  if (!(threshold > 0 && threshold < 1)) return stated!.refuse('a number between 0 and 1');
  const bits = new BigUint64Array(Float64Array.of(threshold).buffer);
  bits[0]!++;
  return new Float64Array(bits.buffer)[0]!;
}
