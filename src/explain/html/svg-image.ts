import { escapeHtml } from './escape-html.ts';

/** A drawing with what is said in its place. */
export interface SvgImage {
  /** Unique on the page; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, in a sentence or two. */
  readonly description: string;
  /** In CSS pixels. */
  readonly height: number;
  /** SVG, safe. Horizontal places are percentages, so that the drawing is as wide as the page and its letters keep their size. */
  readonly body: string;
}

/** Wraps a drawing so that it has a name and a description for those who do not see it. */
export function svgImage({ body, description, height, id, title }: SvgImage): string {
  return `<svg id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="100%" height="${height}">
<title id="${id}-title">${escapeHtml(title)}</title>
<desc id="${id}-desc">${escapeHtml(description)}</desc>
${body}
</svg>`;
}
