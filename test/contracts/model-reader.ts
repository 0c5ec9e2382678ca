import { describe, expect, test } from 'vitest';
import { type Random, SpillwayError } from '../../src/core/index.ts';
import { knownFormats, readArtifact } from '../../src/formats/index.ts';
import { createModel, createPredictor } from '../../src/inference/index.ts';
import type { Feature, Pipeline } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';

/** A sound file of the format under test. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The same values as JSON text, for a file that is not; `null` when there is none. @default the file itself */
  readonly text?: Uint8Array | null;
  /** Writes values, after a test changed one, as the format does. @default as JSON text */
  readonly encode?: (json: unknown) => Uint8Array;
}

const readerCodes = ['UNKNOWN_FORMAT', 'INVALID_MODEL', 'UNSUPPORTED_MODEL'];
const mutationsPerKind = 60;

/**
 * What every reader owes: to know its files by their bytes, and to end any other bytes in a `SpillwayError`.
 * `own` are ways to break a file that only this format has.
 */
export function describeModelReader(
  format: string,
  samples: readonly Sample[],
  own: Readonly<Record<string, Mutate>> = {},
): void {
  describe.each(samples)(`a ${format} reader, given $name`, (sample) => {
    const { bytes, text = bytes, encode = asJson } = sample;

    test('knows the format without being told', () => {
      expect(knownFormats).toContain(format);
      expect(readArtifact(bytes).format).toBe(format);
      expect(readArtifact(bytes, { format }).format).toBe(format);
    });

    test('reads the same from the middle of a larger buffer, and leaves it as it was', () => {
      const larger = Buffer.concat([Buffer.alloc(5, 0xff), bytes, Buffer.alloc(5, 0xff)]);
      const before = Buffer.from(larger);
      const inside = larger.subarray(5, 5 + bytes.length);
      expect(readArtifact(inside)).toEqual(readArtifact(bytes));
      expect(larger).toEqual(before);
    });

    test('refuses it where another format is asked for', () => {
      for (const other of knownFormats.filter((known) => known !== format)) {
        expect(() => readArtifact(bytes, { format: other })).toThrow(
          new RegExp(`expected a file of format ${other}, got one of format ${format}`),
        );
      }
    });

    test('gives a model that fits itself and freezes', () => {
      const artifact = readArtifact(bytes);
      expect(Object.isFrozen(artifact)).toBe(true);
      expect(Object.isFrozen(artifact.pipeline.model)).toBe(true);
      expect(() => createPredictor(artifact.pipeline)).not.toThrow();
    });

    test('predicts by the fast way what the definition predicts', () => {
      const { pipeline } = readArtifact(bytes);
      const model = createModel(pipeline);
      const definition = createPredictor(pipeline);
      const values = randomRows(pipeline, createSeededRandom(20261121));
      const width = pipeline.schema.features.length;
      const expected = Array.from({ length: values.length / width }, (_, row) =>
        definition.predictValues(values.slice(row * width, (row + 1) * width)),
      );
      const one = expected.map((_, row) =>
        model.predictValues(values.slice(row * width, (row + 1) * width)),
      );
      expect(one).toEqual(expected);
      expect(model.predictBatch(values, expected.length)).toEqual(expected);
    });

    test.each(Object.entries({ ...mutations, ...own }))('survives %s', (_kind, mutate) => {
      const random = createSeededRandom(20261120);
      for (let run = 0; run < mutationsPerKind; run++) survive(mutate(bytes, random));
    });

    test.each(text === null ? [] : Object.entries(edits))('survives %s', (_kind, edit) => {
      const random = createSeededRandom(20261120);
      for (let run = 0; run < mutationsPerKind; run++) {
        survive(encode(editJson(text!, random, edit)));
      }
    });
  });
}

