import { escapeHtml } from './escape-html.ts';

/** A table of plain text; the first cell of a row is its heading. */
export interface HtmlTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns of numbers, from 0, which stand on the right. @default all but the first */
  readonly numbers?: readonly number[] | undefined;
}

/** Writes a table with a caption and scopes, which scrolls by itself, with the keyboard too, where it is wider than the page. */
export function htmlTable({ caption, head, numbers, rows }: HtmlTable): string {
  const isNumber = (column: number): boolean => numbers?.includes(column) ?? column > 0;
  const style = (column: number): string => (isNumber(column) ? ' class="number"' : '');
  const headings = head.map(
    (text, column) => `<th scope="col"${style(column)}>${escapeHtml(text)}</th>`,
  );
  const lines = rows.map(([first = '', ...cells]) => {
    const others = cells.map(
      (text, index) => `<td${style(index + 1)}><bdi>${escapeHtml(text)}</bdi></td>`,
    );
    return `<tr><th scope="row"><bdi>${escapeHtml(first)}</bdi></th>${others.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(caption)}">
<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${headings.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>
</div>`;
}
