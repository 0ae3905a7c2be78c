import { configFrom, withProgram } from '@busbar/server';

import { argumentsOf } from './usage.ts';

const usage = `busbar people reset-second-factor EMAIL [--vouched-by EMAIL] [--data FOLDER]

  For somebody who lost phone and passkeys: takes away every second factor, trusted device and session of the account.
  At the next sign-in the password opens nothing but the page that adds a new one. It leaves a line in the ledger.
  Where staff must use a passkey, another lead, analyst or administrator vouches for one of them; ask him by telephone.`;

export async function peopleCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: { data: { type: 'string' }, 'vouched-by': { type: 'string' }, help: { type: 'boolean' } },
  });
  const [verb, email] = positionals;
  if (values.help || verb !== 'reset-second-factor' || !email) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  try {
    await withProgram(config, ({ house }) => house.people.resetSecondFactor(email, values['vouched-by']));
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'voucher-needed') console.error(`${message}, with --vouched-by EMAIL.`);
    else if (code === 'not-found') console.error(`Nobody here has the address ${email}.`);
    else throw error;
    return 1;
  }
  console.log(`${email} signs in with the password next, and then adds a new second factor.`);
  return 0;
}
