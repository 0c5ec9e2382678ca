import {
  type Category,
  type Feature,
  type FeatureStep,
  type FeatureSteps,
  sourcesOf,
} from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { createDraft, createFeature, type FeatureDraft, int64Bounds } from './feature-draft.ts';
import type { Columns } from './graph-values.ts';
import type { GraphInput } from './model-proto.ts';
import { elementTypes } from './tensor.ts';

/** The values made of a row while a graph is read: first the features, then what each step makes. */
export class RowColumns {
  readonly inputs: ReadonlyMap<string, Columns>;
  readonly #drafts: readonly FeatureDraft[];
  readonly #steps: FeatureStep[] = [];
  readonly #most: number;
  #left: number;

  /** `fileBytes` bounds the steps, so that a small file cannot ask for many. */
  constructor(
    graphInputs: readonly GraphInput[],
    given: readonly string[] | undefined,
    fileBytes: number,
  ) {
    this.#most = 65_536 + fileBytes / 2;
    this.#left = 1_048_576 + fileBytes;
    const widths = graphInputs.map((input) => widthOf(input, graphInputs.length, given));
    const count = widths.reduce((sum, width) => sum + width, 0);
    if (count > this.#most) refuseBroken(`${count} columns in a file of ${fileBytes} bytes`);
    const named =
      graphInputs.length === 1
        ? undefined
        : graphInputs.flatMap(({ name }, index) =>
            widths[index] === 1
              ? [name]
              : Array.from({ length: widths[index]! }, (_, column) => `${name}${column}`),
          );
    const names = chooseColumns(count, named, given);
    const drafts: FeatureDraft[] = [];
    const inputs = new Map<string, Columns>();
    for (const [index, { name, type }] of graphInputs.entries()) {
      const start = drafts.length;
      for (let column = 0; column < widths[index]!; column++) {
        drafts.push(createDraft(names[drafts.length]!, type));
      }
      const of = Array.from({ length: widths[index]! }, (_, column) => start + column);
      inputs.set(name, { kind: 'columns', type, dims: [of.length], of });
    }
    this.#drafts = drafts;
    // a row's numbers are float64; those of a tensor of float32 are rounded before any operator sees them
    for (const [name, input] of inputs) {
      if (input.type === elementTypes.float) {
        inputs.set(name, { ...input, of: input.of.map((of) => this.add({ kind: 'round', of })) });
      }
    }
    this.inputs = inputs;
  }

  /** Adds a step and gives the number of what it makes. */
  add(step: FeatureStep): number {
    if (this.#drafts.length + this.#steps.length >= this.#most) {
      refuseUnsupported('too many steps before the model', 'do them before the rows are sent');
    }
    this.#steps.push(step);
    return this.#drafts.length + this.#steps.length - 1;
  }

  /** Called before an operator makes `numbers` of them, so that a small graph cannot ask for many. */
  spend(numbers: number): void {
    this.#left -= numbers;
    if (!(this.#left >= 0)) {
      refuseUnsupported(
        'too many columns between its operators',
        'prepare rows before they are sent',
      );
    }
  }

  /** The code of a word at a column of strings, or of a number at one that is a feature and nothing else. */
  codeOf(column: number, category: Category): number {
    const { codes } = this.#drafts[column] ?? refuseBroken('strings that are no input');
    const code = codes.get(category) ?? codes.size;
    codes.set(category, code);
    return code;
  }

  /** An operator fails for a word that it does not know. */
  refuseOthers(column: number): void {
    const draft = this.#drafts[column];
    if (draft !== undefined) draft.refusesOthers = true;
  }

  /** Whether a value is a feature as it stands in the row, but for being rounded. */
  featureOf(column: number): number | null {
    if (column < this.#drafts.length) return column;
    const step = this.#steps[column - this.#drafts.length]!;
    return step.kind === 'round' && step.of < this.#drafts.length ? step.of : null;
  }

  /** From now on the feature is one of the numbers that `codeOf` is asked for; refused when something counts with it. */
  turnIntoCategory(feature: number): void {
    const draft = this.#drafts[feature];
    if (draft === undefined) return;
    draft.isCategory = true;
    draft.refusesOthers = true;
  }

  /** A missing value would be treated otherwise by the library: rows must not have one. */
  forbidMissing(feature: number): void {
    this.#drafts[feature]!.nullable = false;
  }

  /** Numbers that no whole number of 64 bits equals are refused in rows. */
  boundToInteger(feature: number): void {
    this.#drafts[feature]!.bounds ??= int64Bounds;
  }

  /** The schema and the steps of a model that looks at `columns`, `isSum` when it adds them up. */
  finish(
    columns: readonly number[],
    { isSum, inputs }: { isSum: boolean; inputs: 'float32' | 'float64' },
  ): { features: Feature[]; steps: FeatureSteps } {
    const unrounded = columns.map((column) =>
      inputs === 'float32' ? this.#unround(column) : column,
    );
    if (isSum) this.#forbidMissingIn(columns);
    const steps = this.#tidy(unrounded);
    this.#checkCategories(steps);
    return { features: this.#drafts.map(createFeature), steps };
  }

  /** What is rounded by the model itself need not be before. */
  #unround(column: number): number {
    const step = this.#steps[column - this.#drafts.length];
    return step?.kind === 'round' ? step.of : column;
  }

  /** Features whose missing value would reach a sum. */
  #forbidMissingIn(columns: readonly number[]): void {
    const count = this.#drafts.length;
    const reaches = new Uint8Array(count + this.#steps.length);
    for (const column of columns) reaches[column] = 1;
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      const step = this.#steps[index]!;
      if (reaches[count + index] === 0 || step.kind === 'fill' || step.kind === 'is-missing') {
        continue;
      }
      for (const of of sourcesOf(step)) reaches[of] = 1;
    }
    for (const [index, draft] of this.#drafts.entries()) {
      if (reaches[index] === 1) draft.nullable = false;
    }
  }

  /** Without the steps that no column needs. */
  #tidy(columns: readonly number[]): FeatureSteps {
    const count = this.#drafts.length;
    const needed = new Uint8Array(count + this.#steps.length);
    for (const column of columns) needed[column] = 1;
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      if (needed[count + index] === 0) continue;
      for (const of of sourcesOf(this.#steps[index]!)) needed[of] = 1;
    }
    const place = new Int32Array(count + this.#steps.length);
    const lists = new Map<readonly number[], readonly number[]>();
    const move = (of: readonly number[]): readonly number[] => {
      const moved = lists.get(of) ?? of.map((value) => place[value]!);
      lists.set(of, moved);
      return moved;
    };
    const steps: FeatureStep[] = [];
    for (let index = 0; index < count; index++) place[index] = index;
    for (const [index, step] of this.#steps.entries()) {
      if (needed[count + index] === 0) continue;
      place[count + index] = count + steps.length;
      steps.push(moveShared(step, place, move));
    }
    return { features: count, steps, columns: columns.map((column) => place[column]!) };
  }

  /** A category is a code, which only steps that look for codes may see. */
  #checkCategories({ columns, steps }: FeatureSteps): void {
    const isCode = this.#drafts.map(
      ({ type, isCategory }) => isCategory || type === elementTypes.string,
    );
    const counted = [
      ...columns,
      ...steps.flatMap((step) =>
        step.kind === 'equals' || step.kind === 'recode' ? [] : sourcesOf(step),
      ),
    ];
    const wrong = counted.find((of) => isCode[of] === true);
    if (wrong !== undefined) {
      refuseUnsupported(
        'an input that is both a category and a number',
        `give the model two inputs instead of "${this.#drafts[wrong]!.name.slice(0, 64)}"`,
      );
    }
  }
}

function widthOf(
  { name, type, dims }: GraphInput,
  inputs: number,
  given: readonly string[] | undefined,
): number {
  const known: readonly number[] = [
    elementTypes.float,
    elementTypes.double,
    elementTypes.int32,
    elementTypes.int64,
    elementTypes.string,
  ];
  if (!known.includes(type)) {
    refuseUnsupported(
      `input "${name.slice(0, 64)}" of type ${type}`,
      'inputs may be tensors of float, double, int32, int64 or string',
    );
  }
  const width = dims[1] === undefined || dims[1] === -1 ? -1 : dims[1];
  if (dims.length === 2 && width >= 1) return width;
  if (inputs === 1 && given !== undefined && (dims.length === 2 || dims.length === 0)) {
    return given.length;
  }
  return refuseUnsupported(
    `input "${name.slice(0, 64)}" of no fixed width`,
    'convert with inputs of shape [None, columns], or name the columns in the card',
  );
}

/** As `moveStep` of the model, but that steps which share a list go on sharing it: copies of long ones would fill the memory. */
function moveShared(
  step: FeatureStep,
  place: Int32Array,
  move: (of: readonly number[]) => readonly number[],
): FeatureStep {
  if (step.kind === 'first' || step.kind === 'recode-together') {
    return { ...step, of: move(step.of) };
  }
  if (step.kind === 'normalize') {
    return { ...step, of: place[step.of]!, among: move(step.among) };
  }
  return { ...step, of: place[step.of]! };
}
