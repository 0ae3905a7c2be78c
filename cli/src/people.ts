import { configFrom, withProgram } from '@busbar/server';

import { argumentsOf } from './usage.ts';

const usage = `busbar people reset-second-factor EMAIL [--data FOLDER]

  For somebody who lost phone and passkeys: takes away every second factor, trusted device and session of the account.
  At the next sign-in the password opens nothing but the page that adds a new one. It leaves a line in the ledger.`;

export async function peopleCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: { data: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [verb, email] = positionals;
  if (values.help || verb !== 'reset-second-factor' || !email) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  try {
    await withProgram(config, ({ house }) => house.people.resetSecondFactor(email));
  } catch (error) {
    if ((error as { code?: string }).code !== 'not-found') throw error;
    console.error(`Nobody here has the address ${email}.`);
    return 1;
  }
  console.log(`${email} signs in with the password next, and then adds a new second factor.`);
  return 0;
}
