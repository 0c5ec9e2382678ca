/** Area under the ROC curve: of all pairs of one who left and one who stayed, the share that is in order. */
export function areaUnderCurve(customers, probabilities) {
  const of = (label) => probabilities.filter((_, index) => customers[index].churned === label);
  const [stayed, left] = [of(0), of(1)];
  let inOrder = 0;
  for (const one of left) {
    for (const other of stayed) inOrder += one > other ? 1 : one === other ? 0.5 : 0;
  }
  return inOrder / (left.length * stayed.length);
}

/** Mean squared distance of the probability from what happened: 0 is perfect. */
export function brierScore(customers, probabilities) {
  const errors = probabilities.map((probability, index) => probability - customers[index].churned);
  return errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
}
