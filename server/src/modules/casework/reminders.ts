/** Of the time there is: after half of it, after nine tenths, and when it has passed. */
const parts = [0.5, 0.9, 1] as const;

/** When people are told next that a deadline comes; null once they were told that it has passed. */
export function nextReminder(from: Date, due: Date, now: Date): Date | null {
  const whole = due.getTime() - from.getTime();
  const next = parts.map((part) => from.getTime() + part * whole).find((at) => at > now.getTime());
  return next === undefined ? null : new Date(Math.round(next));
}
