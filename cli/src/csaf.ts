import { argumentsOf } from './usage.ts';

const usage = `busbar csaf import PATH [--data FOLDER]
busbar csaf convert FILE… [--to FOLDER]   (convert --help tells more)
busbar csaf diff OLD NEW                  (diff --help tells more)
busbar csaf check URL                     (check --help tells more)
busbar csaf validate FILE… [--json]   (validate --help tells more)

  Takes in CSAF 2.0 and 2.1 documents: a file, a folder of them, or an archive (zip, tar, tar.gz), by content. What is
  there already stays; a newer version takes the place of an older one. Files that are no readable advisory are listed
  with the reason. Runs beside a running program or without one.`;

export async function csafCommand(args: string[]): Promise<number> {
  if (args[0] === 'check') return (await import('./csaf-check.ts')).checkCommand(args.slice(1));
  if (args[0] === 'convert') return (await import('./csaf-documents.ts')).convertCommand(args.slice(1));
  if (args[0] === 'diff') return (await import('./csaf-documents.ts')).diffCommand(args.slice(1));
  if (args[0] === 'validate') return (await import('./csaf-validate.ts')).validateCommand(args.slice(1));
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: { data: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [verb, path] = positionals;
  if (values.help || verb !== 'import' || !path) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const { configFrom, importAdvisories, withProgram } = await import('@busbar/server');
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  const { added, updated, unchanged, refused } = await withProgram(config, (program) =>
    importAdvisories(program, path),
  );
  console.log(`${added} added, ${updated} updated, ${unchanged} unchanged, ${refused.length} refused`);
  for (const { name, why } of refused) console.log(`  ${name}: ${why.text}`);
  return 0;
}
