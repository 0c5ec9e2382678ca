/**
 * Whether an `Accept` header asks for the Prometheus text format rather than JSON, as a scraper's does. Wildcards
 * count for either, so a browser or curl gets JSON (RFC 9110, section 12.5.1).
 */
export function prefersPrometheus(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const qualityOf = (...types: string[]) =>
    Math.max(0, ...ranges.filter(({ type }) => types.includes(type)).map(({ quality }) => quality));
  const text = qualityOf('text/plain', 'application/openmetrics-text', 'text/*');
  return text > qualityOf('application/json', 'application/*', '*/*');
}
