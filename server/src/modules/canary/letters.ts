import { setTimeout as sleep } from 'node:timers/promises';

import * as openpgp from 'openpgp';
import type pg from 'pg';

import type { Heard, Said } from './canary-service.ts';
import type { Kept, KeptWays } from '../../platform/kept-ways.ts';

/** What the clock has told: each finds what is due and puts it into the post. */
export interface Tellers {
  readonly deliveries: { tick(): Promise<void> };
  readonly alerts: { tick(): Promise<void> };
  readonly deadlines: { tick(): Promise<void> };
  readonly retention: { tick(): Promise<void> };
  readonly headMail: { tick(day: string): Promise<void> };
}

export interface LetterParts {
  /** Stands above every policy, of a copy. */
  readonly client: pg.Client;
  readonly house: Tellers;
  readonly ways: KeptWays;
  readonly tell?: (step: string) => void;
}

/** Messages of each kind to each organisation in each language, and all of them. */
const MOST_OF_A_KIND = 10;
const MOST = 2000;
/** Milliseconds in which nothing is written any more. */
const PATIENCE = 60_000;

/**
 * Has everything written that waits to be sent, that the clock would tell now, and what was sent before once more: by the post
 * office itself, with ways out that keep it. Everybody whom a letter could be encrypted to has a key of ours by then, so that
 * he is written in full, and it is read as he would. Needs workers for `deliver` and `tell-warnings`.
 */
export async function writeLetters({ client, house, ways, tell = () => {} }: LetterParts): Promise<Heard> {
  const { privateKey, publicKey } = await openpgp.generateKey({
    userIDs: [{ email: 'canary@canary.example' }],
    format: 'object',
  });
  await giveKeys(client, publicKey);
  const left = await queueAll(client);
  const { alerts, deadlines, retention, headMail, deliveries } = house;
  for (const teller of [alerts, deadlines, retention]) await teller.tick();
  await headMail.tick(new Date().toISOString().slice(0, 10));

  const before = ways.kept.length;
  for (let [last, since] = [-1, Date.now()]; ;) {
    await deliveries.tick();
    const waiting = await countWaiting(client);
    const written = ways.kept.length - before;
    if (waiting === 0) break;
    if (waiting + written !== last) {
      tell(`${written} letters and messages, ${waiting} wait`);
      [last, since] = [waiting + written, Date.now()];
    } else if (Date.now() - since > PATIENCE) break;
    await sleep(200);
  }
  const kinds = await kindsOf(client);
  const said = ways.kept.map((one) => ({
    ...one,
    where: one.where === 'a letter' ? `a letter: ${kinds.get(one.delivery ?? '') ?? 'test'}` : one.where,
  }));
  return {
    said: await Promise.all(said.map((one) => readBy(one, privateKey))),
    unread: left > 0 ? [`letters: ${left} like those that were`] : [],
    broken: await failed(client),
  };
}

/** One key for everybody. */
async function giveKeys(client: pg.Client, key: openpgp.PublicKey): Promise<void> {
  await client.query(
    `insert into recipient_key (person_id, fingerprint, public_key, user_ids) select id, $1, $2, '{}' from person
     on conflict (person_id) do update set fingerprint = excluded.fingerprint, public_key = excluded.public_key, expires_at = null`,
    [key.getFingerprint().toUpperCase(), key.armor()],
  );
}

/** Puts into the post what was sent before, the newest of each kind, and what programs could be told. How many stay out of it. */
async function queueAll(client: pg.Client): Promise<number> {
  await client.query(
    `insert into delivery (owner_id, dispatch_id, channel, recipient, address, organisation_id, webhook_id, language)
     select d.owner_id, d.id, 'webhook', w.id, w.url, w.owner_id, w.id, 'en' from webhook w cross join lateral (
       select * from dispatch d where d.kind = 'published' or d.kind = 'warning' and d.case_id is null and d.owner_id = w.owner_id
       order by d.created_at desc limit $1) d on conflict do nothing`,
    [MOST_OF_A_KIND],
  );
  const { rows } = await client.query<{ out: number }>(
    `with ranked as (
       select v.id, row_number() over (
         partition by d.kind, v.channel, v.organisation_id, v.webhook_id, v.language order by v.created_at desc, v.id) as place
       from delivery v join dispatch d on d.id = v.dispatch_id),
     chosen as (select id from ranked where place <= $1 order by place, id limit $2),
     changed as (
       update delivery v set attempts = 0, leased_until = null, leased_by = null, leased_in = null, reason = null, form = null, sent_at = null,
         state = case when c.id is null then 'withdrawn' else 'queued' end, next_at = clock_timestamp()
       from delivery w left join chosen c on c.id = w.id where w.id = v.id returning c.id)
     select count(*) filter (where id is null)::int as out from changed`,
    [MOST_OF_A_KIND, MOST],
  );
  return rows[0]!.out;
}

async function countWaiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    `select (select count(*) from dispatch where expanded_at is null)
       + (select count(*) from delivery where state in ('queued', 'failed') and next_at <= clock_timestamp() or leased_until is not null)
       + (select count(*) from queue.job where name in ('deliver', 'tell-warnings') and state < 'completed'
            and start_after <= queue.job_now()) as waiting`,
  );
  return Number(rows[0]!.waiting);
}

async function kindsOf(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; kind: string }>(
    'select v.id, d.kind from delivery v join dispatch d on d.id = v.dispatch_id',
  );
  return new Map(rows.map(({ id, kind }) => [id, kind]));
}

/** What was to be written and was not, though nothing takes it back. */
async function failed(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `select format('%s of %s by %s: %s', count(*), d.kind, v.channel, coalesce(v.reason ->> 'code', v.state)) as what
     from delivery v join dispatch d on d.id = v.dispatch_id where v.state in ('queued', 'failed', 'givenUp')
     group by d.kind, v.channel, coalesce(v.reason ->> 'code', v.state)`,
  );
  return rows.map(({ what }) => what);
}

/** The letter as its reader has it: opened, where it is encrypted to the key of ours, and without his address, which he knows. */
async function readBy(said: Kept, decryptionKeys: openpgp.PrivateKey): Promise<Said> {
  const whole = Buffer.from(said.content).toString('latin1').replaceAll(said.to, '');
  const [sealed] = /-----BEGIN PGP MESSAGE-----[^]*-----END PGP MESSAGE-----/.exec(whole) ?? [];
  const opened = sealed && (await open(sealed, decryptionKeys));
  return { ...said, content: Buffer.from(opened ? whole.replace(sealed, () => opened) : whole, 'latin1') };
}

/** Nothing, where it is encrypted to somebody else. */
async function open(armoredMessage: string, key: openpgp.PrivateKey): Promise<string | undefined> {
  const message = await openpgp.readMessage({ armoredMessage });
  const isOurs = message.getEncryptionKeyIDs().some((id) => key.getKeys(id).length > 0);
  if (!isOurs) return undefined;
  const { data } = await openpgp.decrypt({ message, decryptionKeys: key, format: 'binary' });
  return Buffer.from(data).toString('latin1');
}
