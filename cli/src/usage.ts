import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The words of the call are off; the message says how they should be. */
export class UsageError extends Error {}

/** parseArgs, with the usage of the command in place of a stack. */
export function argumentsOf<Config extends ParseArgsConfig>(usage: string, config: Config) {
  try {
    return parseArgs({ allowPositionals: true, ...config });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
