/** The looks that all pages share: dark ink on white at 7:1 or more, one column that fits 320 pixels and a sheet of A4. */
export const pageStyle = `:root {
  --ink: #14202e;
  --soft: #4a5868;
  --line: #c9d1da;
  --wash: #f3f6f9;
  --accent: #1b4f8a;
  color-scheme: light;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: #fff;
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 47rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 1.1rem + 2vw, 2.1rem); letter-spacing: -.01em; }
h2 { margin: 3rem 0 .75rem; padding-top: .8rem; border-top: 3px solid var(--ink); font-size: 1.35rem; }
h3 { margin: 2.25rem 0 .4rem; font-size: 1.08rem; }
p, dd, li { overflow-wrap: anywhere; }
td, th { max-width: 20rem; overflow-wrap: break-word; }
p { margin: 0 0 .8rem; max-width: 42rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.lead { font-size: 1.12rem; line-height: 1.5; }
.note { color: var(--soft); font-size: .9rem; }
code, .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .88em; }
dl { display: grid; grid-template-columns: 11rem 1fr; margin: 0; font-size: .95rem; }
dt, dd { margin: 0; padding: .4rem 0; border-bottom: 1px solid var(--line); }
dt { padding-right: 1rem; color: var(--soft); }
figure { margin: 1rem 0 1.5rem; }
figcaption { margin: 0 0 .6rem; color: var(--soft); font-size: .9rem; max-width: 42rem; }
svg { display: block; overflow: visible; }
svg text { fill: var(--ink); font-size: 13px; }
.scroll { overflow-x: auto; margin: .75rem 0 1.5rem; }
table { width: 100%; border-collapse: collapse; font-size: .84rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .4rem; color: var(--soft); text-align: left; }
th, td { padding: .32rem .6rem .32rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 2px solid var(--ink); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.number + :not(.number) { padding-left: 1rem; }
@media screen and (max-width: 48rem) {
  tbody th, thead th:first-child { position: sticky; left: 0; max-width: 9rem; background: #fff; }
}
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; }
  dt { padding-bottom: 0; border-bottom: 0; }
  dd { padding-top: 0; }
}
@media print {
  @page { size: A4; margin: 15mm 16mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h1, h2, h3, h4, caption, figcaption, .note { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  h3 { margin-top: 1.25rem; }
  figure, table, tr, dl { break-inside: avoid; }
  table { font-size: .74rem; }
  th, td { padding-top: .2rem; padding-bottom: .2rem; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  a { color: inherit; text-decoration: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
