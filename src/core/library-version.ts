import { readFileSync } from 'node:fs';

/** The version of this package, as its package.json states it. */
export const libraryVersion: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const json: unknown = JSON.parse(text);
  const version =
    typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
