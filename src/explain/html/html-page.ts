import { escapeHtml } from './escape-html.ts';
import { pageStyle } from './page-style.ts';

/** What a page is made of. */
export interface HtmlPage {
  readonly title: string;
  /** The content of `main`: HTML, safe, beginning with an `h1`. */
  readonly main: string;
  /** Rules for this page behind those that all pages have: CSS, safe. @default none */
  readonly style?: string | undefined;
  /** BCP 47. @default 'en' */
  readonly lang?: string | undefined;
}

/**
 * Writes one self-contained page. It needs nothing from outside and runs nothing, and forbids the browser both, so that
 * even what slipped through could do no harm.
 */
export function htmlPage({ lang = 'en', main, style = '', title }: HtmlPage): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}${style}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}
