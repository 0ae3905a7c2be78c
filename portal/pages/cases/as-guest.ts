import { apis, type Participation } from '@busbar/contract';

import type { reader } from '../calls.ts';

/** As what the visitor takes part in a case of others; undefined where he does not. */
export async function guestIn(
  read: ReturnType<typeof reader>,
  id: string,
): Promise<Participation | undefined> {
  const { items } = await read(apis.guests.mine, {});
  return items.find((part) => part.case === id && part.state === 'accepted');
}
