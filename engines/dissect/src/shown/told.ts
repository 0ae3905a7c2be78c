import type { Report } from '../analysis/report.ts';
import type { Detected } from '../detections/detect.ts';
import type { Params } from '../dissector.ts';

// What a report says, as other programs and people are told it: moments by the calendar, parameters as plain values.

/** ISO 8601, UTC. @param microseconds since 1970 */
export function instant(microseconds: number): string {
  const time = new Date(microseconds / 1000);
  // A capture may claim any time; what no calendar holds is shown as the beginning of time.
  return Number.isNaN(time.getTime()) || time.getFullYear() > 9999
    ? new Date(0).toISOString()
    : time.toISOString();
}

/** A capture in numbers. */
export function summaryOf(report: Report) {
  const dangerous = report.operations.filter((operation) => operation.dangerous);
  const frames = (report.counts['ics_frames'] ?? {}) as Record<string, number>;
  return {
    format: report.format,
    packets: report.packets,
    bytes: report.bytes,
    firstSeen: report.packets > 0 ? instant(report.first) : null,
    lastSeen: report.packets > 0 ? instant(report.last) : null,
    devices: report.devices.length,
    conversations: report.conversations.length,
    operations: dangerous.length,
    dangerousMessages: dangerous.reduce((total, { count }) => total + count, 0),
    variables: report.variables.length,
    transfers: report.transfers.length,
    credentials: report.credentials.length,
    detections: bySeverity(report.detections),
    protocols: Object.entries(frames)
      .map(([name, messages]) => ({ name, messages }))
      .sort((a, b) => b.messages - a.messages),
    problems: report.problems.map(({ code, params, text, offset }) => ({
      code,
      params: { ...params, offset },
      text,
    })),
  };
}

function bySeverity(detections: readonly Detected[]) {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of detections) counts[severity]++;
  return counts;
}

export type PlainCounts = Record<string, number | Record<string, number>>;

/** The counts that are numbers; lists, such as who spoke with whom, are conversations. */
export function plainCounts(report: Report): PlainCounts {
  return Object.fromEntries(
    Object.entries(report.counts).filter((entry): entry is [string, PlainCounts[string]] =>
      isCount(entry[1]),
    ),
  );
}

function isCount(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((count) => typeof count === 'number')
  );
}

/** Lists become text, and what the engine could not tell becomes a question mark. */
export function toldParams(params: Params): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, plain(value)]));
}

function plain(value: Params[string]): string | number | boolean {
  if (value === null) return '?';
  if (typeof value !== 'object') return value;
  return value.map((one) => String(one ?? '?')).join(', ');
}
