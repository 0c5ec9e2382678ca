import { escapeHtml } from './escape-html.ts';

/** What a page is made of. */
export interface HtmlPage {
  /** Plain text. */
  readonly title: string;
  /** HTML, safe. */
  readonly body: string;
  /** CSS, safe. @default none */
  readonly style?: string | undefined;
}

/**
 * Writes one self-contained page. It needs nothing from outside and runs nothing, and forbids the browser both, so that
 * even what slipped through could do no harm.
 */
export function htmlPage({ body, style = '', title }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>
${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
