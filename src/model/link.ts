/**
 * How a score becomes what people read.
 * `identity`: the score is the answer; `logistic`, `softmax`, `exponential`: the inverse links;
 * `probability`: the model already answers probabilities and there is no margin;
 * `one-vs-rest`: one logistic per label, normalised to sum to 1; `independent-logistic`: the same, not normalised;
 * `hinge`: 1 above zero, else 0;
 * `ascending`: the scores, the lowest first, for quantiles that must not cross;
 * `cumulative-softplus`: each output adds ln(1 + e^score) and 1e-6 to the one before, for expectiles that must not cross;
 * `softplus`: ln(1 + e^score); `signed-square`: the square, with the sign of the score;
 * `probit`: the quantile of the normal distribution; `softmax-nonzero`: softmax over the scores that are not 0 (both ONNX).
 */
export type Link =
  | 'identity'
  | 'logistic'
  | 'softmax'
  | 'exponential'
  | 'probability'
  | 'one-vs-rest'
  | 'independent-logistic'
  | 'hinge'
  | 'ascending'
  | 'cumulative-softplus'
  | 'softplus'
  | 'signed-square'
  | 'probit'
  | 'softmax-nonzero';
