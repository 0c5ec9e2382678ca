import { visible } from '../../data/index.ts';
import {
  type Algorithm,
  listMetrics,
  type Metric,
  type TrainedVersion,
} from '../../training/index.ts';

/** What a training came to, for a terminal: where it is, how it was measured, the metrics with their intervals. */
export function resultInWords(
  directory: string,
  { decisionThreshold, evaluation, how, pipeline, warnings }: TrainedVersion,
  { title }: Algorithm,
): string {
  const metrics = evaluation === null ? [] : listMetrics(evaluation);
  const lines = [
    `written    ${directory}: ${title}`,
    `measured   ${how}`,
    ...metrics.map(([name, metric]) => `  ${name.padEnd(20)}  ${inWords(metric)}`),
    ...(pipeline.task === 'binary' ? [`threshold  ${digits(decisionThreshold)}`] : []),
    ...[...warnings, ...(evaluation?.warnings ?? [])].map((warning) => `warning    ${warning}`),
  ];
  return `\n${lines.map(visible).join('\n')}\n`;
}

function inWords({ high, low, reason, value }: Metric): string {
  if (value === null) return `none: ${reason ?? ''}`;
  const range = low === null || high === null ? '' : `  (${digits(low)} to ${digits(high)})`;
  return `${digits(value)}${range}`;
}

function digits(number: number): string {
  return String(Number(number.toPrecision(4)));
}
