import { compare, learn, merge, type Report, withBrought } from '@busbar/dissect';

import type { ReportQuestion } from './analysis.ts';

// Runs in a process of its own, as confined as an analysis: a line that says what is wanted, then a report; the answer
// goes out by standard output.

const input = await bytesOf(process.stdin as AsyncIterable<Uint8Array>);
const head = input.indexOf(0x0a);
const { kind, baseline, detections } = JSON.parse(input.toString('utf8', 0, head)) as ReportQuestion;
const report = JSON.parse(input.toString('utf8', head + 1)) as Report;
process.stdout.end(
  JSON.stringify(
    kind === 'learn' ? merge(baseline, learn(report)) : compare(baseline, report, withBrought(detections)),
  ),
);
process.disconnect!();

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
