/** The looks of the figures of a global report, in greys and one dark blue that print in black and white. */
export const reportStyle = `.grid { stroke: #dfe4ea; stroke-width: 1; }
.zero { stroke: #56657a; stroke-width: 1; }
.apart { stroke: #56657a; stroke-width: 1; stroke-dasharray: 2 3; }
.mark { stroke: var(--ink); stroke-width: 2.5; }
.rail { fill: var(--wash); }
.bar { fill: var(--accent); }
svg .tick { fill: var(--soft); font-size: 12px; }
svg .figure { font-variant-numeric: tabular-nums; }
svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.dots, .trend, .trend-edge { fill: none; vector-effect: non-scaling-stroke; stroke-linecap: round; }
.category { stroke-linecap: square; }
.edge { stroke: #1c3450; stroke-width: 4.8px; }
.fill-s0 { stroke: #eef3f8; stroke-width: 3px; }
.fill-s1 { stroke: #c3d2e3; stroke-width: 3px; }
.fill-s2 { stroke: #86a3c4; stroke-width: 3px; }
.fill-s3 { stroke: #476c98; stroke-width: 3px; }
.fill-s4 { stroke: #1c3450; stroke-width: 3px; }
.fill-category { stroke: #a9b4c1; stroke-width: 2.4px; }
.plain { stroke: #5f84b0; stroke-width: 4px; }
.missing { stroke: #5c4a10; stroke-width: 1.6px; stroke-linecap: butt; }
.trend-edge { stroke: #fff; stroke-width: 5px; stroke-linejoin: round; }
.trend { stroke: var(--ink); stroke-width: 2.2px; stroke-linejoin: round; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 2rem; }
.panels figure { min-width: 0; }
.panels h4 { margin: 1.25rem 0 .5rem; font-size: .98rem; line-height: 1.25; overflow-wrap: anywhere; }
.panels table { font-size: .78rem; }
.panels th, .panels td { padding-right: .4rem; }
.panels tbody th { min-width: 0; }
nav ul { margin: 0; padding-left: 1.2rem; }
@media print {
  .panels { grid-template-columns: 1fr 1fr; gap: 0 8mm; }
  .panels > div { break-inside: avoid; }
  .panels table { font-size: .68rem; }
  .panels h4 { margin-top: .5rem; }
  .panels figure, .panels .scroll { margin-bottom: .5rem; }
}
`;
