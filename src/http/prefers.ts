/**
 * Whether an `Accept` header asks for one of some media types rather than for JSON. Wildcards count for JSON, so curl and
 * whoever does not say get that (RFC 9110, section 12.5.1).
 */
export function prefers(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined || accept === '*/*') return false;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const qualityOf = (wanted: readonly string[]) =>
    Math.max(
      0,
      ...ranges.filter(({ type }) => wanted.includes(type)).map(({ quality }) => quality),
    );
  return qualityOf(types) > qualityOf(['application/json', 'application/*', '*/*']);
}

/** What a scraper asks for. */
export const prometheusTypes: readonly string[] = [
  'text/plain',
  'application/openmetrics-text',
  'text/*',
];

/** What a browser asks for. */
export const pageTypes: readonly string[] = ['text/html', 'application/xhtml+xml'];
