import type { ModelReader } from '../model-reader.ts';
import { refuseUnsupported } from '../refusals.ts';
import { readXgboostDocument } from './read-xgboost-document.ts';

/** The two spellings of the container before JSON. */
const binaryMarks = ['binf', 'bs64'].map((mark) => new TextEncoder().encode(mark));

/**
 * Reads what XGBoost 1.0 and later write with `save_model`, as JSON text or as UBJSON, the default since 2.1: boosted
 * trees with leaves of one number or of one per output, weighted (dart) or not, and weighted sums (gblinear).
 */
export const xgboostReader: ModelReader = {
  format: 'xgboost',
  knowsIterations: true,
  detects({ bytes, json }) {
    if (json === null) {
      return binaryMarks.some((mark) => mark.every((byte, at) => bytes[at] === byte));
    }
    // a memory snapshot, which pickle and save_raw keep, wraps the model
    return json.find('learner') !== undefined || json.find('Model')?.find('learner') !== undefined;
  },
  read({ json }, options) {
    if (json === null) {
      return refuseUnsupported(
        'the binary format before JSON',
        'load it with XGBoost and write it again with booster.save_model("model.json")',
      );
    }
    const artifact = readXgboostDocument(json, options);
    if (json.find('Model') === undefined) return artifact;
    const warning =
      'the file is a memory snapshot, which only the XGBoost that wrote it is sure to load';
    return { ...artifact, warnings: [warning, ...artifact.warnings] };
  },
};
