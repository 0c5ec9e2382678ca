import type {
  Category,
  Feature,
  FeatureStep,
  Label,
  LinearModel,
  Link,
  Task,
} from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { refuseUnsupported } from '../refusals.ts';
import { formatName, formatVersion } from './format-name.ts';
import { readFinite, readStep } from './read-step.ts';

const tasks: readonly Task[] = ['binary', 'multiclass', 'regression'];
const links: Readonly<Record<Task, readonly Link[]>> = {
  binary: ['logistic'],
  multiclass: ['softmax', 'one-vs-rest', 'independent-logistic'],
  regression: ['identity', 'logistic', 'exponential'],
};
const types: readonly Feature['type'][] = ['number', 'integer', 'category'];
/** So many values may the steps of a file look at that look at several: each is looked up for each row. */
const mostAmong = 1_048_576;

/** Reads what `writeLinear` writes: a weighted sum in float64, and the steps from a row to its columns. */
export const spillwayLinearReader: ModelReader = {
  format: formatName,
  detects: ({ json }) => json?.find('format')?.is(formatName) === true,
  read: ({ json }, options) => readDocument(json!, options),
};

function readDocument(file: JsonValue, options: ReadOptions): ReadArtifact {
  const version = file.at('format_version').count(1, 2 ** 31);
  if (version > formatVersion) {
    refuseUnsupported(
      `version ${version} of ${formatName}`,
      `versions up to ${formatVersion} can be read`,
    );
  }
  const features = readFeatures(file.at('features'), options.columns);
  const steps = readSteps(file.at('steps'), features.length);
  const { columns, from } = readColumns(file.at('columns'), features.length + steps.length);
  const task = readOneOf(file.at('task'), tasks);
  const model = readModel(file, columns, task);
  return {
    format: formatName,
    libraryVersion: null,
    objective: `${task} ${model.link}`,
    pipeline: {
      schema: { features },
      steps: { features: features.length, steps, columns: from },
      model,
      task,
      labels: readLabels(file.at('labels'), task, model.outputs),
      decisionThreshold: readFinite(file.at('decision_threshold')),
    },
    warnings: [],
  };
}

function readModel(file: JsonValue, columns: readonly string[], task: Task): LinearModel {
  const rows = file.at('coefficients').items();
  const intercepts = file.at('intercepts').numbers();
  if (rows.length < 1 || rows.length > (task === 'binary' ? 1 : limits.outputs)) {
    file.at('coefficients').refuse(task === 'binary' ? 'one row' : 'rows');
  }
  if (intercepts.length !== rows.length) file.at('intercepts').refuse(`${rows.length} numbers`);
  const weights = new Float64Array(rows.length * columns.length);
  for (const [output, row] of rows.entries()) {
    const numbers = row.numbers();
    if (numbers.length !== columns.length) row.refuse(`${columns.length} numbers`);
    if (!numbers.every(Number.isFinite)) row.refuse('finite numbers');
    weights.set(numbers, output * columns.length);
  }
  if (!intercepts.every(Number.isFinite)) file.at('intercepts').refuse('finite numbers');
  return Object.freeze({
    kind: 'linear-model',
    columns: Object.freeze(columns),
    outputs: rows.length,
    arithmetic: 'float64',
    weights,
    intercepts,
    link: readOneOf(file.at('link'), links[task]),
    slope: readFinite(file.at('slope')),
  });
}

function readFeatures(list: JsonValue, given: readonly string[] | undefined): Feature[] {
  const items = list.items();
  const names = items.map((item) => item.at('name').string());
  chooseColumns(items.length, names, given);
  return items.map((item, index): Feature => {
    const type = readOneOf(item.at('type'), types);
    const categories = item
      .find('categories')
      ?.items()
      .map((value) => value.scalar());
    if ((type === 'category') !== (categories !== undefined)) {
      item.refuse('categories for a category, and for nothing else');
    }
    if (new Set<Category>(categories).size !== (categories?.length ?? 0)) {
      item.at('categories').refuse('values that differ');
    }
    return {
      name: names[index]!,
      type,
      ...(categories !== undefined && { categories }),
      ...readFlag(item, 'other_categories', 'otherCategories'),
      ...readNumber(item, 'min'),
      ...readNumber(item, 'max'),
      required: readTruth(item.at('required')),
      ...readFlag(item, 'nullable', 'nullable'),
    };
  });
}

function readColumns(
  list: JsonValue,
  made: number,
): { columns: readonly string[]; from: readonly number[] } {
  const items = list.items();
  const names = items.map((item) => item.at('name').string());
  return {
    columns: chooseColumns(items.length, names, undefined),
    from: items.map((item) => item.at('from').count(0, made - 1)),
  };
}

function readSteps(list: JsonValue, features: number): FeatureStep[] {
  const items = list.items();
  if (items.length > limits.steps) list.refuse(`at most ${limits.steps} steps`);
  let among = 0;
  return items.map((item, index) => {
    const step = readStep(item, features + index);
    if (step.kind === 'normalize') among += step.among.length;
    if (step.kind === 'first') among += step.of.length;
    if (among > mostAmong) refuseUnsupported('steps of too many values', 'take fewer');
    return step;
  });
}

function readLabels(list: JsonValue, task: Task, outputs: number): Label[] {
  const labels = list.items().map((item) => item.scalar());
  const expected = { binary: 2, multiclass: outputs, regression: 0 }[task];
  if (labels.length !== expected || new Set(labels).size !== expected) {
    list.refuse(`${expected} labels that differ`);
  }
  return labels;
}

function readOneOf<Name extends string>(value: JsonValue, names: readonly Name[]): Name {
  return names.find((name) => value.is(name)) ?? value.refuse(`one of ${names.join(', ')}`);
}

function readTruth(value: JsonValue): boolean {
  return value.is(true) ? true : value.is(false) ? false : value.refuse('true or false');
}

function readFlag(item: JsonValue, key: string, name: string): Record<string, boolean> {
  const flag = item.find(key);
  return flag === undefined ? {} : { [name]: readTruth(flag) };
}

function readNumber(item: JsonValue, key: string): Record<string, number> {
  const number = item.find(key);
  return number === undefined ? {} : { [key]: readFinite(number) };
}
