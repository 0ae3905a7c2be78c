import { apis, type Call, type GuestRoom } from '@busbar/contract';

import { attempt } from '../calls.ts';

/** The visitor’s part of a case of others; undefined where he has none, or is nobody who could be a guest. */
export async function guestIn(call: Call, id: string): Promise<GuestRoom | undefined> {
  const mine = await attempt(() => call(apis.guests.mine, {}));
  const isGuest = mine.done?.items.some((part) => part.case === id && part.state === 'accepted');
  return isGuest ? call(apis.guests.room, { params: { id }, query: {} }) : undefined;
}
