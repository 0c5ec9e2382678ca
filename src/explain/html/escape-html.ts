const entities: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

// what would end the text's own place on the page: markup, and the marks that turn the direction of the text around it
const special = /[&<>"']|[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]|\p{Cs}/gu;
const blanks = /[\t\n\r]/g;

/**
 * Makes text of users safe inside HTML and SVG, as content and in quoted attributes. Control characters, halves of
 * characters and the marks that override the direction of text are spelled out, so that a name can neither hide nor
 * reorder what stands around it.
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(blanks, ' ')
    .replaceAll(
      special,
      (character) => entities[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
}
