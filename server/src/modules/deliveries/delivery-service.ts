import {
  type Contact,
  type Delivery,
  type deliveryApi,
  type Language,
  type MailState,
  type Route,
  type Scope,
  type Tlp,
  type Told,
} from '@busbar/contract';

import { type Actor, founder, onBehalfOf, visitor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs, Work } from '../../platform/jobs.ts';
import { type Mailer, type NotTaken, off } from '../../platform/mail.ts';
import { conflict, notFound, toldOf } from '../../platform/problem.ts';
import type { SigningService } from '../signing/signing-service.ts';
import {
  type About,
  countSent,
  countStates,
  countWaiting,
  cursorOf,
  defer,
  type DeliveryRow,
  type DispatchRow,
  dispatchesOf,
  dispatchKeyed,
  dueDispatches,
  findDispatch,
  insertDeliveries,
  insertDispatch,
  lease,
  listDeliveries,
  type NewDelivery,
  type Outcome,
  requeue,
  setExpanded,
  settle,
  stateKeyed,
  takeBack,
  type Texts,
  warningMessages,
} from './delivery-store.ts';
import type { Links } from '../../platform/links.ts';
import { mailWords } from './mail-words.ts';
import {
  later,
  pauseFor,
  type CaseLetterOut,
  postOffice,
  type PostParts,
  type SealedLetter,
} from './post.ts';
import { findRecipients, mayRead, toHook } from './recipients.ts';
import type { SubscriptionRow } from './subscription-store.ts';
import { hooksForWarnings } from './webhook-store.ts';

export { marked } from './post.ts';
export type { About, DeliveryRow, Outcome, Severity, Texts } from './delivery-store.ts';
export type DeliveryService = ReturnType<typeof deliveryService>;

export interface DeliveryParts extends PostParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly mailer: Mailer;
  readonly signing: SigningService;
  readonly links: Links;
  /** As people type it. */
  readonly origin: string;
  contact(tx: Db): Promise<Contact | null>;
  certId(tx: Db): Promise<string | undefined>;
  /** What became of a notice for one recipient, in the transaction that keeps it; called again when it changes. */
  settled(tx: Db, key: string, delivery: DeliveryRow, outcome: Outcome): Promise<void>;
  /** Whether what was released is addressed to whoever acts in this transaction. */
  reads(tx: Db, release: string): Promise<boolean>;
  /** A legal notice that was sent, and to whose key; nothing when it cannot be read any more. */
  letter(tx: Db, notice: string): Promise<SealedLetter | undefined>;
  readonly letters: Letters;
}

/** What the mail desk has to send. */
export interface Letters {
  /** Nothing when it cannot be read any more. */
  toSend(id: string): Promise<CaseLetterOut | undefined>;
  sent(id: string): Promise<void>;
}

/** What left through the gate, as a message tells of it. */
export interface Announcement {
  readonly release: {
    readonly id: string;
    readonly owner: string;
    readonly label: Tlp;
    readonly scope: Scope;
    readonly audience: readonly string[];
  };
  readonly about: About;
  readonly texts: Texts;
}

/** Something for people of the actor's own organisation, and its programs. */
export interface Notice {
  /** The same event is told once, however often somebody says that it happened. */
  readonly key: string;
  /** The case it tells of, which marks it; null when it tells of something else of theirs. */
  readonly case: string | null;
  readonly about: About;
  readonly texts: Texts;
  /** Of the portal, where the recipient reads on. */
  readonly path: string;
  /** Also to programs of the organisation that are told of warnings: that there is one, and where. */
  readonly hooks?: boolean;
  readonly recipients: readonly {
    readonly person: string;
    readonly address: string;
    readonly language: Language;
  }[];
}

