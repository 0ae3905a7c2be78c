import { writeFile } from 'node:fs/promises';

import { KitLabel } from '@busbar/contract';
import { builtKit, configFrom, withProgram } from '@busbar/server';

import { argumentsOf, reasonOf, UsageError } from './usage.ts';

const usage = `busbar kit [--tlp LABEL] [--for NAME] [--out FILE] [--data FOLDER]

  Makes the field kit: one HTML file that opens from a disk, in a browser without any network, and analyses captures as
  the portal does. In it are the advisories that everybody may read, and the key and the signature of this CERT. Beside
  it goes FILE.asc, the signature of the whole file, for gpg --verify.

  --tlp   CLEAR (as it is without), GREEN, AMBER or AMBER+STRICT: also the advisories up to this label that whom it is
          for may read; the kit says which label it carries, and goes no further than that
  --for   a member, by its name in the portal: only that member can bring in what is saved with the kit. Without it
          a kit beyond CLEAR is for the CERT itself
  --out   the file; without it busbar-kit-DATE.html

  Runs beside a running program or without one. Give the hash it prints to whoever gets the kit.`;

export async function kitCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      out: { type: 'string' },
      tlp: { type: 'string', default: 'CLEAR' },
      for: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || positionals.length > 0) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  const upTo = KitLabel.safeParse(values.tlp.toUpperCase().replace(/^TLP:/, '')).data;
  if (!upTo) throw new UsageError(`--tlp is one of ${KitLabel.options.join(', ')}`);
  const built = await builtKit();
  const made = await withProgram(config, ({ house }) => house.kits.makeFor(built, upTo, values.for)).catch(
    refused,
  );
  if (typeof made === 'string') {
    console.error(made);
    return 1;
  }
  const { about, file, sha256, signature } = made;
  const out = values.out ?? `busbar-kit-${about.madeAt.slice(0, 10)}.html`;
  try {
    await writeFile(out, file);
    await writeFile(`${out}.asc`, signature);
  } catch (error) {
    throw new UsageError(`${out}: ${reasonOf(error)}`);
  }
  console.log(
    `${out}: ${(file.length / 1e6).toFixed(1)} MB, ${about.advisories} advisories, TLP:${about.label}${about.member ? ` for ${about.member.name}` : ''}, with its signature beside it\n` +
      `SHA-256 ${sha256}\nsigned with ${about.key.fingerprint}`,
  );
  return 0;
}

/** What the house refuses it says in a sentence. */
function refused(error: Error & { code?: string }): string {
  if (!['no-cert', 'no-signing-key', 'no-such-member'].includes(error.code ?? '')) throw error;
  return error.message;
}
