import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

import { UsageError } from './usage.ts';

// What is compiled once need not be at the next call. Where nothing can be written it runs as it would without.
enableCompileCache(join(import.meta.dirname, '../../.cache/compiled'));

/** Every command there is; each is loaded when it is called. */
const commands: Record<string, { readonly about: string; run(args: string[]): Promise<number> }> = {
  analyse: {
    about: 'FILE…          what a network capture shows, without a server',
    run: async (args) => (await import('./analyse.ts')).analyseCommand(args),
  },
  image: {
    about: 'FILE…          an image of a disk (E01): who took it, and whether it still is what was taken',
    run: async (args) => (await import('./image.ts')).imageCommand(args),
  },
  csaf: {
    about:
      'import PATH    take in advisories (CSAF); csaf validate FILE… tries documents against the standard',
    run: async (args) => (await import('./csaf.ts')).csafCommand(args),
  },
  match: {
    about: '--assets FILE --advisories PATH   which advisories speak of which assets, and why',
    run: async (args) => (await import('./match.ts')).matchCommand(args),
  },
  kit: {
    about: '               one signed HTML file that analyses captures where there is no network',
    run: async (args) => (await import('./kit.ts')).kitCommand(args),
  },
  pack: {
    about: '--out FILE     what sources brought, for a Busbar without internet; pack install FILE takes it',
    run: async (args) => (await import('./pack.ts')).packCommand(args),
  },
  audit: {
    about: 'verify         recompute the audit chain and name the first broken number',
    run: async (args) => (await import('./audit.ts')).auditCommand(args),
  },
  backup: {
    about: '--to FOLDER --keys FILE   everything as it is now, and its keys apart; backup verify tries it',
    run: async (args) => (await import('./backup.ts')).backupCommand(args),
  },
  restore: {
    about: 'FOLDER --keys FILE   a backup into an empty instance; what was purged since stays purged',
    run: async (args) => (await import('./restore.ts')).restoreCommand(args),
  },
  canary: {
    about: 'FOLDER --keys FILE    on a copy of a backup: who finds a marker that is not for him',
    run: async (args) => (await import('./canary.ts')).canaryCommand(args),
  },
  people: {
    about: 'reset-second-factor EMAIL   for somebody who lost phone and passkeys',
    run: async (args) => (await import('./people.ts')).peopleCommand(args),
  },
  serve: {
    about: '               answer requests (npm start does this and work)',
    run: async () => (await import('./serve.ts')).serveCommand(),
  },
  work: {
    about: '               run jobs; start as many as you like, anywhere',
    run: async () => (await import('./serve.ts')).serveCommand(),
  },
};

const [name = 'help', ...args] = process.argv.slice(2);
process.exitCode = await run(name, args);

async function run(name: string, args: string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const lines = Object.entries(commands).map(([name, { about }]) => `  busbar ${name.padEnd(8)} ${about}`);
    console.log(
      `busbar: the platform an industrial CERT runs\n\n${lines.join('\n')}\n\n  busbar COMMAND --help tells more`,
    );
    return ['help', '--help', '-h'].includes(name) ? 0 : 2;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}
