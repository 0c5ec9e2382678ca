export { createModel } from './create-model.ts';
export { createPredictor, type Predictor } from './create-predictor.ts';
export { createRowEncoder } from './encode-row.ts';
