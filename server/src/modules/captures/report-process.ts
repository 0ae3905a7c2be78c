import type { Report } from '@busbar/dissect';
import { z } from 'zod';

import described from '../../../../docs/analysis.schema.json' with { type: 'json' };
import type { FromProgram } from '../../platform/apart.ts';

// Runs in a process of its own, as confined as an analysis: a report that was written elsewhere comes in by standard input,
// and goes out only if it is one by docs/analysis.schema.json and within what the engine writes.

const MOST_LETTERS = 8_000;
const MOST_PORT = 0xffff;
const text =
  'The report in it is not written as Busbar writes reports. Save the bundle again with a kit of this CERT; nothing of it was kept';

const shape = z.fromJSONSchema(described as Parameters<typeof z.fromJSONSchema>[0]);
const frames = z.record(z.string(), z.int());

const input = await textOf(process.stdin as AsyncIterable<Uint8Array>);
const problem = refusalOf(input);
if (problem === undefined) process.stdout.end(JSON.stringify(JSON.parse(input)));
else tell({ kind: 'refused', code: 'report-not-understood', looksLike: problem.slice(0, 100), text });
process.disconnect!();

/** Where it is not what it should be; undefined where it is. */
function refusalOf(json: string): string | undefined {
  let report: Report;
  try {
    report = JSON.parse(json) as Report;
  } catch {
    return 'JSON';
  }
  const { error } = shape.safeParse(report);
  if (error) return error.issues[0]?.path.join('.') || 'JSON';
  if (report.conversations.some(({ port }) => port > MOST_PORT)) return 'conversations.port';
  if (!frames.safeParse(report.counts['ics_frames']).success) return 'counts.ics_frames';
  return tooLongIn(report);
}

/** By hand and not by recursion: how deep lists and tables go, the sender says. */
function tooLongIn(report: unknown): string | undefined {
  const waiting = [report];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.length > MOST_LETTERS) return value.slice(0, 40);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) waiting.push(key, inner);
  }
  return undefined;
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function tell(message: FromProgram): void {
  process.send!(message);
}