/** A file that can still be read must still answer; any other must be refused as a file. */
function survive(bytes: Uint8Array): void {
  let artifact;
  try {
    artifact = readArtifact(bytes);
  } catch (error) {
    if (SpillwayError.isInstance(error) && readerCodes.includes(error.code)) return;
    throw error;
  }
  const predictor = createPredictor(artifact.pipeline);
  const { model, schema } = artifact.pipeline;
  for (const value of [0, -1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(predictor.margins(new Float64Array(schema.features.length).fill(value))).toHaveLength(
      model.outputs,
    );
  }
}

/** Values near those that the model compares with, and some that are missing, infinite or no code of a category. */
function randomRows({ model, schema }: Pipeline, random: Random): Float64Array {
  const thresholds = model.kind === 'tree-ensemble' ? [...model.threshold] : [];
  const draw = ({ categories, nullable = true }: Feature): number => {
    const kind = below(10, random);
    if (kind === 0 && nullable) return Number.NaN;
    if (categories !== undefined) return below(categories.length + 1, random);
    if (kind === 1) return [-0, 1e300, -1e300, 5e-324, -0.5, 3][below(6, random)]!;
    if (kind < 6 && thresholds.length > 0) {
      const near = thresholds[below(thresholds.length, random)]!;
      return Number.isFinite(near) ? near + [0, 0, 1e-6, -1e-6][below(4, random)]! : near;
    }
    return 20 * random() - 5;
  };
  return Float64Array.from({ length: 150 * schema.features.length }, (_, index) =>
    draw(schema.features[index % schema.features.length]!),
  );
}

type Mutate = (bytes: Uint8Array, random: Random) => Uint8Array;

const mutations: Readonly<Record<string, Mutate>> = {
  truncation: (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  'a missing beginning': (bytes, random) => bytes.subarray(below(bytes.length, random)),
  'flipped bits'(bytes, random) {
    const changed = Uint8Array.from(bytes);
    const flips = 1 + below(4, random);
    for (let flip = 0; flip < flips; flip++) {
      const at = below(bytes.length, random);
      changed[at] = changed[at]! ^ (1 << below(8, random));
    }
    return changed;
  },
  'other bytes'(bytes, random) {
    const changed = Uint8Array.from(bytes);
    const start = below(bytes.length, random);
    for (let at = start; at < start + 8 && at < bytes.length; at++)
      changed[at] = below(256, random);
    return changed;
  },
  'swapped digits'(bytes, random) {
    const changed = Uint8Array.from(bytes);
    for (let swap = 0; swap < 4; swap++) {
      const start = below(bytes.length, random);
      const at = changed.findIndex((byte, index) => index >= start && byte >= 0x30 && byte <= 0x39);
      if (at !== -1) changed[at] = 0x30 + below(10, random);
    }
    return changed;
  },
  'a piece cut out'(bytes, random) {
    const start = below(bytes.length, random);
    const end = start + below(64, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  'a piece put elsewhere'(bytes, random) {
    const from = below(bytes.length, random);
    const to = below(bytes.length, random);
    const piece = bytes.subarray(from, from + below(256, random));
    return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
  },
};

type Edit = (value: unknown, random: Random) => unknown;

const edits: Readonly<Record<string, Edit>> = {
  'a changed JSON value': hostileValue,
  'a missing JSON value': () => undefined,
  'arrays of other lengths': otherLength,
};

function asJson(json: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(json));
}

/** The value in a JSON text with one place in it, anywhere, replaced. */
function editJson(text: Uint8Array, random: Random, edit: Edit): unknown {
  const json: unknown = JSON.parse(Buffer.from(text).toString());
  const places = placesIn(json);
  // deep places are many, so one level is chosen first
  const depth = below(Math.max(...places.map((place) => place.depth)) + 1, random);
  const candidates = places.filter((place) => place.depth === depth);
  const { holder, key } = candidates[below(candidates.length, random)]!;
  holder[key] = edit(holder[key], random);
  return json;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly depth: number;
}

function placesIn(value: unknown, depth = 0): Place[] {
  if (!isHolder(value)) return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value, key, depth },
    ...placesIn(value[key], depth + 1),
  ]);
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hostileValue(_value: unknown, random: Random): unknown {
  const values = [
    null,
    true,
    -1,
    0.5,
    2 ** 31,
    2 ** 53,
    1e308,
    '',
    '-1',
    '2147483648',
    '1e400',
    'NaN',
    'constructor',
    [],
    [[]],
    [null, 'a', {}],
    {},
    JSON.parse('{"__proto__": {"length": 3}, "constructor": 1, "hasOwnProperty": 0}'),
    'a'.repeat(10_000),
    Array(1000).fill(0),
  ];
  return values[below(values.length, random)];
}

function otherLength(value: unknown, random: Random): unknown {
  if (!Array.isArray(value)) return hostileValue(value, random);
  const items: readonly unknown[] = value;
  return [items.slice(1), items.slice(0, -1), [...items, ...items], [...items, 0], []][
    below(5, random)
  ];
}

function below(limit: number, random: Random): number {
  return Math.floor(limit * random());
}
