export { createModel } from './create-model.ts';
export { createPredictor } from './create-predictor.ts';
export { createRowEncoder } from './encode-row.ts';
export { sendsLeft } from './sends-left.ts';
