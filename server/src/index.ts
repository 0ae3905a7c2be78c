import type { Config } from './platform/config.ts';
import { logTo } from './platform/log.ts';
import { type Program, start } from './server.ts';

export { configFrom } from './platform/config.ts';
export type { Program } from './server.ts';

/** For commands that need the house but serve nobody: opens it, works, and leaves it as it was. */
export async function withProgram<T>(config: Config, work: (program: Program) => Promise<T>): Promise<T> {
  const program = await start(config, logTo('warn'), { serve: false, work: false, pages: false });
  try {
    return await work(program);
  } finally {
    await program.close();
  }
}
