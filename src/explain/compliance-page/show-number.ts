/** A probability as people read it: `69.7 %`. What is not quite certain is never shown as 0 or 100 %. */
export function showPercent(probability: number): string {
  if (probability > 0 && probability < 0.0005) return 'less than 0.1 %';
  if (probability < 1 && probability >= 0.9995) return 'more than 99.9 %';
  return `${Number((probability * 100).toFixed(1))} %`;
}

/** A number with a true minus sign, as exactly as the machine has it. */
export function showExactly(value: number): string {
  return String(value).replace('-', '−');
}

/** How the numbers of one explanation are written, so that they have their digits in the same places. */
export interface AmountFormat {
  /** `1.034`, `−0.09` */
  plain(value: number): string;
  /** `+1.034`, `−0.090`, `0` */
  signed(value: number): string;
}

/** Three decimals for numbers near 1, fewer for larger ones and more for smaller ones. */
export function createAmountFormat(values: readonly number[]): AmountFormat {
  const largest = Math.max(...values.map(Math.abs));
  const magnitude = largest > 0 ? Math.floor(Math.log10(largest)) : 0;
  const decimals = Math.max(0, 3 - Math.max(0, magnitude)) + Math.max(0, -1 - magnitude);
  const ordinary = magnitude < 15 && decimals < 10;
  const amount = (value: number): string =>
    ordinary ? value.toFixed(decimals) : value.toExponential(3);
  return {
    plain: (value) => `${value < 0 ? '−' : ''}${amount(Math.abs(value))}`,
    signed: (value) => (value === 0 ? '0' : `${value < 0 ? '−' : '+'}${amount(Math.abs(value))}`),
  };
}
