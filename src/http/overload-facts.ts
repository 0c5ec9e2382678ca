import { type Priority, priorities } from '../resilience/index.ts';

/** What is to be known of a request to refuse it or not, before its body is read. */
export interface OverloadFacts {
  priority: Priority;
  /** Infinity when the client sets no deadline. */
  timeoutMs: number;
  /** The size of the body as the client gives it; NaN when it does not. */
  bytes: number;
  hasRequestId: boolean;
}

/**
 * Reads the four headers that matter out of the raw ones: the parsed ones, which nobody else needs of a request that is
 * refused, are made at first sight and cost as much as the rest of the refusal. What is not valid counts as not given;
 * it is refused with reasons once the request is read.
 */
export function overloadFactsOf(rawHeaders: readonly string[]): OverloadFacts {
  const facts: OverloadFacts = {
    priority: 'critical',
    timeoutMs: Number.POSITIVE_INFINITY,
    bytes: Number.NaN,
    hasRequestId: false,
  };
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // names of other lengths are none of these
    if (name.length === 14) {
      if (name.toLowerCase() === 'content-length') facts.bytes = Number(rawHeaders[at + 1]);
    } else if (name.length === 18) {
      if (name.toLowerCase() === 'x-request-priority') {
        const value = rawHeaders[at + 1];
        facts.priority = priorities.find((known) => known === value) ?? 'critical';
      }
    } else if (name.length === 21) {
      if (name.toLowerCase() === 'x-request-deadline-ms') {
        const timeoutMs = Number(rawHeaders[at + 1]);
        if (timeoutMs > 0) facts.timeoutMs = timeoutMs;
      }
    } else if (name.length === 12 && name.toLowerCase() === 'x-request-id') {
      facts.hasRequestId = true;
    }
  }
  return facts;
}

/** What makes requests of one route differ in cost: nothing, an explanation, or a search for counterfactuals as well. */
export const demands = 3;

/** Which of these a url asks for, 0 to 2. A guess is enough: it is what the cost of a request is learned by. */
export function demandOf(url: string): number {
  const mark = url.indexOf('?');
  if (mark === -1) return 0;
  if (/[?&]counterfactual=(?:true|1)(?:&|$)/.test(url)) return 2;
  return /[?&]require_explanation=(?:true|1)(?:&|$)/.test(url) ? 1 : 0;
}
