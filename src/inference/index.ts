export { createModel } from './create-model.ts';
export { createPredictor, type Predictor } from './create-predictor.ts';
export { createRowEncoder, type RowEncoder } from './encode-row.ts';
