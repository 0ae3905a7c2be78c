import { type Contact, type Delivery, isOpen, type Tlp, type Told } from '@busbar/contract';

import { type Actor, visitor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { type Fetcher, NotFetched } from '../../platform/fetcher.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { type Mailer, NotTaken } from '../../platform/mail.ts';
import { toldOf } from '../../platform/problem.ts';
import type { Signer, SigningService } from '../signing/signing-service.ts';
import {
  type DeliveryRow,
  type DispatchRow,
  type Outcome,
  type Reader,
  readersAmong,
} from './delivery-store.ts';
import type { Links } from '../../platform/links.ts';
import { mailWords, type MailWords } from './mail-words.ts';
import { type Letter, openMail, sealedMail } from './mime.ts';
import { asHook, asReader } from './recipients.ts';
import {
  acceptAddress,
  keysAmong,
  type RecipientKeyRow,
  refuseAddress,
  type SubscriptionRow,
  subscriptionsAmong,
} from './subscription-store.ts';
import { handOver, secretContext } from './webhook-post.ts';
import { hookAnswered, hookFailed, hooksAmong, secretOf, type WebhookRow } from './webhook-store.ts';

export interface PostParts {
  readonly mailer: Mailer;
  readonly fetcher: Fetcher;
  readonly signing: SigningService;
  readonly wrapper: KeyWrapper;
  readonly links: Links;
  readonly origin: string;
  contact(tx: Db): Promise<Contact | null>;
  onError(error: unknown): void;
}

/** What is known of the recipients of some deliveries, as of now. */
interface Context {
  readonly subscriptions: ReadonlyMap<string, SubscriptionRow>;
  readonly readers: ReadonlyMap<string, Reader>;
  readonly keys: ReadonlyMap<string, RecipientKeyRow>;
  readonly hooks: ReadonlyMap<string, WebhookRow>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Of a legal notice, which its authority alone can open. */
  readonly letter?: SealedLetter | undefined;
  /** Of the mail desk. */
  readonly out?: CaseLetterOut | undefined;
}

export interface SealedLetter {
  readonly subject: string;
  readonly text: string;
  readonly publicKey: string;
}

/** A letter to somebody who wrote to the desk: what he alone can open, or what everybody on its way may read. */
export interface CaseLetterOut {
  readonly id: string;
  readonly to: string;
  /** Outside of what is encrypted, and of a notice. */
  readonly subject: string;
  /** Where it is encrypted to. */
  readonly publicKey: string | null;
  readonly sealed: string;
  readonly open: string;
  /** What is in `open` is a word that there is something to read. */
  readonly isNotice: boolean;
  readonly thread: NonNullable<Letter['thread']>;
}

interface Result {
  readonly outcome: Outcome;
  readonly error?: NotTaken | undefined;
  /** What is remembered of the recipient. */
  readonly after?: ((tx: Db) => Promise<void>) | undefined;
}

export type Reads = (dispatch: DispatchRow, actor: Actor) => Promise<boolean>;

/** Refused for good so often in a row, an address or a program is not asked any more. */
export const mostRefusals = 3;
/** Minutes until the next try; after the last, two days on, it is given up. */
const backOff = [1, 5, 15, 60, 240, 720, 1440] as const;
const minute = 60_000;

/** Opens the post for one piece of work: under the key and the name of this moment. */
export function postOffice({
  mailer,
  fetcher,
  signing,
  wrapper,
  links,
  origin,
  contact,
  onError,
}: PostParts) {
  return async function open(tx: Db) {
    const signer: Signer | undefined = (await signing.active(tx)) && (await signing.signer(tx));
    const about = await contact(tx);
    const cert = about?.shortName ?? 'Busbar';
    const from = { name: about?.name ?? 'Busbar', address: mailer.from ?? about?.email ?? '' };
    const domain = from.address.split('@')[1] ?? 'localhost';

    return { cert, look, deliver, write };

    /** Everything about the recipients of these at once. */
    async function look(tx: Db, rows: readonly DeliveryRow[]): Promise<Context> {
      const ids = (name: 'subscription_id' | 'webhook_id' | 'person_id') => [
        ...new Set(rows.flatMap((row) => row[name] ?? [])),
      ];
      const hooks = await hooksAmong(tx, ids('webhook_id'));
      const secrets = new Map<string, string>();
      for (const id of hooks.keys()) {
        const sealed = await secretOf(tx, id);
        if (sealed) secrets.set(id, (await wrapper.unwrap(sealed, secretContext(id))).toString());
      }
      return {
        subscriptions: await subscriptionsAmong(tx, ids('subscription_id')),
        readers: await readersAmong(
          tx,
          rows.flatMap(({ person_id, organisation_id }) =>
            person_id && organisation_id ? [{ person: person_id, organisation: organisation_id }] : [],
          ),
        ),
        keys: await keysAmong(tx, ids('person_id')),
        hooks,
        secrets,
      };
    }

    async function deliver(
      dispatch: DispatchRow,
      row: DeliveryRow,
      context: Context,
      reads: Reads,
    ): Promise<Result> {
      try {
        return row.channel === 'mail'
          ? await mail(dispatch, row, context, reads)
          : await hand(dispatch, row, context, reads);
      } catch (error) {
        if (error instanceof NotTaken) return refused(row, error);
        if (error instanceof NotFetched) return unheard(row, error);
        // Whatever it is, it is in the way of this one and of no other.
        onError(error);
        return again(row, ours);
      }
    }

    async function mail(
      dispatch: DispatchRow,
      row: DeliveryRow,
      { subscriptions, readers, keys, letter: legal, out }: Context,
      reads: Reads,
    ): Promise<Result> {
      const words = mailWords[row.language];
      const subscription = row.subscription_id ? subscriptions.get(row.subscription_id) : undefined;
      const letter = {
        id: `${row.id}@${domain}`,
        to: row.address,
        language: row.language,
        at: row.created_at,
      };
      if (dispatch.kind === 'notice') {
        if (!legal) return withdrawn('notice-unreadable');
        // It waits for a key: in the open it never goes.
        if (!signer) return again(row, ours);
        await mailer.send({
          from: from.address,
          to: row.address,
          raw: await sealedMail(
            { ...letter, from, subject: legal.subject, text: marked(dispatch.label, legal.text) },
            words.subject(cert),
            signer,
            legal.publicKey,
          ),
        });
        return { outcome: { state: 'sent', form: 'encrypted' } };
      }
      if (dispatch.kind === 'letter') {
        if (!out) return withdrawn('letter-unreadable');
        const { to, subject, thread } = out;
        const whole = { ...letter, to, subject, thread };
        if (!out.publicKey || !signer) {
          await write({ ...whole, text: out.open });
          return { outcome: { state: 'sent', form: out.isNotice ? 'notice' : 'open' } };
        }
        const raw = await sealedMail({ ...whole, from, text: out.sealed }, subject, signer, out.publicKey);
        await mailer.send({ from: from.address, to, raw });
        return { outcome: { state: 'sent', form: 'encrypted' } };
      }
      if (dispatch.kind === 'confirmation') {
        if (subscription?.state !== 'unconfirmed') return withdrawn('subscription-ended');
        const link = `${origin}/subscriptions/confirm/${links.write('confirm', subscription.id)}`;
        const text = words.confirm(cert, link);
        await write({ ...letter, subject: words.confirmSubject(cert), text });
        return sent('open');
      }
      if (dispatch.kind === 'participation') {
        const link = `${origin}/cases/invited/${links.write('participation', row.recipient)}`;
        await write({ ...letter, subject: words.invitedSubject(cert), text: words.invited(cert, link) });
        return sent('open');
      }
      const reader = row.person_id ? readers.get(`${row.person_id} ${row.organisation_id}`) : undefined;
      const actor = reader ? asReader(reader) : row.person_id ? undefined : visitor;
      if (dispatch.kind === 'published') {
        if (subscription?.state !== 'on') return withdrawn('subscription-ended');
        if (!actor || !(await reads(dispatch, actor))) return withdrawn('not-addressed-any-more');
      }
      // Of what is his organisation's own he had none yet, and who left it since gets none.
      if ((dispatch.kind === 'warning' || dispatch.kind === 'head') && !actor)
        return withdrawn('not-addressed-any-more');
      // Whoever got it and left since learns that it holds no more, and nothing else.
      const still = actor !== undefined && (!dispatch.release_id || (await reads(dispatch, actor)));
      const given = still && row.person_id ? keys.get(row.person_id) : undefined;
      const key = usable(given);
      const link = `${origin}${dispatch.path}`;
      const manage = subscription && `${origin}/subscriptions/${links.write('manage', subscription.id)}`;
      const unsubscribe =
        dispatch.kind === 'published' && subscription
          ? `${origin}/unsubscribe/${links.write('manage', subscription.id)}`
          : undefined;
      const { subject, text } = dispatch.texts[row.language] ?? dispatch.texts[dispatch.about.original]!;
      const readOn =
        dispatch.kind === 'warning' ? words.readOn : dispatch.kind === 'head' ? words.heads : words.read;
      const content = [text, readOn, link].join('\n\n');
      const foot = footOf(words, manage);
      const inFull = marked(dispatch.label, `${subject}\n\n${content}${foot}`);
      if (key && signer) {
        const whole = { ...letter, from, subject, text: inFull, unsubscribe };
        await mailer.send({
          from: from.address,
          to: row.address,
          raw: await sealedMail(whole, words.subject(cert), signer, key.public_key),
        });
        return sent('encrypted');
      }
      if (still && isOpen(dispatch.label)) {
        const titled = dispatch.label === 'CLEAR' ? subject : `TLP:${dispatch.label} ${subject}`;
        await write({
          ...letter,
          subject: `[${cert}] ${titled}`,
          text: inFull,
          unsubscribe,
        });
        return sent('open');
      }
      const notice = [words.notice(cert, dispatch.label), link, ...(row.person_id ? [words.noticeKey] : [])];
      await write({
        ...letter,
        subject: words.subject(cert),
        text: notice.join('\n\n') + foot,
        unsubscribe,
      });
      return sent('notice');

      function sent(form: NonNullable<Delivery['form']>): Result {
        const keyExpired = form === 'notice' && given !== undefined && key === undefined;
        return {
          outcome: { state: 'sent', form, keyExpired },
          after: (tx) => acceptAddress(tx, row.address),
        };
      }
    }

    function footOf(words: MailWords, manage: string | undefined): string {
      return manage ? `\n\n-- \n${words.why(cert)}\n${words.change} ${manage}\n` : '\n';
    }

    /** Writes one that everybody on its way may read, and tells what the mail server said. */
    async function write(letter: Omit<Letter, 'from'>): Promise<string> {
      const id = letter.id.includes('@') ? letter.id : `${letter.id}@${domain}`;
      const raw = await openMail({ ...letter, id, from }, signer, signing.hashOf);
      return mailer.send({ from: from.address, to: letter.to, raw });
    }

    async function hand(
      dispatch: DispatchRow,
      row: DeliveryRow,
      { hooks, secrets }: Context,
      reads: Reads,
    ): Promise<Result> {
      const hook = row.webhook_id ? hooks.get(row.webhook_id) : undefined;
      const secret = row.webhook_id ? secrets.get(row.webhook_id) : undefined;
      if (hook?.state !== 'on' || !secret) return withdrawn('webhook-off');
      const still = !dispatch.release_id || (await reads(dispatch, asHook(hook)));
      if (dispatch.kind === 'published' && !still) return withdrawn('not-addressed-any-more');
      const isTold = still && isOpen(dispatch.label);
      await handOver(fetcher, hook.url, secret, row.id, {
        type: dispatch.kind === 'warning' ? 'warning' : `publication.${dispatch.kind}`,
        timestamp: dispatch.created_at.toISOString(),
        data: { label: dispatch.label, url: `${origin}${dispatch.path}`, ...(isTold && contentOf(dispatch)) },
      });
      return {
        outcome: { state: 'sent', form: isTold ? 'open' : 'notice' },
        after: (tx) => hookAnswered(tx, hook.id),
      };
    }
  };

  function contentOf({ about, texts }: DispatchRow) {
    const { kind, ref, version, vendors, severity, summary, reason, original } = about;
    return {
      kind,
      ref,
      version,
      title: texts[original]?.subject ?? '',
      summary,
      vendors,
      severity,
      ...(reason !== undefined && { reason }),
    };
  }
}

/** The label stands above what it holds for (TLP 2.0, “How to use TLP in email”). */
export const marked = (label: Tlp, text: string): string => `TLP:${label}\n\n${text}`;

/** Until when a key counts is asked at the moment of sending; one that has ended encrypts nothing. */
const usable = (key: RecipientKeyRow | undefined) =>
  key && (!key.expires_at || key.expires_at.getTime() > Date.now()) ? key : undefined;

function refused(row: DeliveryRow, error: NotTaken): Result {
  const reason = toldOf(error);
  if (error.what === 'server' && error.passing) return later(row, error);
  if (error.passing) return again(row, reason, error);
  return {
    outcome: { state: 'givenUp', reason },
    error,
    ...(error.what === 'address' && {
      after: (tx: Db) => refuseAddress(tx, row.address, mostRefusals, reason),
    }),
  };
}

function unheard(row: DeliveryRow, error: NotFetched): Result {
  // The other side says that nobody listens there any more (RFC 9110 section 15.5.11).
  const gone = error.answered === 410;
  const next = gone ? undefined : backOff[row.attempts - 1];
  const result =
    next === undefined
      ? { outcome: { state: 'givenUp' as const, reason: toldOf(error) } }
      : again(row, toldOf(error));
  const isOver = result.outcome.state === 'givenUp';
  return {
    ...result,
    ...(isOver && {
      after: (tx: Db) => hookFailed(tx, row.webhook_id!, gone ? 1 : mostRefusals, toldOf(error)),
    }),
  };
}

function again(row: DeliveryRow, reason: Told, error?: NotTaken): Result {
  const minutes = backOff[row.attempts - 1];
  if (minutes === undefined) return { outcome: { state: 'givenUp', reason }, error };
  return { outcome: { state: 'failed', reason, nextAt: new Date(Date.now() + minutes * minute) }, error };
}

/** Our own server is not there: that counts against nobody, and is tried for five days (RFC 5321 section 4.5.4.1). */
export function later(row: DeliveryRow, error: NotTaken): Result {
  const { reason, nextAt, isOver } = pauseFor(row, error);
  return { error, outcome: isOver ? { state: 'givenUp', reason } : { state: 'queued', reason, nextAt } };
}

export function pauseFor({ created_at }: DeliveryRow, error: NotTaken) {
  const age = Date.now() - created_at.getTime();
  return {
    reason: toldOf(error),
    nextAt: new Date(Date.now() + Math.min(Math.max(age / 4, minute), 60 * minute)),
    isOver: age > 5 * 1440 * minute,
  };
}

const ours: Told = {
  code: 'unexpected',
  params: {},
  text: 'Something went wrong on our side. It is tried again; the administrator finds the reason in the log',
};

type Why =
  | 'subscription-ended'
  | 'not-addressed-any-more'
  | 'webhook-off'
  | 'notice-unreadable'
  | 'letter-unreadable';
const whys: Record<Why, string> = {
  'subscription-ended': 'The subscription was ended or switched off before it was sent',
  'not-addressed-any-more': 'It is not addressed to the recipient any more',
  'notice-unreadable': 'The case was purged, or the authority has no key any more',
  'letter-unreadable': 'The case was purged before it was sent',
  'webhook-off': 'The webhook was removed or switched off before it was sent',
};

const withdrawn = (code: Why): Result => ({
  outcome: { state: 'withdrawn', reason: { code, params: {}, text: whys[code] } },
});
