import type { Role } from '@busbar/contract';
import type pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { type Address, addressesOf, type Served } from './addresses.ts';
import { isInHisReport, mayBeSeen } from './may-be-seen.ts';
import { type Marker, plant, type Planting } from './plant.ts';
import { readingsOf } from './readings.ts';
import { type Witness, whoGets, witnessesOf } from './witnesses.ts';

export interface Question {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** Asks as somebody, and gives everything that came back. */
export type AskAs = (actor: Actor, question: Question) => Promise<Answer>;

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** What was said elsewhere: a line of a log, which is for nobody, or what was sent to an address of mail or of a program. */
export interface Said {
  readonly where: string;
  readonly content: string | Uint8Array;
  readonly to?: string;
  /** The row by which it was sent, which says as whom it is read. */
  readonly delivery?: string | undefined;
}

export interface Heard {
  readonly said: readonly Said[];
  /** What could not be looked into, and what was not written though it should have been. */
  readonly unread?: readonly string[];
  readonly broken?: readonly string[];
}

export interface Leak extends Marker {
  /** Who found it. */
  readonly role: string;
  readonly organisation: string | null;
  readonly where: string;
}

export interface CanaryReport extends Omit<Planting, 'markersIn'> {
  /** Questions, by what was asked. */
  readonly asked: Readonly<Record<Address['kind'], number>>;
  /** Letters and messages to programs that were looked into. */
  readonly told: number;
  /** Columns whose owner, or whoever may, found the marker: they are asked for where they can be seen. */
  readonly seen: readonly string[];
  /** Columns that each who looked found by right. */
  readonly seenBy: Readonly<Record<string, number>>;
  /** What its owner could read before there were markers and cannot now: nothing was found out about it. */
  readonly broken: readonly string[];
  /** What came and could not be looked into, once each. */
  readonly unread: readonly string[];
  readonly leaks: readonly Leak[];
}

export interface CanaryParts {
  /** Stands above every policy. What it is connected to is lost: this is for a copy. */
  readonly client: pg.Client;
  /** Opens the keys of the copy. */
  readonly wrapper: KeyWrapper;
  /** Where the sealed files of the copy lie. */
  readonly files: string;
  readonly served: Served;
  readonly ask: AskAs;
  readonly said?: () => Promise<Heard>;
  /** Told how far it is. */
  readonly tell?: (step: string) => void;
}

export type Canary = Awaited<ReturnType<typeof setCanary>>;

/**
 * Plants a marker wherever somebody could have written something that is his. Before, all that was opened to others is
 * shut: cases leave the desk, no consent stands; what one organisation has is then for nobody else but those few who were
 * brought in to be seen to read it.
 */
export async function setCanary({ client, wrapper, files, served, ask, said, tell = () => {} }: CanaryParts) {
  const witnesses = await witnessesOf(client);
  tell('addresses');
  const addresses = await addressesOf(client, witnesses, served, ask);
  const { rows: certs } = await client.query<{ id: string }>(
    `select id from organisation where 'cert' = any (kinds)`,
  );
  tell('markers');
  const { markersIn, ...planting } = await plant(client, wrapper, files);
  const isFor = (marker: Marker, { actor, cases, parts }: Witness, where: string): boolean => {
    const { place, owner, inCase, part } = marker;
    const [table] = place.split('.');
    const held = inCase !== null && cases.has(inCase);
    return (
      (owner !== null && owner === actor.organisation) ||
      [place, ...(certs.some(({ id }) => id === owner) ? [`${place} of the CERT`] : [])].some((each) =>
        mayBeSeen(each, actor.roles as Role[], where),
      ) ||
      // The team reads all of it; whoever holds its words, what he and the CERT say to each other.
      (held && actor.person !== null) ||
      (held && owner !== null && isInHisReport(place) && (part === null || table === 'case_evidence')) ||
      (part !== null && parts.has(part)) ||
      (part !== null && part === actor.person)
    );
  };

  return {
    addresses,
    /** Asks everything, or some of it, as everybody, and says which marker came to whom it does not belong to. */
    async crawl(only: (address: Address) => boolean = () => true): Promise<CanaryReport> {
      const [seen, seenBy] = [new Set<string>(), new Map<string, Set<string>>()];
      const [broken, unread, leaks] = [[] as string[], new Set<string>(), new Map<string, Leak>()];
      const asked = { answer: 0, refusal: 0, page: 0, feed: 0, change: 0 };
      const wanted = addresses.filter(only);
      for (const [done, { kind, by, readers, path, ...question }] of wanted.entries()) {
        if (done % 250 === 0) tell(`${done} of ${wanted.length} addresses`);
        asked[kind] += by.length;
        const answers = await Promise.all(by.map((witness) => ask(witness.actor, question)));
        for (const [at, { status, headers, body }] of answers.entries()) {
          const witness = by[at]!;
          if (readers.has(witness) && status !== 200)
            broken.push(`${question.url} as ${witness.is}: ${status}`);
          look(headers, witness, path);
          look(body, witness, path);
        }
      }
      const heard: Heard = (await said?.()) ?? { said: [] };
      for (const { where, content, to, delivery } of heard.said)
        look(content, to ? await whoGets(client, to, delivery) : witnesses[0]!, where);
      broken.push(...(heard.broken ?? []));
      for (const what of heard.unread ?? []) unread.add(what);
      return {
        ...planting,
        asked,
        told: heard.said.filter(({ to }) => to).length,
        seen: [...seen].sort(),
        seenBy: Object.fromEntries([...seenBy].map(([is, places]) => [is, places.size])),
        broken,
        unread: [...unread].sort(),
        leaks: [...leaks.values()],
      };

      function look(content: string | Uint8Array, witness: Witness, where: string): void {
        const bytes = typeof content === 'string' ? Buffer.from(content) : content;
        const read = readingsOf(bytes, (what) => unread.add(`${where}: ${what}`));
        for (const marker of [...read].flatMap(markersIn)) {
          if (isFor(marker, witness, where)) {
            seen.add(marker.place);
            seenBy.set(witness.is, (seenBy.get(witness.is) ?? new Set()).add(marker.place));
          } else {
            const leak = { ...marker, role: witness.is, organisation: witness.actor.organisation, where };
            leaks.set(`${marker.place} ${leak.role} ${where}`, leak);
          }
        }
      }
    },
  };
}
