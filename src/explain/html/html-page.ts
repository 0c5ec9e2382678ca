import { escapeHtml } from './escape-html.ts';

/** A page: its title as plain text; its body, and its style if any, as they are. */
export interface HtmlPage {
  readonly title: string;
  readonly body: string;
  readonly style?: string | undefined;
}

/** One HTML document that needs nothing else: no script, and nothing is loaded. */
export function htmlPage({ title, body, style = '' }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
