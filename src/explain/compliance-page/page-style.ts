/** So many rows a waterfall has at most: nine bars, one for the others, and its two ends. */
const mostRows = 12;

const narrowRow = 50;

/** On narrow screens names stand above their bars; a style sheet alone can do that, without style attributes. */
const narrowRows = Array.from({ length: mostRows }, (_, index) => {
  const count = index + 1;
  return `.row:nth-of-type(${count}){transform:translateY(${index * narrowRow}px)}.rows-${count}{height:${count * narrowRow + 34}px}.rows-${count} .axis{transform:translateY(${count * narrowRow}px)}`;
}).join('\n');

/** The style of the compliance page: ink on paper; a document first, a screen second. */
export const pageStyle: string = `
:root{--ink:#16181d;--soft:#4b5058;--line:#b9bec6;--rise:#8c3a14;--fall:#1b4f80}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:50rem;padding:2rem 1.25rem 3rem;background:#fff;color:var(--ink);font:15px/1.45 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
header{border-bottom:2px solid var(--ink);padding-bottom:.6rem}
h1{margin:0 0 .3rem;font-size:1.6rem;line-height:1.2;letter-spacing:-.01em;text-wrap:balance}
header p{margin:0;color:var(--soft)}
header b{font-weight:600;color:var(--ink)}
h2{margin:1.7rem 0 .5rem;font-size:1.05rem;line-height:1.3;break-after:avoid}
p{margin:.4rem 0}
ol,ul{margin:.4rem 0;padding-left:1.5rem}
li{margin:.15rem 0}
b,strong{font-weight:600}
code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
dl,dd{margin:0}
dt{color:var(--soft)}
.decision{margin-top:1.2rem;border:1px solid var(--ink);padding:.2rem 1rem .7rem}
.decision h2{margin:.6rem 0 0;font-size:.95rem;font-weight:400;color:var(--soft)}
.answer{margin:0 0 .5rem;font-size:1.9rem;line-height:1.2;font-weight:600}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2.2rem;border-top:1px solid var(--line);border-bottom:1px solid var(--line);padding:.5rem 0;margin-bottom:.5rem}
.facts dt{font-size:.85em}
.facts dd{font-weight:600}
.exactly{font-weight:400;font-size:.82em;color:var(--soft)}
.notice{border-left:4px solid var(--ink);padding:.2rem 0 .2rem .8rem}
.absent{color:var(--soft);font-style:italic}
.legend{font-size:.85em;color:var(--soft)}
.legend .gap{display:inline-block;width:1.5rem}
.key{vertical-align:-1px}
svg text{font-size:12px;fill:var(--ink);unicode-bidi:isolate}
svg .detail,.axis text{font-size:11px;fill:var(--soft)}
svg .amount{font-weight:600;font-variant-numeric:tabular-nums}
.waterfall{display:block;overflow:hidden}
.raises{fill:var(--rise)}
.lowers{fill:url(#hatch);stroke:var(--fall);stroke-width:2}
.paper{fill:#fff}
.ink{fill:var(--fall)}
.rule{stroke:var(--soft)}
.link{stroke:#7b828c;stroke-dasharray:2 2}
.mark{stroke:var(--ink);stroke-width:3}
table{width:100%;border-collapse:collapse;line-height:1.3}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{padding:.22rem .8rem .22rem 0;text-align:left;vertical-align:top;font-weight:400;border-bottom:1px solid var(--line)}
thead th{border-bottom-color:var(--ink);font-weight:600}
tr>:last-child{padding-right:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.number:not(.exactly),tfoot th{font-weight:600}
tfoot tr:first-child>*{border-top:1px solid var(--ink)}
.total>*{border-bottom:2px solid var(--ink)}
.pairs>div{display:grid;grid-template-columns:13rem 1fr;gap:0 1rem;padding:.2rem 0;border-bottom:1px solid var(--line)}
@media (max-width:36rem){
body{padding:1.2rem .9rem 2rem}
.pairs>div{grid-template-columns:1fr}
th.exactly,td.exactly{display:none}
.names{width:76%}
.plot{x:0;y:25px;width:100%;height:26px}
.axis .plot{y:8px}
.row>.amount{transform:translateY(-5px)}
${narrowRows}
}
@media print{
@page{size:A4;margin:14mm 15mm 15mm;@bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt sans-serif}@bottom-left{content:"Explanation of an automated decision";font:8pt sans-serif}}
body{max-width:none;padding:0;font-size:8.9pt;line-height:1.36}
h1{font-size:15pt}
h2{margin:3.4mm 0 1mm;font-size:10.5pt}
.answer{font-size:17pt}
section,tr,li,.pairs>div{break-inside:avoid}
p,ol,ul{margin:.8mm 0}
th,td{padding-top:.45mm;padding-bottom:.45mm}
.pairs>div{padding:.4mm 0}
.pairs.compact{columns:2;column-gap:6mm}
.pairs.compact>div{grid-template-columns:27mm 1fr;gap:0 2mm}
}
`;
