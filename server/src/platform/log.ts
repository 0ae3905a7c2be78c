import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured lines without personal data: no names, no addresses, no query strings, no bodies. */
export function logTo(level: string, to?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  return to ? pino(options, to) : pino(options);
}
