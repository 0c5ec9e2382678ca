import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const page = 'docs/reliability.md';
const begin = '<!-- written by npm run chaos -- --write: begin -->';
const end = '<!-- written by npm run chaos -- --write: end -->';

/** Writes the results of a whole run into the page, between its two markers. */
export function writeReport(results, { long, isPartial }) {
  if (isPartial) throw new Error('--write wants a whole run, without --only and --layer');
  const text = readFileSync(page, 'utf8');
  const [before, rest] = split(text, begin);
  const [, after] = split(rest, end);
  writeFileSync(page, `${before}${begin}\n${reportOf(results, long)}${end}${after}`);
  console.log(`written to ${page}`);
}

function split(text, marker) {
  const index = text.indexOf(marker);
  if (index === -1) throw new Error(`${page} has no line ${marker}`);
  return [text.slice(0, index), text.slice(index + marker.length)];
}

function reportOf(results, long) {
  const [{ model }] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const held = results.filter(({ holds }) => holds === true).length;
  const ran = results.filter(({ skipped }) => skipped === undefined).length;
  const rows = results.map(rowOf);
  return `
${held} of ${ran} hold. ${long ? 'Long' : 'Short'} form, ${new Date().toISOString().slice(0, 10)}, commit ${commit}, Node ${process.version}, ${cpus().length} x ${model.trim()}, ${gibibytes} GiB.

| scenario | claim | injected | times | requests | answered | degraded | refused | failed | p99 ms | seen | holds |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

`;
}

function rowOf(result) {
  const { layer, name, claim, inject, skipped } = result;
  const start = [`${layer}: ${name}`, claim ?? '', inject];
  if (skipped !== undefined) {
    return row([...start, ...Array.from({ length: 7 }, () => ''), skipped, 'skipped']);
  }
  const { injected, requests, answered2xx, degraded, refused, failed, p99Ms, facts, holds, why } =
    result;
  const counts =
    requests === 0
      ? ['', '', '', '', '', '']
      : [requests, answered2xx, degraded, refused, failed, p99Ms.toFixed(1)];
  const seen = Object.entries(facts).map(([fact, value]) => `${fact}: ${value}`);
  return row([
    ...start,
    injected,
    ...counts,
    [...seen, why].filter(Boolean).join('; '),
    holds ? 'yes' : '**no**',
  ]);
}

function row(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
}
