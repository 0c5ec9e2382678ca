/** Arithmetic mean. */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const round = (value) => Number(value.toFixed(4));

/** Area under the ROC curve: the share of pairs of a 1 and a 0 that are in order, ties counted half. */
export function areaUnderCurve(labels, probabilities) {
  const order = probabilities.map((_, index) => index);
  order.sort((a, b) => probabilities[a] - probabilities[b]);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let ranksOfPositives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && probabilities[order[end]] === probabilities[order[start]]) end++;
    const meanRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranksOfPositives += labels[order[i]] * meanRank;
    start = end;
  }
  const negatives = labels.length - positives;
  return (ranksOfPositives - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** How well probabilities fit the labels 0 and 1, to four digits; probabilities are kept 1e-15 away from 0 and 1. */
export function measure(labels, probabilities) {
  const logLosses = probabilities.map((probability, index) => {
    const ofLabel = labels[index] === 1 ? probability : 1 - probability;
    return -Math.log(Math.min(Math.max(ofLabel, 1e-15), 1 - 1e-15));
  });
  return {
    rows: labels.length,
    auc: round(areaUnderCurve(labels, probabilities)),
    log_loss: round(mean(logLosses)),
    brier: round(mean(probabilities.map((p, index) => (p - labels[index]) ** 2))),
  };
}
