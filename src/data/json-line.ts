import type { Explanation, Prediction } from '../model/index.ts';
import { explanationText } from './explanation-text.ts';
import type { LineShape } from './line-shape.ts';
import { numbersText } from './number-text.ts';

/** One decision as a line of JSON. */
export function jsonLine(
  shape: LineShape,
  id: string,
  prediction: Prediction,
  explanation: Explanation | null,
): string {
  const { margin, prediction: decided } = prediction;
  const answer = prediction[shape.answer];
  const label =
    typeof decided === 'string' || typeof decided === 'boolean'
      ? JSON.stringify(decided)
      : numbersText(decided);
  const first = shape.hasIds ? `{"id":${JSON.stringify(id)},"margin":` : '{"margin":';
  const last = shape.explain ? `,"explanation":${explanationText(explanation)}}\n` : '}\n';
  return `${first}${
    margin === null ? 'null' : numbersText(margin)
  },"${shape.answer}":${answer === undefined ? 'null' : numbersText(answer)},"prediction":${label},"model_version":${shape.version}${last}`;
}
