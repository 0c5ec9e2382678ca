import { escapeHtml } from '../html/escape-html.ts';

/** Control characters, line separators, and those that turn the direction of writing: they would change what a reader sees. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Somebody else's text, not escaped yet: what cannot be seen is spelled out (`[U+202E]`), line ends become spaces. */
export function spellOut(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(misleading, (character) => {
    const code = character.codePointAt(0)!.toString(16).toUpperCase();
    return `[U+${code.padStart(4, '0')}]`;
  });
}

/** The same for attributes and SVG. */
export function showPlainText(text: string): string {
  return escapeHtml(spellOut(text));
}

/** The same for HTML; its direction of writing does not reach beyond it. */
export function showText(text: string): string {
  return `<bdi>${showPlainText(text)}</bdi>`;
}
