import type { ModelReader } from '../model-reader.ts';
import { readLightgbmJson } from './read-lightgbm-json.ts';
import { readLightgbmText } from './read-lightgbm-text.ts';

/** How the text of a model begins; before version 2 of the layout it did not name one. */
const beginning = /^tree\r?\n(?:version|num_class)=/;
const shown = 32;

/** Reads models of LightGBM 3 and 4: the text of `save_model`, and what `dump_model` answers, as JSON text. */
export const lightgbmReader: ModelReader = {
  format: 'lightgbm',
  detects({ bytes, json }) {
    if (json === null) return beginning.test(String.fromCharCode(...bytes.subarray(0, shown)));
    return json.find('tree_info') !== undefined && json.find('feature_names') !== undefined;
  },
  read({ bytes, json }, { columns }) {
    return json === null
      ? readLightgbmText(bytes, { columns })
      : readLightgbmJson(json, { columns });
  },
};
