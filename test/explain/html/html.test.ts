import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../src/explain/html/escape-html.ts';
import { formatAlike, formatNumber, formatShare } from '../../../src/explain/html/format-number.ts';
import { htmlPage } from '../../../src/explain/html/html-page.ts';
import { htmlTable } from '../../../src/explain/html/html-table.ts';
import { pageStyle } from '../../../src/explain/html/page-style.ts';

describe('escaped text', () => {
  it('has no character that is markup, inside or outside of quotes', () => {
    expect(escapeHtml(`<script>alert("1" & '2')</script>`)).toBe(
      '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;',
    );
  });

  it('spells out what would turn or hide the text around it', () => {
    expect(escapeHtml('a\u202egnp.exe\u2066\u0000\u2028\ud800')).toBe(
      'a[U+202E]gnp.exe[U+2066][U+0000][U+2028][U+D800]',
    );
    expect(escapeHtml('two\r\nlines\tand')).toBe('two lines and');
  });

  it('leaves every script of the world alone', () => {
    for (const text of ['Größe', '契約', 'עברית', 'می‌خواهم', '👩‍👧'])
      expect(escapeHtml(text)).toBe(text);
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.66643, '0.666'],
    [-0.0123456, '−0.0123'],
    [1234.5, '1,235'],
    [-1234567.8, '−1,234,568'],
    [4.4e-15, '4.4 × 10⁻¹⁵'],
    [-1e20, '−1 × 10²⁰'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [Number.NaN, 'none'],
  ])('write %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('have the same decimals in one column', () => {
    expect([1.9199, 0.0004, -0.0004, 0, -0.5].map(formatAlike(1.92))).toEqual([
      '1.920',
      '0.000',
      '0.000',
      '0',
      '−0.500',
    ]);
    expect([12345.6, -3].map(formatAlike(12345.6))).toEqual(['12,346', '−3']);
    expect([1e-9].map(formatAlike(1e-9))).toEqual(['1 × 10⁻⁹']);
    expect([0].map(formatAlike(0))).toEqual(['0']);
  });

  it('are shares of 100', () => {
    expect([0, 0.1234, 1].map(formatShare)).toEqual(['0.0 %', '12.3 %', '100.0 %']);
  });
});

describe('a table', () => {
  const table = htmlTable({
    caption: 'A & B',
    head: ['Name', 'Words', 'Number'],
    numbers: [2],
    rows: [['<b>', '"x"', '1']],
  });

  it('has a caption, and a scope on every heading', () => {
    expect(table).toContain('<caption>A &amp; B</caption>');
    expect(table.match(/<th /g)).toHaveLength(4);
    expect(table.match(/<th scope="(?:col|row)"/g)).toHaveLength(4);
  });

  it('puts numbers on the right and nothing else', () => {
    expect(table.match(/class="number"/g)).toHaveLength(2);
    expect(table).toContain('<td class="number"><bdi>1</bdi></td>');
  });

  it('escapes its cells', () => {
    expect(table).toContain('<th scope="row"><bdi>&lt;b&gt;</bdi></th><td><bdi>&quot;x&quot;');
  });
});

describe('a page', () => {
  it('says its language, title and that nothing may be loaded or run', () => {
    const page = htmlPage({ title: 'A <page>', body: '<main></main>' });
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>A &lt;page&gt;</title>');
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('writes its text in colours that stand out from white 4.5 to 1 and better', () => {
    for (const name of ['ink', 'soft', 'accent']) {
      const [, colour = ''] = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(pageStyle) ?? [];
      expect(contrastWithWhite(colour), name).toBeGreaterThan(4.5);
    }
  });
});

/** WCAG 2.2, contrast ratio of a colour `rrggbb` and white. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
