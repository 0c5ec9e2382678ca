const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

// beside markup what is not seen itself and changes what is: controls, line separators, halves of characters, and marks
// that turn the direction of writing
const special =
  /[&<>"']|[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/**
 * Makes text of users safe in HTML and SVG, between tags and in quoted attributes. Line ends become spaces; characters that
 * would hide or reorder what stands around them are spelled out, as in `[U+202E]`.
 */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(special, (character) => {
    const code = character.codePointAt(0)!.toString(16).toUpperCase();
    return entities[character] ?? `[U+${code.padStart(4, '0')}]`;
  });
}
