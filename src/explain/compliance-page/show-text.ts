import { escapeHtml } from '../html/escape-html.ts';

/** Somebody else's text in HTML; its direction of writing does not reach beyond it. */
export function showText(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}
