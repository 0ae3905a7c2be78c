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

/** Why something could not be read or written, for who typed its name. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EISDIR') return 'This is a folder; give the captures in it.';
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'There is a file of that name.';
  if (code === 'EACCES' || code === 'EPERM') return 'You may not read or write there.';
  return message;
}
