import { z } from 'zod';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

/** What the `MLmodel` file of an MLflow model says that a reader needs. */
export interface MlModel {
  /** The flavour of the artifact, for instance `xgboost`. */
  readonly flavor: string;
  /** The artifact, a plain name inside the model's folder. */
  readonly file: string;
  /** Names of the inputs, in order, when the signature has them. */
  readonly columns: readonly string[] | undefined;
}

/** Of each flavour that holds a file we may read: where it says which. */
const fileKeys: Readonly<Record<string, string>> = {
  xgboost: 'data',
  lightgbm: 'data',
  sklearn: 'pickled_model',
  onnx: 'data',
  catboost: 'data',
};

const mlModel = z.object({
  flavors: z.record(z.string(), z.record(z.string(), z.unknown())),
  signature: z.object({ inputs: z.string().nullish() }).nullish(),
});
const inputs = z.array(z.object({ name: z.string().optional() }));

/**
 * Reads the text of an `MLmodel` file, which is YAML.
 * @throws SpillwayError `INVALID_MODEL`, or `UNSUPPORTED_MODEL` naming the flavours when none holds a file that can be read.
 */
export async function parseMlModel(text: string): Promise<MlModel> {
  const { flavors, signature } = await parse(text);
  const flavor = Object.keys(fileKeys).find((known) => Object.hasOwn(flavors, known));
  if (flavor === undefined) {
    const names = Object.keys(flavors).filter((name) => name !== 'python_function');
    refuseUnsupported(
      `the MLflow flavours ${names.join(', ') || 'python_function'}`,
      `those that can be read are ${Object.keys(fileKeys).join(', ')}`,
    );
  }
  const file = flavors[flavor]?.[fileKeys[flavor] ?? ''];
  if (typeof file !== 'string' || !/^[^/\\]+$/.test(file) || file === '..') {
    refuseBroken(`MLmodel: expected ${flavor}/${fileKeys[flavor]} to name a file of the folder`);
  }
  return { flavor, file, columns: readColumns(signature?.inputs ?? null) };
}

async function parse(text: string): Promise<z.infer<typeof mlModel>> {
  // only who has MLflow models pays for the parser
  const yaml = await import('yaml');
  let value: unknown;
  try {
    value = yaml.parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    refuseBroken('MLmodel is not YAML', cause);
  }
  const { data, success, error } = mlModel.safeParse(value);
  return success ? data : refuseBroken('MLmodel has no flavors', error);
}

/** A tensor has one input without a name. */
function readColumns(text: string | null): readonly string[] | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    refuseBroken('MLmodel: the inputs of the signature are not JSON', cause);
  }
  const { data, success } = inputs.safeParse(value);
  if (!success) refuseBroken('MLmodel: the inputs of the signature are no list');
  const names = data.flatMap(({ name }) => name ?? []);
  return names.length === data.length && names.length > 0 ? names : undefined;
}
