const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number as people write it: three significant digits, whole thousands in groups, a true minus sign, powers of ten where digits would not be read. */
export function formatNumber(value: number, digits: number = 3): string {
  if (Number.isNaN(value)) return 'none';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  if (size >= 1e15 || size < 1e-4) return `${sign}${inPowers(size, digits)}`;
  // the digits before the point are never rounded away
  const rounded = size < 10 ** digits ? Number(size.toPrecision(digits)) : Math.round(size);
  return `${sign}${rounded.toLocaleString('en-US', { maximumSignificantDigits: 21 })}`;
}

function inPowers(size: number, digits: number): string {
  const [mantissa = '', exponent = ''] = size.toExponential(digits - 1).split('e');
  const raised = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replaceAll(/\d/g, (digit) => superscripts[Number(digit)]!);
  return `${Number(mantissa)} × 10${raised}`;
}

/**
 * Writes numbers that stand in one column with the same decimals, enough for three or four digits of the largest; one
 * that is too small for them is `0.000`, and only 0 itself is `0`.
 */
export function formatAlike(largest: number): (value: number) => string {
  const exponent = Math.floor(Math.log10(Math.abs(largest)));
  if (!Number.isFinite(exponent) || exponent < -6 || exponent > 14) {
    return (value) => formatNumber(value);
  }
  const decimals = Math.max(0, exponent < 0 ? 2 - exponent : 3 - exponent);
  const style = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return (value) => {
    if (value === 0 || !Number.isFinite(value)) return formatNumber(value);
    const digits = Math.abs(value).toLocaleString('en-US', style);
    return value < 0 && /[1-9]/.test(digits) ? `−${digits}` : digits;
  };
}

/** A part of a whole, 0 to 1, as a percentage with one decimal. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
