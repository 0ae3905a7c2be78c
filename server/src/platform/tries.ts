import { createHmac } from 'node:crypto';
import { isIPv4 } from 'node:net';

import type { MasterKey } from './config.ts';
import type { Database } from './database.ts';

export type Tries = ReturnType<typeof triesOver>;

/** Counts what is tried, apart from the transaction that tries it: what is rolled back has been tried all the same. */
export function triesOver({ signIn }: Database, master: MasterKey) {
  const blind = master.derive('who tries');
  // In one order, so that two who count the same do not wait for one another for ever.
  const hashesOf = (who: readonly string[]) =>
    who.map((one) => createHmac('sha256', blind).update(one).digest().toString('hex')).toSorted();

  return {
    /**
     * One more by each of these, and how many there were of each in the window that is running, this one included. A
     * window begins with its first try and ends by itself.
     */
    async count<Who extends string>(who: Record<Who, string>, minutes: number): Promise<Record<Who, number>> {
      await signIn.query('delete from auth.tries where until < now()');
      const { rows } = await signIn.query<{ who: string; count: number }>(
        `insert into auth.tries select decode(who, 'hex'), 1, now() + make_interval(mins => $2)
           from unnest($1::text[]) with ordinality as w (who, place) order by place
         on conflict (who) do update set count = tries.count + 1 returning encode(who, 'hex') as who, count`,
        [hashesOf(Object.values(who)), minutes],
      );
      const counts = new Map(rows.map((row) => [row.who, row.count]));
      return Object.fromEntries(
        Object.entries<string>(who).map(([name, one]) => [name, counts.get(hashesOf([one])[0]!) ?? 0]),
      ) as Record<Who, number>;
    },

    /** What turned out to be right counts no more. */
    async forgive(who: Record<string, string>): Promise<void> {
      await signIn.query(
        `update auth.tries set count = count - 1 where who in (select decode(who, 'hex') from unnest($1::text[]) as w (who))`,
        [hashesOf(Object.values(who))],
      );
    },
  };
}

/** Whoever has one address of these has all: an IPv4 network of 256, an IPv6 site (a /56). */
export function neighbourhood(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return mapped.split('.').slice(0, 3).join('.');
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const [before, after] = [head.split(':').filter(Boolean), (tail ?? '').split(':').filter(Boolean)];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  return groups
    .map((group) => group.padStart(4, '0'))
    .join(':')
    .slice(0, '2001:0db8:0000:00'.length);
}
