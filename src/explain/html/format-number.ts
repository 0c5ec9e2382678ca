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

/** A part of a whole, 0 to 1, as a percentage of two digits. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100, 2)} %`;
}
