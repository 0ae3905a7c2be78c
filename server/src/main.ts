import { parseArgs } from 'node:util';

import { visitor } from './platform/actor.ts';
import { configFrom } from './platform/config.ts';
import { logTo } from './platform/log.ts';
import { type Program, start } from './server.ts';

const usage = `busbar [serve | work] [--demo] [--port N] [--data FOLDER]

  serve, work    only answer requests, or only do the long work; both when neither is said
  --demo         fill an empty instance with a made-up constituency
  --port N       instead of 8440
  --data FOLDER  where the embedded database, files and keys live; ./data when not said`;

const { role, flags } = understood();
if (flags.help) {
  console.log(usage);
} else {
  await run().catch((error: NodeJS.ErrnoException) => {
    console.error(`Busbar did not start. ${sentenceOf(error)}`);
    process.exit(1);
  });
}

async function run(): Promise<void> {
  const config = configFrom(process.env, given({ port: flags.port, data: flags.data }));
  const log = logTo(config.logLevel);
  const purpose = { serve: role !== 'work', work: role !== 'serve', pages: role !== 'work' };
  const program = await start(config, log, purpose);
  const stop = stopOnce(program);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  try {
    if (flags.demo) await demo(program);
    if (purpose.serve) {
      await program.app.listen({ host: config.host, port: config.port });
      console.log(await welcome(program));
    }
  } catch (error) {
    await program.close();
    throw error;
  }
}

function sentenceOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `Another program answers at its port; stop that one, or start with --port and another number`;
  if (error.code === 'EACCES') return `${error.message}; choose a folder or port that you may use`;
  return error.stack ?? error.message;
}

async function demo({ house }: Program): Promise<void> {
  const code = await house.system.setUpCode();
  if (code) await house.demo.fill();
}

/** What whoever starts the program needs to know next. The code is for their eyes; it is in no log. */
async function welcome({ config, database, house }: Program): Promise<string> {
  const { demo, demoAccounts } = await database.as(visitor, (tx) => house.system.instance({ tx }));
  const code = await house.system.setUpCode();
  const lines = [`Busbar is at ${config.origin}`];
  if (code)
    lines.push(
      `It is empty. Set it up, or look around with the demo, with this code: ${code}`,
      `  ${config.origin}/set-up`,
    );
  else if (demo)
    lines.push(
      `It shows the demo. Sign in as any of ${demoAccounts.length} people at ${config.origin}/sign-in`,
    );
  else lines.push(`Sign in at ${config.origin}/sign-in`);
  return lines.join('\n');
}

function stopOnce(program: Program): () => void {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= program.close().then(
      () => process.exit(0),
      (error: unknown) => {
        program.log.error({ err: error }, 'stopping');
        process.exit(1);
      },
    );
  };
}

function understood() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        demo: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [role, ...more] = positionals;
    if (more.length > 0 || (role !== undefined && role !== 'serve' && role !== 'work'))
      throw new Error(`Unknown: ${positionals.join(' ')}`);
    if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) throw new Error('--port takes a number');
    return { role, flags: values };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function given<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
