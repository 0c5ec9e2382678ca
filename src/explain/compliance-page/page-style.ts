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
.digests dd{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
.answer{margin:0 0 .5rem;font-size:1.9rem;line-height:1.2;font-weight:600}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2.2rem;border-top:1px solid var(--line);border-bottom:1px solid var(--line);padding:.5rem 0;margin-bottom:.5rem}
.facts dt{font-size:.85em}
.facts dd{font-weight:600}
.exactly{font-weight:400;font-size:.82em;color:var(--soft)}
.notice{border-left:4px solid var(--ink);padding:.2rem 0 .2rem .8rem}
.absent{color:var(--soft);font-style:italic}
.legend{font-size:.85em;color:var(--soft)}
.legend span{display:inline-block;margin-right:1.5rem}
.key{vertical-align:-1px}
svg text{font-size:12px;fill:var(--ink);unicode-bidi:isolate}
svg .detail,.axis text{font-size:11px;fill:var(--soft)}
svg .amount,svg .name{paint-order:stroke;stroke:#fff;stroke-width:4px}
svg .amount{font-weight:600;font-variant-numeric:tabular-nums}
.waterfall{display:block;overflow:hidden}
.waterfall.narrow{display:none}
.defs{position:absolute}
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
th,td{padding-right:.5rem}
td:not(.number){min-width:5.6em}
th.exactly,td.exactly{display:none}
.number:nth-last-child(2){padding-right:0}
.waterfall.wide{display:none}
.waterfall.narrow{display:block}
}
@media print{
@page{size:A4;margin:13mm 15mm 14mm;@bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt sans-serif}@bottom-left{content:"Explanation of an automated decision";font:8pt sans-serif}}
body{max-width:none;padding:0;font-size:8.8pt;line-height:1.34}
h1{font-size:15pt}
h2{margin:2.8mm 0 .7mm;font-size:10.2pt}
.answer{font-size:17pt;margin-bottom:1.2mm}
header{padding-bottom:1.5mm}
.decision{margin-top:3mm;padding:.5mm 4mm 1.5mm}
.decision h2{margin:1mm 0 0;font-size:8.8pt}
.facts{padding:1.2mm 0;margin-bottom:1.2mm}
section,tr,li,.pairs>div{break-inside:avoid}
section.long{break-inside:auto}
tfoot{display:table-row-group;break-inside:avoid}
p,ol,ul{margin:.7mm 0}
li{margin:.2mm 0}
table{font-size:8.4pt;line-height:1.25}
th,td{padding-top:.3mm;padding-bottom:.3mm}
.pairs{font-size:8.4pt;line-height:1.3}
.pairs>div{grid-template-columns:42mm 1fr;padding:.28mm 0}
.pairs.compact{columns:2;column-gap:6mm}
.pairs.compact>div{grid-template-columns:29mm 1fr;gap:0 2mm}
.pairs.digests>div{grid-template-columns:29mm 1fr;gap:0 2mm}
.small{font-size:8.4pt}
}
`;
