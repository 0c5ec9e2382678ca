import { canonicalJson, quoteJson } from '../core/index.ts';
import type { Explanation, FeatureSchema, ReasonCode } from '../model/index.ts';
import { createRecordWriter } from './records.ts';
import { explanationToWire } from './report-to-wire.ts';

/** Prepares the canonical JSON of explanations of rows of one schema, several times as fast as by sorting each. */
export function createExplanationWriter({
  features,
}: FeatureSchema): (explanation: Explanation) => string {
  const names = features.map(({ name }) => name);
  const named = new Map(
    features.map(({ label, name, reason }) => [
      name,
      `"code":${JSON.stringify(reason?.code ?? name)},"feature":${JSON.stringify(name)},"label":${JSON.stringify(label ?? name)}`,
    ]),
  );
  const writeReason = ({ attribution, feature, text }: ReasonCode): string =>
    `{"attribution":${attribution},${named.get(feature)},"text":${quoteJson(text)}}`;
  // names like 0 and 1 come first in an object, whenever they were put there
  const isInOrder = !names.some((name) => /^\d+$/.test(name));
  const writeNumbers = createRecordWriter<number>(names, (value) => `${value}`);
  return (explanation) => {
    const { attributions, baseValue, fit, method, outputs, rule, units } = explanation;
    if (typeof baseValue !== 'number' || (fit ?? outputs ?? rule) !== undefined) {
      return canonicalJson(explanationToWire(explanation));
    }
    // one output, of a model that was explained exactly: nearly all of them; its numbers are finite
    const inOrder = isInOrder
      ? Object.values(attributions)
      : names.map((name) => attributions[name]);
    const numbers = writeNumbers((index) => Number(inOrder[index]));
    return `{"additivity_residual":${explanation.additivityResidual},"attributions":${numbers},"base_value":${baseValue},"exact":${explanation.exact},"method":"${method}","reason_codes":[${explanation.reasonCodes.map(writeReason).join(',')}],"units":"${units}"}`;
  };
}
