import { escapeHtml } from '../html/escape-html.ts';

/** An ISO 8601 time in UTC for people: `21 November 2026, 06:06:13 UTC`; as it is when it is no time. */
export function showTime(iso: string): string {
  const [, year, month, day, clock] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso) ?? [];
  const name = months[Number(month) - 1];
  if (name === undefined) return escapeHtml(iso);
  return `<time datetime="${iso}">${Number(day)} ${name} ${year}, ${clock} UTC</time>`;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
