import { configFrom, withProgram } from '@busbar/server';

import { argumentsOf } from './usage.ts';

const usage = `busbar audit verify [--data FOLDER] [--json]

  Recomputes every digest and hash of the audit chain from the rows themselves, and compares it with the published
  heads. Ends with 0 when the chain is whole, with 1 and the first broken number when it is not. Runs beside a
  running program or without one.`;

export async function auditCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: { data: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help || positionals[0] !== 'verify') {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  const verdict = await withProgram(config, ({ house }) => house.audit.verify());
  if (values.json) console.log(JSON.stringify(verdict, null, 1));
  else if (verdict.whole)
    console.log(
      `Whole: ${verdict.events} events, ${verdict.headsChecked} published heads, head ${verdict.head?.hash ?? 'none yet'}`,
    );
  else console.log(`Broken at number ${verdict.broken!.seq}: ${verdict.broken!.text}`);
  return verdict.whole ? 0 : 1;
}
