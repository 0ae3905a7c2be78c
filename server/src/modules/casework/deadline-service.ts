import { randomUUID } from 'node:crypto';

import {
  type Authority,
  type CaseClock,
  type CaseNotice,
  type CaseNoticeLine,
  type ClockEvent,
  type Deadline,
  type deadlineApi,
  done,
  inLanguage,
  type Language,
  type Law,
  type NoticeHow,
  type Route,
} from '@busbar/contract';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hasWords, writeCursor } from '../../platform/search.ts';
import { type CaseDoor, headOf, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
import type { DeliveryService } from '../deliveries/delivery-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import type { CaseworkService } from './casework-service.ts';
import { type dataFiles, isZone } from './data-files.ts';
import * as store from './deadline-store.ts';
import type {
  AuthorityRow,
  ClockEventRow,
  ClockRow,
  DeadlineRow,
  NoticeRow,
  ReceivedRow,
} from './deadline-store.ts';
import { deadlinesOf } from './legal-time.ts';
import { type Form, formsOf, hashOf, letterOf, prefilled, timeIn } from './notice-letter.ts';
import { noticeWords } from './notice-words.ts';
import { nextReminder } from './reminders.ts';
import { rowsFor } from './people-in-rows.ts';

export type DeadlineService = ReturnType<typeof deadlineService>;

export interface DeadlineParts {
  readonly database: Database;
  readonly cases: CaseDoor;
  readonly files: ReturnType<typeof dataFiles>;
  readonly casework: Pick<CaseworkService, 'takenMeasures'>;
  readonly deliveries: Pick<DeliveryService, 'tell' | 'sendNotice' | 'noticeDelivered' | 'mails'>;
  readonly signing: Pick<SigningService, 'readPublic' | 'active'>;
  certId(tx: Db): Promise<string | undefined>;
}

type AskOf<Name extends keyof typeof deadlineApi> =
  (typeof deadlineApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

const mostClocks = 30;
const mostNotices = 200;

const placeOf = {
  values: (id: string) => `case_notice.sealed ${id}`,
  letter: (id: string) => `case_notice.letter ${id}`,
  reason: (id: string) => `case_clock.stop_reason ${id}`,
  addressee: (id: string) => `case_notice.addressee ${id}`,
};

/**
 * What the law asks to be told, and until when. The CERT starts clocks and drafts; what leaves, the authoriser of the member
 * has read and sends himself, and it is kept letter by letter. Who counts on these dates checks them with counsel.
 */
export function deadlineService(parts: DeadlineParts) {
  const { database, cases, files, casework, deliveries, signing, certId } = parts;

  return {
    async laws(_ask: AskOf<'laws'>) {
      const { items, broken } = await files.laws();
      return { items: items.map(({ law, sha256, from }) => ({ ...law, sha256, from })), broken };
    },

    async list({ tx, actor, params, query, trail }: AskOf<'list'>) {
      const found = await cases.open(tx, params.id);
      trail.on(traceOfCase(found));
      const clocks = rowsFor(actor, await store.clocksOf(tx, found.id));
      const known = rowsFor(actor, await store.eventsOf(tx, found.id));
      const events = Map.groupBy(known, ({ clock_id }) => clock_id);
      const byId = new Map(clocks.map((clock) => [clock.id, clock]));
      const notices = rowsFor(actor, await store.noticesOf(tx, found.id));
      const sentFor = new Map(notices.map((notice) => [notice.id, notice]));
      const fits = hasWords(query.search);
      const deadlines = (await store.deadlinesOfCase(tx, found.id))
        .map((row) => toDeadline(row, byId.get(row.clock_id)!, sentFor.get(row.notice_id ?? '')))
        .filter(({ name, lawName, source }) => fits([...words(name), ...words(lawName), source].join(' ')))
        .toSorted(bySoonest);
      return {
        case: headOf(found),
        clocks: clocks.map((clock) => toClock(found, clock, events.get(clock.id) ?? [])),
        deadlines,
        notices: await toNoticeLines(tx, found, notices, byId),
      };
    },

    async start({ tx, actor, params, body, trail }: AskOf<'start'>) {
      const found = await opened(tx, actor, params.id);
      const file = (await files.laws()).items.find(({ law }) => law.id === body.law);
      if (!file) throw notFound('law');
      const zone = body.zone ?? file.law.zone;
      if (!isZone(zone))
        throw malformed('zone-unknown', 'Write the zone as IANA names it, such as Europe/Berlin', { zone }, [
          { path: 'zone', message: 'is no zone' },
        ]);
      if ((await store.clocksOf(tx, found.id)).length >= mostClocks)
        throw conflict('clocks-too-many', 'Many clocks were started in this case already', {
          most: mostClocks,
        });
      const awareAt = body.awareAt ? new Date(body.awareAt) : found.awareAt;
      refuseFuture(awareAt);
      const { law, calendar, sha256 } = file;
      const clock = await store.insertClock(tx, {
        id: randomUUID(),
        case_id: found.id,
        law: law.id,
        version: law.version,
        sha256,
        content: JSON.stringify({ law, calendar }),
        zone,
        stop_reason: null,
        ...by(actor),
      });
      if (!clock) throw conflict('clock-runs', 'This clock runs already; its deadlines are in the list');
      await say(tx, actor, clock, 'awareness', awareAt);
      await count(tx, found, clock);
      trail.on({ ...traceOfCase(found), details: { law: law.id, version: law.version, sha256, zone } });
      return { id: clock.id };
    },

    async event({ tx, actor, params, body, trail }: AskOf<'event'>) {
      const found = await opened(tx, actor, params.id);
      const clock = await running(tx, found, params.clock);
      const at = new Date(body.at);
      refuseFuture(at);
      await say(tx, actor, clock, body.event, at);
      await count(tx, found, clock);
      trail.on({ ...traceOfCase(found), details: { clock: clock.id, event: body.event, at: body.at } });
      return done;
    },

    async stop({ tx, actor, params, body, trail }: AskOf<'stop'>) {
      const found = await opened(tx, actor, params.id);
      const clock = await running(tx, found, params.clock);
      await store.stopClock(tx, clock.id, found.key.seal(placeOf.reason(clock.id), body.reason));
      trail.on({ ...traceOfCase(found), details: { clock: clock.id } });
      return done;
    },

    async resume({ tx, actor, params, trail }: AskOf<'resume'>) {
      const found = await opened(tx, actor, params.id);
      const clock = (await store.lockClock(tx, found.id, params.clock)) ?? missing('clock');
      if (clock.stopped_at === null || !(await store.resumeClock(tx, clock.id)))
        throw conflict('clock-runs', 'This clock runs already; its deadlines are in the list');
      await count(tx, found, clock);
      trail.on({ ...traceOfCase(found), details: { clock: clock.id } });
      return done;
    },

    async draft({ tx, actor, params, body, trail }: AskOf<'draft'>) {
      const found = await opened(tx, actor, params.id);
      const clock = await running(tx, found, body.clock);
      const form = formOf(clock, body.stage) ?? missing('stage');
      const notices = await store.noticesOf(tx, found.id);
      const same = notices.find(({ clock_id, stage }) => clock_id === clock.id && stage === form.id);
      if (same?.state === 'sent') throw conflict('notice-sent', 'This notice was sent; what was sent stays');
      if (same) return { id: same.id };
      if (notices.length >= mostNotices)
        throw conflict('notices-too-many', 'Many notices were drafted in this case already', {
          most: mostNotices,
        });
      const events = (await store.eventsOf(tx, found.id)).filter(({ clock_id }) => clock_id === clock.id);
      const values = prefilled(
        form,
        {
          organisation: found.owner,
          contact: actor.organisation === found.ownerId ? await reachOf(tx, actor) : '',
          reference: found.reference,
          awareAt: events.find(({ event }) => event === 'awareness')?.at ?? found.awareAt,
          zone: clock.zone,
          sees: [found.content.sees, found.content.details].filter(Boolean).join('\n\n'),
          place: found.content.place,
          impact: found.impact,
          measures: await casework.takenMeasures(tx, found, body.language),
          previous: notices.flatMap((one) =>
            one.clock_id === clock.id && one.sent_at ? [lineOf(found, one, clock, body.language)] : [],
          ),
        },
        body.language,
      );
      const id = randomUUID();
      await store.insertNotice(tx, {
        ...unsent,
        id,
        case_id: found.id,
        clock_id: clock.id,
        stage: form.id,
        language: body.language,
        sealed: found.key.seal(placeOf.values(id), JSON.stringify(values)),
      });
      trail.on({ ...traceOfCase(found), details: { notice: id, law: clock.law, stage: form.id } });
      return { id };
    },

    async notice({ tx, actor, params, trail }: AskOf<'notice'>) {
      const found = await cases.open(tx, params.id);
      const { row, clock } = await noticeIn(tx, found, params.notice);
      trail.on({ ...traceOfCase(found), details: { notice: row.id } });
      return toNotice(tx, found, rowsFor(actor, [row])[0]!, clock);
    },

    async text({ tx, params, trail }: AskOf<'text'>) {
      const found = await cases.open(tx, params.id);
      const { row, clock } = await noticeIn(tx, found, params.notice);
      trail.on({ ...traceOfCase(found), details: { notice: row.id, sha256: row.sha256 } });
      return {
        name: `${found.reference}-${clock.law}-${row.stage}.txt`,
        type: 'text/plain; charset=utf-8',
        content: letterIn(found, row, clock),
      };
    },

    async write({ tx, actor, params, body, trail }: AskOf<'write'>) {
      const found = await opened(tx, actor, params.id);
      await store.lockNotice(tx, found.id, params.notice);
      const { row, clock, form } = await noticeIn(tx, found, params.notice);
      refuseSent(row);
      refuseOlder(row, body.revision);
      const values = valuesOf(found, row);
      for (const { id } of form.fields) if (body.values[id] !== undefined) values[id] = body.values[id];
      const written = await store.updateNotice(tx, row.id, {
        sealed: found.key.seal(placeOf.values(row.id), JSON.stringify(values)),
        revision: row.revision + 1,
      });
      trail.on({ ...traceOfCase(found), details: { notice: row.id } });
      return toNotice(tx, found, written, clock);
    },

    /** What the authoriser has read leaves, letter by letter, and ends its deadline: one transaction. */
    async send({ tx, actor, params, body, trail }: AskOf<'send'>) {
      const found = await opened(tx, actor, params.id);
      if (!found.isMembers || actor.organisation !== found.ownerId)
        throw conflict(
          'notice-not-yours',
          'Only the authoriser of the organisation that the case belongs to sends it',
        );
      await store.lockNotice(tx, found.id, params.notice);
      const { row, form } = await noticeIn(tx, found, params.notice);
      refuseSent(row);
      refuseOlder(row, body.revision);
      const clock = (await store.lockClock(tx, found.id, row.clock_id))!;
      if (clock.stopped_at)
        throw conflict('clock-stopped', 'This clock was stopped; nothing is due by it any more');
      const values = valuesOf(found, row);
      refuseIncomplete(form, values);
      await refuseMeanwhile(tx, found, clock, row.stage);
      const authority = body.authority
        ? ((await store.findAuthority(tx, body.authority)) ?? missing('authority'))
        : undefined;
      const to = await addressee(tx, body.how, authority, body.to);
      const handedAt = body.how === 'ourselves' && body.handedAt ? new Date(body.handedAt) : new Date();
      refuseFuture(handedAt);
      const letter = letterOf(clock.content.law, form, values, row.language);
      const sha256 = hashOf(letter);
      const sent = await store.updateNotice(tx, row.id, {
        state: 'sent',
        letter: found.key.seal(placeOf.letter(row.id), letter),
        sha256,
        how: body.how,
        authority_id: authority?.id ?? null,
        addressee: found.key.seal(
          placeOf.addressee(row.id),
          JSON.stringify({ to, reference: body.reference ?? null }),
        ),
        sent_at: handedAt,
        sent_by: actor.person,
        sent_name: actor.name,
      });
      if (body.how === 'here')
        await store.insertReceived(tx, {
          id: row.id,
          owner_id: authority!.organisation_id!,
          from_name: found.owner,
          reference: found.reference,
          law: clock.law,
          stage: row.stage,
          title: letter.slice(0, letter.indexOf('\n')),
          letter,
          sha256,
        });
      if (body.how === 'mail')
        await deliveries.sendNotice(tx, actor, {
          id: row.id,
          case: found.id,
          reference: found.reference,
          address: authority!.mail!,
          language: row.language,
          path: `/cases/${found.id}/notices/${row.id}`,
        });
      await count(tx, found, clock);
      trail.on({
        ...traceOfCase(found),
        details: { notice: row.id, law: clock.law, stage: row.stage, how: body.how, sha256 },
      });
      return toNotice(tx, found, sent, clock);
    },

    /** What an older program wrote in the clear, at the next start. */
    async sealAddressee(tx: Db, key: DataKey, notice: string, text: string): Promise<void> {
      await store.sealAddressee(tx, notice, key.seal(placeOf.addressee(notice), text));
    },

    /** For the post, which acts for the member whose notice it is: what was sent, and to whose key. */
    async letter(tx: Db, id: string) {
      const row = await store.noticeById(tx, id);
      const authority = row?.authority_id ? await store.findAuthority(tx, row.authority_id) : undefined;
      if (row?.state !== 'sent' || !authority?.public_key) return undefined;
      const found = await cases.open(tx, row.case_id);
      const text = found.key.open(placeOf.letter(id), row.letter!);
      return { subject: text.slice(0, text.indexOf('\n')), text, publicKey: authority.public_key };
    },

    async received({ tx, query, trail }: AskOf<'received'>) {
      const rows = await store.listReceived(tx, query);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      trail.on({ kind: 'received notice' });
      return {
        items: rows.map(toReceived),
        next: last ? writeCursor(last.received_at.toISOString(), last.id) : null,
      };
    },

    async receivedOne({ tx, actor, params, trail }: AskOf<'receivedOne'>) {
      const row = (await store.findReceived(tx, params.id)) ?? missing('notice');
      trail.on({ kind: 'received notice', id: row.id, name: row.reference, owner: actor.organisation });
      return { ...toReceived(row), text: row.letter };
    },

    async authorities({ tx }: AskOf<'authorities'>) {
      return { items: (await store.authorities(tx)).map(toAuthority) };
    },

    async addAuthority({ tx, body, trail }: AskOf<'addAuthority'>): Promise<Authority> {
      const { organisation, publicKey, ...rest } = body;
      if (publicKey && !body.mail)
        throw malformed('key-without-address', 'Say to which address mail with this key goes', {}, [
          { path: 'mail', message: 'must be given with a key' },
        ]);
      const key = publicKey ? (await signing.readPublic(publicKey)).armored : null;
      if (organisation) {
        const one = await tx
          .selectFrom('organisation')
          .select('kinds')
          .where('id', '=', organisation)
          .executeTakeFirst();
        if (!one?.kinds.some((kind) => kind === 'government' || kind === 'cert'))
          throw malformed('no-authority', 'Choose an authority or a CERT of this instance', {}, [
            { path: 'organisation', message: 'is no authority' },
          ]);
      }
      const row = await store.insertAuthority(tx, {
        ...rest,
        organisation_id: organisation,
        public_key: key,
      });
      trail.on({ kind: 'authority', id: row.id, name: row.name });
      return toAuthority(row);
    },

    async removeAuthority({ tx, params, trail }: AskOf<'removeAuthority'>) {
      if (!(await store.removeAuthority(tx, params.id))) missing('authority');
      trail.on({ kind: 'authority', id: params.id });
      return done;
    },

    /**
     * Tells people of the member and of the CERT's team that a deadline comes, or has passed. Each organisation's own are told
     * in a transaction of their own, under a key that tells once; only then the next time is set: a kill says nothing twice.
     */
    async tick(now = new Date()): Promise<void> {
      const due = await database.look(founder, (tx) => store.deadlinesToTell(tx, now));
      if (due.length === 0) return;
      const laws = new Map((await files.laws()).items.map(({ law }) => [law.id, law]));
      const cert = await database.look(founder, certId);
      for (const row of due) {
        for (const organisation of row.tells) {
          const agent = onBehalfOf(organisation, null, [organisation === cert ? 'LEAD' : 'MAD']);
          await database.as(agent, (tx) => tell(tx, agent, row, laws.get(row.law), now));
        }
        await database.as(founder, (tx) =>
          store.setReminder(tx, row, nextReminder(row.from_at!, row.due_at!, now)),
        );
      }
    },
  };

  async function tell(
    tx: Db,
    agent: Actor,
    row: DeadlineRow,
    law: Law | undefined,
    now: Date,
  ): Promise<void> {
    const whom = await cases.peopleToTell(tx, row.case_id);
    if (!whom) return;
    const form = law && formsOf(law).find(({ id }) => id === row.stage);
    const due = timeIn(row.due_at!, row.zone);
    const isOver = now.getTime() >= row.due_at!.getTime();
    const texts = Object.fromEntries(
      (['en', 'ru', 'zh'] as const).map((language) => {
        const say = noticeWords[language];
        const name = law ? inLanguage(law.name, language) : row.law;
        const stage = form ? inLanguage(form.name, language) : row.stage;
        const subject = isOver ? say.passed(name, stage, due) : say.comes(name, stage, due);
        return [language, { subject, text: say.remind(whom.ref) }];
      }),
    );
    await deliveries.tell(tx, agent, {
      key: `deadline ${row.id} ${row.remind_at!.toISOString()}`,
      case: row.case_id,
      about: {
        kind: 'deadline',
        ref: whom.ref,
        version: '',
        vendors: [],
        severity: null,
        original: 'en',
        summary: '',
      },
      texts,
      path: `/cases/${row.case_id}/deadlines`,
      recipients: whom.people,
    });
  }

  /** Whoever holds a receipt reads; what is done is for people with a name. */
  async function opened(tx: Db, actor: Actor, id: string): Promise<OpenedCase> {
    const found = await cases.open(tx, id);
    if (!actor.person)
      throw conflict(
        'needs-account',
        'Sign in and claim the report to work on it; here you can write to the CERT',
      );
    return found;
  }

  async function running(tx: Db, found: OpenedCase, id: string): Promise<ClockRow> {
    const clock = (await store.lockClock(tx, found.id, id)) ?? missing('clock');
    if (clock.stopped_at)
      throw conflict('clock-stopped', 'This clock was stopped; nothing is due by it any more');
    return clock;
  }

  async function noticeIn(tx: Db, found: OpenedCase, id: string) {
    const row = (await store.findNotice(tx, found.id, id)) ?? missing('notice');
    const clock = (await store.clocksOf(tx, found.id)).find((one) => one.id === row.clock_id)!;
    return { row, clock, form: formOf(clock, row.stage)! };
  }

  async function say(tx: Db, actor: Actor, clock: ClockRow, event: ClockEvent, at: Date): Promise<void> {
    await store.insertEvent(tx, { case_id: clock.case_id, clock_id: clock.id, event, at, ...by(actor) });
  }

  /** Counts the deadlines of a clock from everything that is known now. */
  async function count(tx: Db, found: OpenedCase, clock: ClockRow): Promise<void> {
    const { law, calendar } = clock.content;
    const events = (await store.eventsOf(tx, found.id)).filter(({ clock_id }) => clock_id === clock.id);
    const sent = (await store.noticesOf(tx, found.id)).filter(
      ({ clock_id, state }) => clock_id === clock.id && state === 'sent',
    );
    const cert = await certId(tx);
    const tells = [...new Set([found.ownerId, ...(cert ? [cert] : [])])];
    const now = new Date();
    const dues = deadlinesOf(law, calendar, {
      zone: clock.zone,
      events: Object.fromEntries(events.map(({ event, at }) => [event, instant(at)])),
      sent: Object.fromEntries(sent.map(({ stage, sent_at }) => [stage, instant(sent_at!)])),
    });
    for (const { stage, from, fromAt, assumed, end } of dues) {
      const notice = sent.find((one) => one.stage === stage);
      const dueAt = end && new Date(end.at.epochMilliseconds);
      const beginsAt = fromAt && new Date(fromAt.epochMilliseconds);
      await store.saveDeadline(tx, {
        case_id: found.id,
        clock_id: clock.id,
        law: law.id,
        stage,
        zone: clock.zone,
        from_what: from,
        from_at: beginsAt,
        assumed,
        due_at: dueAt,
        last_day: end?.lastDay?.toString() ?? null,
        notice_id: notice?.id ?? null,
        ended_at: notice?.sent_at ?? null,
        tells,
        remind_at: notice || !dueAt ? null : nextReminder(beginsAt!, dueAt, now),
      });
    }
  }

  /** While it goes on, a report of how it goes takes the place of the final one; afterwards it does not. */
  async function refuseMeanwhile(tx: Db, found: OpenedCase, clock: ClockRow, stage: string): Promise<void> {
    const waits = clock.content.law.stages.find(({ meanwhile }) => meanwhile?.id === stage);
    if (!waits) return;
    const events = await store.eventsOf(tx, found.id);
    if (
      events.some(
        ({ clock_id, event }) => clock_id === clock.id && event === waits.meanwhile!.afterwards.from,
      )
    )
      throw conflict('handled-already', 'It has been handled: send the final report in place of this one');
  }

  async function addressee(
    tx: Db,
    how: NoticeHow,
    authority: AuthorityRow | undefined,
    to: string | undefined,
  ): Promise<string> {
    if (how === 'here' && !authority?.organisation_id)
      throw malformed(
        'authority-reads-elsewhere',
        'This authority does not read here. Hand it in by its own way, and record it',
      );
    if (how === 'mail' && !authority?.public_key)
      throw malformed(
        'authority-without-key',
        'Nothing can be encrypted to this authority. Hand it in by its own way, and record it',
      );
    if (how === 'mail' && !deliveries.mails)
      throw conflict('mail-off', 'This instance sends no mail. An administrator sets BUSBAR_SMTP');
    if (how === 'mail' && !(await signing.active(tx)))
      throw conflict('no-signing-key', 'There is no active signing key. An administrator makes one first');
    const name = authority?.name ?? to;
    if (!name)
      throw malformed('addressee-missing', 'Say who took it', {}, [
        { path: 'to', message: 'must say who took it' },
      ]);
    return name;
  }

  async function toNoticeLines(
    tx: Db,
    found: OpenedCase,
    rows: readonly NoticeRow[],
    clocks: ReadonlyMap<string, ClockRow>,
  ): Promise<CaseNoticeLine[]> {
    const lines: CaseNoticeLine[] = [];
    for (const row of rows) lines.push(await toNoticeLine(tx, found, row, clocks.get(row.clock_id)!));
    return lines;
  }

  async function toNoticeLine(
    tx: Db,
    found: OpenedCase,
    row: NoticeRow,
    clock: ClockRow,
  ): Promise<CaseNoticeLine> {
    const { to, reference } = addresseeOf(found, row);
    return {
      id: row.id,
      clock: clock.id,
      stage: row.stage,
      name: formOf(clock, row.stage)!.name,
      lawName: clock.content.law.name,
      state: row.state,
      how: row.how,
      authority: to,
      sentAt: row.sent_at?.toISOString() ?? null,
      sentBy: row.sent_name,
      reference,
      sha256: row.sha256,
      delivery: row.how === 'mail' ? await deliveries.noticeDelivered(tx, row.id) : null,
    };
  }

  async function toNotice(tx: Db, found: OpenedCase, row: NoticeRow, clock: ClockRow): Promise<CaseNotice> {
    const form = formOf(clock, row.stage)!;
    const values = valuesOf(found, row);
    const deadline = (await store.deadlinesOfCase(tx, found.id)).find(
      ({ clock_id, stage }) => clock_id === clock.id && stage === stageOf(clock, row.stage),
    );
    return {
      ...(await toNoticeLine(tx, found, row, clock)),
      case: headOf(found),
      source: `${clock.content.law.source}; ${form.source}`,
      language: row.language,
      fields: form.fields.map((field) => ({ ...field, value: values[field.id] ?? '' })),
      text: letterIn(found, row, clock),
      dueAt: deadline?.due_at?.toISOString() ?? null,
      revision: row.revision,
      changedBy: row.changed_name,
    };
  }

  async function reachOf(tx: Db, { person, name }: Actor): Promise<string> {
    const me = await tx.selectFrom('person').select('email').where('id', '=', person).executeTakeFirst();
    return [name, me?.email].filter(Boolean).join(', ');
  }
}

const unsent = {
  letter: null,
  sha256: null,
  how: null,
  authority_id: null,
  addressee: null,
  sent_at: null,
  sent_by: null,
  sent_name: null,
};

const by = ({ person, name }: Actor) => ({ person_id: person!, person_name: name });
const instant = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime());
const words = (some: { en: string; ru?: string | undefined; zh?: string | undefined }) => Object.values(some);

const formOf = (clock: ClockRow, stage: string): Form | undefined =>
  formsOf(clock.content.law).find(({ id }) => id === stage);

/** The stage whose deadline a form is sent for. */
const stageOf = (clock: ClockRow, form: string): string =>
  clock.content.law.stages.find(({ id, meanwhile }) => id === form || meanwhile?.id === form)!.id;

const valuesOf = (found: OpenedCase, row: NoticeRow) =>
  JSON.parse(found.key.open(placeOf.values(row.id), row.sealed)) as Record<string, string>;

/** What left; of a draft, what would leave now. */
const letterIn = (found: OpenedCase, row: NoticeRow, clock: ClockRow): string =>
  row.letter
    ? found.key.open(placeOf.letter(row.id), row.letter)
    : letterOf(clock.content.law, formOf(clock, row.stage)!, valuesOf(found, row), row.language);

/** To whom it went, and what the authority calls it; of a draft nothing. */
const addresseeOf = (found: OpenedCase, { id, addressee }: NoticeRow) =>
  (addressee
    ? JSON.parse(found.key.open(placeOf.addressee(id), addressee))
    : { to: null, reference: null }) as {
    to: string | null;
    reference: string | null;
  };

function lineOf(found: OpenedCase, row: NoticeRow, clock: ClockRow, language: Language): string {
  const parts = [
    inLanguage(formOf(clock, row.stage)!.name, language),
    `${noticeWords[language].sent} ${timeIn(row.sent_at!, clock.zone)}`,
    addresseeOf(found, row).reference,
  ];
  return parts.filter(Boolean).join(', ');
}

function refuseFuture(at: Date): void {
  if (at.getTime() > Date.now())
    throw malformed('in-the-future', 'This is still to come. Say it once it has happened', {}, [
      { path: 'at', message: 'must have passed' },
    ]);
}

function refuseSent({ state }: NoticeRow): void {
  if (state === 'sent') throw conflict('notice-sent', 'This notice was sent; what was sent stays');
}

function refuseOlder({ revision }: { revision: number }, seen: number): void {
  if (revision !== seen)
    throw conflict(
      'changed-meanwhile',
      'Somebody changed this while you looked at it. Look at it anew, then change it',
    );
}

function refuseIncomplete({ fields }: Form, values: Readonly<Record<string, string>>): void {
  const empty = fields.filter(({ id, required }) => required && !values[id]);
  if (empty.length > 0)
    throw malformed(
      'notice-incomplete',
      `Fill in what the law asks for: ${empty.map(({ name }) => name.en).join(', ')}`,
      { fields: empty.map(({ name }) => name.en).join(', ') },
      empty.map(({ id }) => ({ path: `values.${id}`, message: 'must be filled in' })),
    );
}

function toClock(found: OpenedCase, clock: ClockRow, events: readonly ClockEventRow[]): CaseClock {
  const { law } = clock.content;
  const asked = new Set<ClockEvent>(
    law.stages.flatMap(({ from, meanwhile }) => [
      ...(typeof from === 'string' ? [from] : []),
      ...(meanwhile ? [meanwhile.afterwards.from] : []),
    ]),
  );
  return {
    id: clock.id,
    law: law.id,
    version: clock.version,
    sha256: clock.sha256,
    name: law.name,
    source: law.source,
    counting: law.counting.source,
    note: law.note ?? null,
    authority: law.authority,
    zone: clock.zone,
    events: [...asked].map((event) => {
      const known = events.find((one) => one.event === event);
      return { event, at: known?.at.toISOString() ?? null, by: known?.person_name ?? null };
    }),
    by: clock.person_name,
    at: clock.at.toISOString(),
    stoppedAt: clock.stopped_at?.toISOString() ?? null,
    stopReason: clock.stop_reason && found.key.open(placeOf.reason(clock.id), clock.stop_reason),
  };
}

function toDeadline(row: DeadlineRow, clock: ClockRow, notice: NoticeRow | undefined): Deadline {
  const { law } = clock.content;
  const stage = law.stages.find(({ id }) => id === row.stage)!;
  return {
    id: row.id,
    clock: clock.id,
    law: law.id,
    lawName: law.name,
    stage: row.stage,
    name: stage.name,
    source: stage.source,
    zone: clock.zone,
    dueAt: row.due_at?.toISOString() ?? null,
    lastDay: row.last_day,
    from: row.from_what,
    fromAt: row.from_at?.toISOString() ?? null,
    assumed: row.assumed,
    state: stateOf(row, clock, notice),
    notice: notice?.id ?? null,
    meanwhile: stage.meanwhile ? { id: stage.meanwhile.id, name: stage.meanwhile.name } : null,
  };
}

function stateOf(row: DeadlineRow, clock: ClockRow, notice: NoticeRow | undefined): Deadline['state'] {
  // The end itself is over: what is sent at that very moment is late.
  if (notice) return row.due_at && notice.sent_at! >= row.due_at ? 'sentLate' : 'sent';
  if (clock.stopped_at) return 'stopped';
  if (!row.due_at) return 'waiting';
  return row.due_at.getTime() <= Date.now() ? 'late' : 'running';
}

/** What is still to be sent first, and of that what is due first. */
function bySoonest(a: Deadline, b: Deadline): number {
  const order = { late: 0, running: 0, waiting: 1, sent: 2, sentLate: 2, stopped: 3 };
  return order[a.state] - order[b.state] || (a.dueAt ?? '').localeCompare(b.dueAt ?? '');
}

const toAuthority = ({
  id,
  name,
  laws,
  organisation_id,
  mail,
  public_key,
  page,
  phone,
}: AuthorityRow): Authority => ({
  id,
  name,
  laws,
  reads: organisation_id !== null,
  mail,
  encrypted: public_key !== null,
  page,
  phone,
});

const toReceived = ({ id, from_name, reference, law, stage, title, received_at, sha256 }: ReceivedRow) => ({
  id,
  from: from_name,
  reference,
  law,
  stage,
  title,
  sentAt: received_at.toISOString(),
  sha256,
});

function missing(what: string): never {
  throw notFound(what);
}
