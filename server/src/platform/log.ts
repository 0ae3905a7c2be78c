import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured lines without personal data: no names, no addresses, no query strings, no bodies. */
export function logTo(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
}