type AskOf<Name extends keyof typeof deliveryApi> =
  (typeof deliveryApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

const atOnce = 12;
const abreast = 3;
/** Longer than the mail server may take for one message, and one that is just beginning. */
const leaseFor = 180_000;
const longestMessage = 90_000;

/**
 * Mail and webhooks. What is to be told is a dispatch, and what became of it for one recipient a delivery; both are
 * rows before anything is sent, so that a kill loses none and sends none a second time that was acknowledged.
 */
export function deliveryService(parts: DeliveryParts) {
  const { database, jobs, mailer, signing, origin } = parts;
  const open = postOffice(parts);

  return {
    /** How many messages told of these releases. */
    sentOf: countSent,

    /** What became of messages of the actor's organisation about its warnings. */
    warningMessages,

    /** For the release gate alone: the database takes neither without a release that is out, or was recalled. */
    gate: {
      async announce(tx: Db, { release, about, texts }: Announcement): Promise<void> {
        const dispatch = await insertDispatch(tx, {
          ...ofRelease(release),
          key: `published ${release.id}`,
          kind: 'published',
          about,
          texts,
          expanded_at: null,
        });
        if (dispatch) await enqueue(tx, dispatch);
      },

      /** Everybody who got it learns that it holds no more. */
      async correct(tx: Db, release: Announcement['release'], reason: string): Promise<void> {
        const told = await dispatchKeyed(tx, `published ${release.id}`);
        if (!told) return;
        const recipients = await takeBack(tx, told, recalledBefore);
        const dispatch = await insertDispatch(tx, {
          ...ofRelease(release),
          key: `recalled ${release.id}`,
          kind: 'recalled',
          about: { ...told.about, reason },
          texts: Object.fromEntries(
            Object.entries(told.texts).map(([language, { subject }]) => {
              const words = mailWords[language as Language] ?? mailWords.en;
              return [
                language,
                { subject: words.recalled(subject), text: words.recalledText(subject, reason) },
              ];
            }),
          ),
          expanded_at: null,
        });
        if (!dispatch) return;
        await insertDeliveries(tx, dispatch, recipients);
        await setExpanded(tx, dispatch.id);
        await enqueue(tx, dispatch);
      },
    },

    /** Whether this instance sends mail at all. */
    mails: mailer.server !== undefined,

    /**
     * Tells people of the actor's organisation something of their own. The id of what was told, by which each delivery of
     * it is settled; nothing when it was told before, or there is nobody to tell.
     */
    async tell(
      tx: Db,
      actor: Actor,
      { key, case: ofCase, about, texts, path, recipients, hooks = false }: Notice,
    ): Promise<string | undefined> {
      const owner = actor.organisation!;
      const told: NewDelivery[] = [
        ...recipients.map(({ person, address, language }) => ({
          ...toMail(address, language),
          person_id: person,
          organisation_id: owner,
        })),
        ...(hooks ? (await hooksForWarnings(tx, owner)).map(toHook) : []),
      ];
      if (told.length === 0) return undefined;
      const dispatch = await insertDispatch(tx, {
        owner_id: owner,
        ...(ofCase ? markedBy(ofCase) : inside),
        key,
        kind: 'warning',
        release_id: null,
        about,
        texts,
        path,
        expanded_at: new Date(),
      });
      if (!dispatch) return undefined;
      await insertDeliveries(tx, dispatch, told);
      await enqueue(tx, dispatch);
      return dispatch.id;
    },

    /** The head of the ledger of a day, which is public, to those of an organisation who asked for a copy; once. */
    async tellHead(
      tx: Db,
      owner: string,
      { day, texts, recipients }: Pick<Notice, 'texts' | 'recipients'> & { readonly day: string },
    ): Promise<void> {
      if (recipients.length === 0) return;
      const dispatch = await insertDispatch(tx, {
        owner_id: owner,
        label: 'CLEAR',
        scope: 'org',
        audience: [],
        key: `head ${day}`,
        kind: 'head',
        release_id: null,
        about: { ...aboutNothing, kind: 'head', ref: day },
        texts,
        path: '/audit',
        expanded_at: new Date(),
      });
      if (!dispatch) return;
      await insertDeliveries(
        tx,
        dispatch,
        recipients.map(({ person, address, language }) => ({
          ...toMail(address, language),
          person_id: person,
          organisation_id: owner,
        })),
      );
      await enqueue(tx, dispatch);
    },

    /**
     * A legal notice, to the address of its authority. The database takes it for one that the authoriser of the member has
     * sent, and to no other address; its letters stay under the key of its case until they are encrypted.
     */
    async sendNotice(
      tx: Db,
      actor: Actor,
      notice: {
        readonly id: string;
        readonly case: string;
        readonly reference: string;
        readonly address: string;
        readonly language: Language;
        readonly path: string;
      },
    ): Promise<void> {
      const dispatch = await insertDispatch(tx, {
        owner_id: actor.organisation!,
        ...markedBy(notice.case),
        key: keyOfNotice(notice.id),
        kind: 'notice',
        release_id: null,
        about: { ...aboutNothing, kind: 'notice', ref: notice.reference },
        texts: {},
        path: notice.path,
        expanded_at: new Date(),
      });
      if (!dispatch) return;
      await insertDeliveries(tx, dispatch, [toMail(notice.address, notice.language)]);
      await enqueue(tx, dispatch);
    },

    /**
     * A letter to somebody who wrote to the desk. Whom it goes to and what it says stays under the key of its case until it
     * is sent. In a transaction of the postman.
     */
    async sendLetter(
      tx: Db,
      owner: string,
      letter: {
        readonly id: string;
        readonly case: string;
        readonly reference: string;
        readonly language: Language;
        readonly path: string;
      },
    ): Promise<void> {
      const dispatch = await insertDispatch(tx, {
        owner_id: owner,
        ...markedBy(letter.case),
        key: keyOfLetter(letter.id),
        kind: 'letter',
        release_id: null,
        about: { ...aboutNothing, kind: 'letter', ref: letter.reference },
        texts: {},
        path: letter.path,
        expanded_at: new Date(),
      });
      if (!dispatch) return;
      await insertDeliveries(tx, dispatch, [
        { ...toMail('letter', letter.language), recipient: letter.id, reply_id: letter.id },
      ]);
      await enqueue(tx, dispatch);
    },

    /** What became of a notice, for those of the organisation that sent it. */
    async noticeDelivered(tx: Db, id: string): Promise<'waiting' | 'delivered' | 'failed' | null> {
      const state = await stateKeyed(tx, keyOfNotice(id));
      if (!state) return null;
      if (state === 'sent') return 'delivered';
      return state === 'givenUp' || state === 'withdrawn' ? 'failed' : 'waiting';
    },

    /** Asks whoever reads the mail of an address whether he wants it. In a transaction of the postman. */
    async ask(tx: Db, owner: string, { id, address, language }: SubscriptionRow): Promise<void> {
      await mailOwnWords(tx, owner, 'confirmation', '/subscriptions', {
        ...toMail(address, language),
        recipient: id,
        subscription_id: id,
      });
    },

    /** Mails the link by which somebody reads what he is asked to take part in. In a transaction of the postman. */
    async invite(
      tx: Db,
      owner: string,
      { participant, address, language }: { participant: string; address: string; language: Language },
    ): Promise<void> {
      await mailOwnWords(tx, owner, 'participation', '/cases', {
        ...toMail(address, language),
        recipient: participant,
      });
    },

    postman,

    async ofRelease({ tx, params, query, trail }: AskOf<'ofRelease'>) {
      const dispatches = await dispatchesOf(tx, params.id);
      const rows = await listDeliveries(tx, params.id, query);
      trail.on({ kind: 'release', id: params.id });
      return {
        items: rows.map(toDelivery),
        next: rows.length === query.limit ? cursorOf(rows.at(-1)!) : null,
        counts: await countStates(
          tx,
          dispatches.map(({ id }) => id),
        ),
        finding: dispatches.some(({ expanded_at }) => expanded_at === null),
      };
    },

    async retry({ tx, params, body, trail, afterCommit }: AskOf<'retry'>) {
      const dispatches = await dispatchesOf(tx, params.id);
      if (dispatches.length === 0) throw notFound('release');
      // What was recalled is sent to nobody any more; that it was recalled is.
      const recall = dispatches.filter(({ kind }) => kind === 'recalled');
      const again = await requeue(
        tx,
        (recall.length > 0 ? recall : dispatches).map(({ id }) => id),
        body.deliveries,
      );
      for (const dispatch of dispatches) if (again.includes(dispatch.id)) await enqueue(tx, dispatch);
      trail.on({ kind: 'release', id: params.id, details: { queued: again.length } });
      afterCommit(() => jobs.wake());
      return { queued: again.length };
    },

    async mailState({ tx, actor }: Ask): Promise<MailState> {
      const problem = mailer.server
        ? await mailer.probe().then(
            () => null,
            (error: NotTaken) => toldOf(error),
          )
        : null;
      const key = await signing.active(tx);
      const from = mailer.from ?? (await parts.contact(tx))?.email ?? null;
      await database.become(tx, founder);
      const counts = await countWaiting(tx);
      await database.become(tx, actor);
      return {
        on: mailer.server !== undefined,
        server: mailer.server ?? null,
        encrypted: mailer.encrypted,
        from,
        signedBy: key?.fingerprint ?? null,
        reachable: mailer.server ? problem === null : null,
        problem,
        ...counts,
      };
    },

    /** To whoever asks, at his own address, and at once. */
    async testMail({ tx, actor, trail }: Ask) {
      if (!mailer.server) throw conflict('mail-off', off().message);
      const me = await tx
        .selectFrom('person')
        .select(['email', 'language'])
        .where('id', '=', actor.person)
        .executeTakeFirst();
      if (!me) throw notFound('account');
      const post = await open(tx);
      const words = mailWords[me.language ?? 'en'];
      trail.on({ kind: 'person', id: actor.person, name: actor.name, owner: actor.organisation });
      const language = me.language ?? 'en';
      return post
        .write({
          id: crypto.randomUUID(),
          to: me.email,
          subject: words.testSubject(post.cert),
          text: words.test(post.cert, origin),
          language,
          at: new Date(),
        })
        .then(
          (said) => ({ address: me.email, said, problem: null }),
          (error: NotTaken) => ({ address: me.email, said: null, problem: toldOf(error) }),
        );
    },

    /** What a job of kind deliver does: finds out whom it concerns, and sends what is due. */
    async work({ job, actor, signal, progress, keep }: Work) {
      const dispatch = await keep((tx) => findDispatch(tx, job.subject));
      if (!dispatch) return async () => {};
      const office = (await database.look(visitor, postman))!;
      const reads = mayRead(database, parts.reads);
      if (!dispatch.expanded_at) {
        progress(finding, 0, null);
        await findRecipients(database, office, dispatch, reads, keep);
      }
      const post = await database.look(office, (tx) => open(tx));
      const letter =
        dispatch.kind === 'notice'
          ? await keep((tx) => parts.letter(tx, dispatch.key.slice(keyOfNotice('').length)))
          : undefined;
      const out =
        dispatch.kind === 'letter'
          ? await parts.letters.toSend(dispatch.key.slice(keyOfLetter('').length))
          : undefined;
      let sent = 0;
      let tried = 0;
      for (;;) {
        signal.throwIfAborted();
        const rows = await keep((tx) => take(tx, dispatch, job));
        if (rows.length === 0) break;
        const context = { ...(await database.look(office, (tx) => post.look(tx, rows))), letter, out };
        let stopped: NotTaken | undefined;
        const pending = [...rows];
        const one = async () => {
          for (let row = pending.shift(); row; row = pending.shift()) {
            if (row.leased_until!.getTime() - Date.now() < longestMessage) continue;
            const { outcome, error, after } =
              stopped && row.channel === 'mail'
                ? later(row, stopped)
                : await post.deliver(dispatch, row, context, reads);
            if (error?.what === 'server' && error.passing) stopped = error;
            const kept = row;
            if (after) await database.as(office, after);
            await database.as(actor, async (tx) => {
              const settled = await settle(tx, kept, outcome);
              if (settled && dispatch.kind === 'warning')
                await parts.settled(tx, dispatch.key, kept, outcome);
            });
            if (out && outcome.state === 'sent') await parts.letters.sent(out.id);
            tried++;
            if (outcome.state === 'sent') sent++;
            progress(sending, sent, null);
          }
        };
        await Promise.all(Array.from({ length: abreast }, one));
        if (stopped) {
          const { reason, nextAt } = pauseFor(rows[0]!, stopped);
          await database.as(actor, (tx) => defer(tx, dispatch.id, nextAt, reason));
        }
      }
      return async (tx: Db) => {
        if (tried > 0)
          await record(tx, 'deliveries made', {
            kind: 'dispatch',
            id: dispatch.id,
            name: dispatch.about.ref,
            owner: dispatch.owner_id,
            details: { sent, tried },
          });
      };
    },

    /** Sees to it that what is due is worked on; called every few seconds where work is done. */
    async tick(): Promise<void> {
      const due = await database.look(founder, dueDispatches);
      for (const { id, owner_id, ref } of due)
        await database.as(await agentOf(owner_id), (tx) => enqueue(tx, { id, owner_id, about: { ref } }));
      if (due.length > 0) jobs.wake();
    },
  };

  /** What is told in words of the program and by a link of its own: one dispatch for all of a kind. */
  async function mailOwnWords(
    tx: Db,
    owner: string,
    kind: 'confirmation' | 'participation',
    path: string,
    delivery: NewDelivery,
  ): Promise<void> {
    const key = `${kind}s`;
    const about = { ...aboutNothing, kind };
    const dispatch =
      (await insertDispatch(tx, {
        owner_id: owner,
        label: 'CLEAR',
        scope: 'public',
        audience: [],
        key,
        kind,
        release_id: null,
        about,
        texts: {},
        path,
        expanded_at: new Date(),
      })) ?? (await dispatchKeyed(tx, key))!;
    await insertDeliveries(tx, dispatch, [delivery]);
    await enqueue(tx, dispatch);
  }

  /** Some to be sent; none once it was recalled, whoever had them queued again meanwhile. */
  async function take(tx: Db, dispatch: DispatchRow, run: { id: string; attempt: number }) {
    if (dispatch.kind === 'published' && (await dispatchKeyed(tx, `recalled ${dispatch.release_id}`))) {
      await takeBack(tx, dispatch, recalledBefore);
      return [];
    }
    return lease(tx, dispatch.id, run, atOnce, new Date(Date.now() + leaseFor));
  }

  async function enqueue(
    tx: Db,
    { id, owner_id, about }: Pick<DispatchRow, 'id' | 'owner_id'> & { about: Pick<About, 'ref'> },
  ): Promise<void> {
    await jobs.enqueue(tx, await agentOf(owner_id, tx), {
      kind: 'deliver',
      subject: { kind: 'dispatch', id, name: about.ref },
    });
  }

  /** The program, working for the organisation whose dispatch it is. */
  async function agentOf(owner: string, tx?: Db): Promise<Actor> {
    const cert = tx ? await parts.certId(tx) : await database.look(visitor, parts.certId);
    return onBehalfOf(owner, null, owner === cert ? ['LEAD'] : ['MAD']);
  }

  /** The program, working for the CERT: it finds recipients, looks their keys up, and signs. */
  async function postman(tx: Db): Promise<Actor | undefined> {
    const cert = await parts.certId(tx);
    return cert ? onBehalfOf(cert, null, ['LEAD'], 'post') : undefined;
  }
}

const aboutNothing: Omit<About, 'kind'> = {
  ref: '',
  version: '',
  vendors: [],
  severity: null,
  original: 'en',
  summary: '',
};

/** Of an organisation's own, for its people. */
const inside = { label: 'AMBER+STRICT', scope: 'org', audience: [] as string[] } as const;
/** The database writes the label of the case over this one, and refuses what tells of a case and does not name it. */
const markedBy = (id: string) => ({ ...inside, scope: 'case', case_id: id }) as const;

const keyOfNotice = (id: string) => `notice ${id}`;
const keyOfLetter = (id: string) => `letter ${id}`;

const finding: Told = { code: 'finding-recipients', params: {}, text: 'Finding out whom it concerns' };
const sending: Told = { code: 'sending', params: {}, text: 'Sending' };
const recalledBefore: Told = {
  code: 'recalled-before',
  params: {},
  text: 'It was recalled before it was sent',
};

const ofRelease = ({ id, owner, label, scope, audience }: Announcement['release']) => ({
  owner_id: owner,
  release_id: id,
  label,
  scope,
  audience: [...audience],
  path: `/published/${id}`,
});

const toMail = (address: string, language: Language): NewDelivery => ({
  channel: 'mail',
  recipient: address.toLowerCase(),
  address: address.toLowerCase(),
  person_id: null,
  organisation_id: null,
  subscription_id: null,
  webhook_id: null,
  language,
});

function toDelivery(row: DeliveryRow & { kind: DispatchRow['kind']; organisation: string | null }): Delivery {
  const waits = row.state === 'queued' || row.state === 'failed';
  return {
    id: row.id,
    channel: row.channel,
    kind: row.kind === 'recalled' ? 'recalled' : 'published',
    recipient: row.address,
    organisation: row.organisation,
    language: row.language,
    state: row.state,
    form: row.form,
    attempts: row.attempts,
    nextAt: waits ? row.next_at.toISOString() : null,
    sentAt: row.sent_at?.toISOString() ?? null,
    reason: row.reason,
  };
}
