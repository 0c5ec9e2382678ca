import { describeTraining } from './describe-training.ts';
import { measureImportance } from './measure-importance.ts';
import type { ReportInput } from './report-content.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportPage } from './report-page.ts';

/** The report of a training, by file name: for people, for programs, and as a page with figures. */
export function reportFiles(input: ReportInput): Map<string, Uint8Array> {
  const { algorithm, data, seed, trained } = input;
  const { fit, measured, scoring } = trained;
  const rows = measured?.data.table ?? data.table;
  const importance = measureImportance(scoring, rows, fit.columnMeans, seed);
  const content = { ...input, importance };
  const json = { ...describeTraining(trained, algorithm), importance };
  return new Map([
    ['report.md', Buffer.from(reportMarkdown(content))],
    ['report.json', Buffer.from(`${JSON.stringify(json, null, 2)}\n`)],
    ['report.html', Buffer.from(reportPage(content))],
  ]);
}
