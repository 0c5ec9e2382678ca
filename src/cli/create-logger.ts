import { pino } from 'pino';
import type { ServerConfig } from '../config.ts';
import { openLogDestination } from './log-destination.ts';

/** Makes a logger of JSON lines on the standard output; `fields` are in every line. */
export function createLogger(
  level: ServerConfig['logLevel'],
  fields: Readonly<Record<string, unknown>> | null = null,
): pino.Logger {
  return pino({ level, base: fields }, openLogDestination());
}
