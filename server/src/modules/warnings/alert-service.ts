import { createHash, randomBytes } from 'node:crypto';

import {
  type Alert,
  type alertApi,
  type AlertSettings,
  done,
  openMatchStates,
  type reachApi,
  type Route,
  type Told,
} from '@busbar/contract';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs, Work } from '../../platform/jobs.ts';
import { line } from '../../platform/plain-text.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import type { AdvisoryLine, AdvisoryService } from '../advisories/advisory-service.ts';
import type { DeliveryRow, DeliveryService, Outcome } from '../deliveries/delivery-service.ts';
import {
  addReaders,
  type AlertRow,
  alertsAbout,
  calendarBy,
  calendarOf as calendarRowOf,
  datesOf,
  dayOf,
  deleteCalendar,
  deleteSetting,
  devicesOf,
  type DueAlert,
  type DueMatch,
  everybodyAtOnce,
  everybodyTold,
  findAlert,
  giveBack,
  insertNews,
  joinAlerts,
  leaveAlerts,
  listAlerts,
  markRead,
  markSent,
  nextDigest,
  nextReminder,
  ownersWithNews,
  peopleTold,
  reached,
  readersAtOnce,
  readersOf,
  type Recipient,
  reschedule,
  saveCalendar,
  saveSetting,
  secondContacts,
  setReminder,
  settingOf,
  settleMail,
  summarise,
  takeBackNews,
  takeDue,
  tellOne,
  unacknowledge,
  usual,
} from './alert-store.ts';
import { type AlertText, alertTexts, alertWords, dateTexts, digestTexts } from './alert-words.ts';
import { calendarOf } from './calendar.ts';
import { checklist } from './checklist.ts';
import { reachOf, silentOperators } from './reach-store.ts';
import type { Plant } from './warning-service.ts';

export type AlertService = ReturnType<typeof alertService>;

export interface AlertParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly deliveries: Pick<DeliveryService, 'tell' | 'mails'>;
  readonly advisories: Pick<AdvisoryService, 'lines' | 'readable' | 'guidance'>;
  /** Whether this person has an OpenPGP key, as the one who acts. */
  keyState(tx: Db, person: string): Promise<'none' | 'usable' | 'expired'>;
  /** Handed over late: the plant is handed the warnings. */
  readonly plant: () => Plant;
  readonly origin: string;
}

type AskOf<Api, Name extends keyof Api> =
  Api[Name] extends Route<infer Params, infer Query, infer Body> ? Ask<Params, Query, Body> : never;
type AlertAsk<Name extends keyof typeof alertApi> = AskOf<typeof alertApi, Name>;
type ReachAsk<Name extends keyof typeof reachApi> = AskOf<typeof reachApi, Name>;

/** How long devices are waited for that the same work may still find, so that one advisory is one message. */
const gatherFor = 5_000;
const mostInDigest = 40;
const mostNames = 20;

/**
 * Tells people of the warnings of their plant: once, when it is their time, and again only what is urgent and nobody has
 * acknowledged. Whatever is to be told is a row in the transaction that found it; a message and its mark are one
 * transaction, too. So nothing is lost and nothing said twice, whenever the program is killed.
 */
export function alertService({
  database,
  jobs,
  deliveries,
  advisories,
  keyState,
  plant,
  origin,
}: AlertParts) {
  return {
    // What the warnings ask for.

    /** In the transaction that compared a plant, as its owner: what is news among these matches will be told, once. */
    async news(tx: Db, matches: readonly string[]): Promise<void> {
      if (matches.length > 0) await insertNews(tx, matches, new Date(Date.now() + gatherFor));
    },

    /** Whoever opened these again has taken it back. */
    noNews: takeBackNews,

    /** A device is part of another: its alerts are of that one, with who has seen and acknowledged them. */
    async merged(tx: Db, part: string, matches: readonly string[], kept: string): Promise<void> {
      await joinAlerts(tx, matches, kept);
      await leaveAlerts(tx, part, kept);
    },

    /** And is one of its own again: what was told of these matches of both was told of it. */
    parted: joinAlerts,

    /** The day that it is now for this organisation. */
    today: dayOf,

    /** Whoever says what becomes of a warning has it in hand, until he takes back this `move`. */
    async acted(tx: Db, actor: Actor, matches: readonly string[], move?: string): Promise<void> {
      if (actor.person)
        await markRead(
          tx,
          actor.organisation!,
          actor.person,
          await alertsAbout(tx, matches),
          'acknowledged',
          move,
        );
    },

    /** And not any more, as far as he has taken it back. */
    async undone(
      tx: Db,
      actor: Pick<Actor, 'person'>,
      matches: readonly string[],
      move: string,
    ): Promise<void> {
      if (actor.person) await unacknowledge(tx, actor.person, move, matches, new Date());
    },

    // What deliveries ask for.

    async settled(tx: Db, key: string, delivery: DeliveryRow, outcome: Outcome): Promise<void> {
      // Withdrawn is what was for somebody who left: he was not reached either.
      if (!['sent', 'givenUp', 'withdrawn'].includes(outcome.state)) return;
      const alert = /^alert ([\da-f-]{36})$/.exec(key)?.[1];
      if (delivery.person_id)
        await settleMail(
          tx,
          delivery.dispatch_id,
          delivery.person_id,
          outcome.state !== 'sent' ? 'bounced' : outcome.keyExpired ? 'keyExpired' : 'sent',
        );
      else if (alert && outcome.state === 'sent') await reached(tx, [alert]);
    },

    /** Has what is due told, by a job of each organisation. Called every few seconds where work is done. */
    async tick(now = new Date()): Promise<void> {
      const owners = await database.look(founder, (tx) => ownersWithNews(tx, now));
      for (const { id, name } of owners) {
        const agent = onBehalfOf(id, null, ['MAD']);
        await database.as(agent, (tx) =>
          jobs.enqueue(tx, agent, {
            kind: 'tell-warnings',
            subject: { kind: 'organisation', id, name },
            payload: { at: now.toISOString() },
          }),
        );
      }
      if (owners.length > 0) jobs.wake();
    },

    /** What a job of kind tell-warnings does. Each message is a transaction of its own: killed, it goes on with the next. */
    async work({ job, actor, signal, progress, keep }: Work) {
      const now = new Date(String(job.payload['at']));
      const step = async (one: (tx: Db, actor: Actor, now: Date) => Promise<boolean>) => {
        while (await keep((tx) => one(tx, actor, now))) signal.throwIfAborted();
      };
      progress(telling, 0, null);
      await step(tellNext);
      await step(tellDigest);
      await step(remind);
      await step(tellDates);
      return async () => {};
    },

    // What people ask for.

    async list({ tx, actor, query }: AlertAsk<'list'>) {
      const rows = await listAlerts(tx, actor.person, query, advisories.readable('a.advisory_id'));
      const last = rows.at(-1);
      return {
        items: await toAlerts(tx, rows),
        next:
          rows.length === query.limit && last ? writeCursor(last.created_at.toISOString(), last.id) : null,
      };
    },

    summary: ({ tx, actor }: AlertAsk<'summary'>) =>
      summarise(tx, actor.person, advisories.readable('a.advisory_id')),

    async get({ tx, actor, params, trail }: AlertAsk<'get'>) {
      const row = (await findAlert(tx, actor.person, params.id)) ?? missing();
      const [alert = missing()] = await toAlerts(tx, [row]);
      trail.on({ kind: 'alert', id: row.id, name: alert.advisory.trackingId, owner: actor.organisation });
      const devices = await devicesOf(tx, [row.id], 500);
      const assets = await plant().assetsById(
        tx,
        devices.map(({ asset }) => asset),
      );
      const readers = await readersOf(tx, row.id);
      return {
        ...alert,
        warnings: devices.flatMap(({ match, asset, state, due }) => {
          const found = assets.get(asset);
          return found ? [{ id: match, asset: found.name, site: found.site.name, state, due }] : [];
        }),
        readers: readers.map(({ name, state, send_at, dispatch_id, seen_at, acknowledged_at }) => ({
          name,
          state,
          sendAt: dispatch_id === null ? iso(send_at) : null,
          seenAt: iso(seen_at),
          acknowledgedAt: iso(acknowledged_at),
        })),
      };
    },

    async see({ tx, actor, params, trail }: AlertAsk<'see'>) {
      const row = (await findAlert(tx, actor.person, params.id)) ?? missing();
      if (actor.person) await markRead(tx, actor.organisation!, actor.person, [row.id], 'seen');
      trail.on({ kind: 'alert', id: row.id, owner: actor.organisation });
      return done;
    },

    async acknowledge({ tx, actor, body, trail }: AlertAsk<'acknowledge'>) {
      const wanted = [...new Set(body.alerts)];
      for (const id of wanted) if (!(await findAlert(tx, actor.person, id))) missing();
      const person = actor.person ?? missing();
      const acknowledged = await markRead(tx, actor.organisation!, person, wanted, 'acknowledged');
      for (const id of wanted) trail.on({ kind: 'alert', id, owner: actor.organisation });
      return { acknowledged };
    },

    async handBack({ tx, actor, body, trail }: AlertAsk<'handBack'>) {
      const wanted = [...new Set(body.alerts)];
      for (const id of wanted) if (!(await findAlert(tx, actor.person, id))) missing();
      const given = await giveBack(tx, actor.person ?? missing(), wanted, new Date());
      if (given.length < wanted.length)
        throw conflict(
          'not-in-hand',
          'Only whoever has an alert in hand can hand it back; reload the page to see who has it',
        );
      for (const id of wanted) trail.on({ kind: 'alert', id, owner: actor.organisation });
      return { handedBack: given.length };
    },

    async settings({ tx, actor }: AlertAsk<'settings'>) {
      const owner = actor.organisation ?? missing();
      const mine = actor.person ? await settingOf(tx, owner, actor.person) : undefined;
      const organisation = await settingOf(tx, owner, null);
      const calendar = actor.person ? await calendarRowOf(tx, owner, actor.person) : undefined;
      return {
        mine: mine ? toSettings(mine) : null,
        organisation: organisation
          ? {
              ...toSettings(organisation),
              remindHours: organisation.remind_hours ?? usual.remindHours,
              secondContact: organisation.second_contact_id,
            }
          : usual,
        people: await peopleTold(tx),
        mail: deliveries.mails,
        key: actor.person ? await keyState(tx, actor.person) : ('none' as const),
        calendar: calendar
          ? {
              names: calendar.names,
              createdAt: calendar.created_at.toISOString(),
              readAt: iso(calendar.read_at),
            }
          : null,
      };
    },

    async setMine({ tx, actor, body: { settings }, trail }: AlertAsk<'setMine'>) {
      const owner = actor.organisation ?? missing();
      const person = actor.person ?? missing();
      if (settings)
        await saved(tx, { ...columnsOf(settings), owner_id: owner, person_id: person, ...ofNobody });
      else await deleteSetting(tx, owner, person);
      await reschedule(tx, owner, person);
      trail.on({ kind: 'alert settings', id: person, name: actor.name, owner });
      return done;
    },

    async setOrganisation({ tx, actor, body, trail }: AlertAsk<'setOrganisation'>) {
      const owner = actor.organisation ?? missing();
      const { remindHours, secondContact, ...settings } = body;
      if (secondContact && !(await peopleTold(tx)).some(({ id }) => id === secondContact))
        throw malformed(
          'second-contact-unknown',
          'Choose somebody of your organisation who sees warnings',
          {},
          [{ path: 'secondContact', message: 'is nobody who sees warnings' }],
        );
      await saved(tx, {
        ...columnsOf(settings),
        owner_id: owner,
        person_id: null,
        remind_hours: remindHours,
        second_contact_id: secondContact,
      });
      await reschedule(tx, owner, null);
      trail.on({ kind: 'alert settings', id: owner, owner });
      return done;
    },

    async openCalendar({ tx, actor, body, trail }: AlertAsk<'openCalendar'>) {
      const owner = actor.organisation ?? missing();
      const person = actor.person ?? missing();
      const token = randomBytes(32).toString('base64url');
      await saveCalendar(tx, {
        owner_id: owner,
        person_id: person,
        token_hash: hashOf(token),
        names: body.names,
      });
      trail.on({ kind: 'alert calendar', id: person, name: actor.name, owner });
      return { url: `${origin}/api/calendars/${token}` };
    },

    async closeCalendar({ tx, actor, trail }: AlertAsk<'closeCalendar'>) {
      const owner = actor.organisation ?? missing();
      const person = actor.person ?? missing();
      if (!(await deleteCalendar(tx, owner, person))) missing();
      trail.on({ kind: 'alert calendar', id: person, name: actor.name, owner });
      return done;
    },

    /** Whoever has the address reads what its owner may read, and nothing once it is revoked or he has left. */
    async calendar({ tx, actor, params }: AlertAsk<'calendar'>) {
      await database.become(tx, founder);
      const calendar = (await calendarBy(tx, hashOf(params.token))) ?? missing();
      await database.become(tx, onBehalfOf(calendar.owner, calendar.person, ['MEM']));
      const content = await calendarText(tx, calendar);
      await database.become(tx, actor);
      return { name: 'due-dates.ics', type: 'text/calendar; charset=utf-8', content };
    },

    // What the CERT asks for.

    async reach({ tx, query, trail }: ReachAsk<'board'>) {
      const counts = await reachOf(tx);
      const lines = await linesOf(tx, [...counts.keys()]);
      const words = (query.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
      const all = [...counts.values()]
        .flatMap((count) => {
          const advisory = lines.get(count.advisory);
          return advisory && words.every((word) => wordsIn(advisory).includes(word))
            ? [{ ...count, advisory: about(advisory) }]
            : [];
        })
        .sort(
          (a, b) =>
            b.organisations - a.organisations || a.advisory.trackingId.localeCompare(b.advisory.trackingId),
        );
      trail.on({ kind: 'reach' });
      const after = query.after ?? 0;
      const end = after + query.limit;
      return {
        items: all.slice(after, end),
        next: end < all.length ? String(end) : null,
        total: all.length,
      };
    },

    async silent({ tx }: ReachAsk<'silent'>) {
      return { items: await silentOperators(tx) };
    },
  };

  /** One alert that is ready: to those who are told at once, and to programs. Digests take it from here. */
  async function tellNext(tx: Db, actor: Actor, now: Date): Promise<boolean> {
    const alert = await tellOne(tx, now);
    if (!alert) return false;
    const recipients = await readersAtOnce(tx, alert.id);
    await tell(tx, actor, alert, recipients, { key: `alert ${alert.id}`, hooks: true });
    return true;
  }

  /** Everything that waits for one person. */
  async function tellDigest(tx: Db, actor: Actor, now: Date): Promise<boolean> {
    const digest = await nextDigest(tx, now);
    if (!digest) return false;
    const { to, alerts, at } = digest;
    if (!to || alerts.length === 0) return true;
    const [only] = alerts;
    const key = `digest ${to.person} ${at.toISOString()} ${only!.id}`;
    if (alerts.length === 1) await tell(tx, actor, only!, [to], { key });
    else {
      const texts = await textsOf(tx, alerts.slice(0, mostInDigest));
      const more = alerts.length - texts.length;
      const dispatch = await send(tx, actor, {
        key,
        ref: '',
        texts: digestTexts(texts, more, await nameOf(tx, actor)),
        path: '/alerts',
        recipients: [to],
      });
      await markSent(
        tx,
        alerts.map(({ id }) => id),
        [to.person],
        dispatch,
      );
    }
    return true;
  }

  /** Once those who were told, then the second contact; then it is left to the list, where it stays first. */
  async function remind(tx: Db, actor: Actor, now: Date): Promise<boolean> {
    const alert = await nextReminder(tx, now);
    if (!alert) return false;
    await setReminder(tx, alert.id, now, alert.isOpen);
    if (!alert.isOpen) return true;
    const isSecond = alert.again > 0;
    const recipients = isSecond ? await secondContacts(tx, alert.id) : await everybodyAtOnce(tx);
    await tell(tx, actor, alert, recipients, {
      // What is handed back is asked about from the beginning.
      key: `remind ${alert.id} ${alert.again + 1} ${alert.at.toISOString()}`,
      asked: isSecond ? 'escalated' : 'reminded',
    });
    return true;
  }

  /** Of each date its assignee, or everybody; of one that has passed the second contact, too. One message each. */
  async function tellDates(tx: Db, actor: Actor, now: Date): Promise<boolean> {
    const due = await takeDue(tx, actor.organisation!, now);
    if (due.length === 0) return false;
    const lines = await linesOf(
      tx,
      due.map(({ advisory }) => advisory),
    );
    const assets = await plant().assetsById(
      tx,
      due.map(({ asset }) => asset),
    );
    const organisation = await nameOf(tx, actor);
    for (const person of await everybodyTold(tx)) {
      const dates = due
        .filter((date) => concerns(date, person))
        .flatMap(({ due: day, kind, asset, advisory }) => {
          const [device, about] = [assets.get(asset), lines.get(advisory)];
          return device && about
            ? [
                {
                  day,
                  kind,
                  device: line(device.name, 120),
                  trackingId: about.trackingId,
                  title: about.title,
                },
              ]
            : [];
        });
      if (dates.length > 0)
        await send(tx, actor, {
          key: `due ${person.person} ${now.toISOString()} ${due[0]!.id}`,
          ref: '',
          texts: dateTexts(dates, organisation),
          path: '/warnings',
          recipients: [person],
        });
    }
    return true;
  }

  async function tell(
    tx: Db,
    actor: Actor,
    alert: DueAlert,
    recipients: readonly Recipient[],
    { key, hooks = false, asked }: { key: string; hooks?: boolean; asked?: 'reminded' | 'escalated' },
  ): Promise<void> {
    const [text] = await textsOf(tx, [alert]);
    // What is over before it was told, and an advisory that its organisation may no longer read, is told to nobody of it.
    const dispatch =
      text &&
      (await send(tx, actor, {
        key,
        ref: text.trackingId,
        texts: alertTexts(text, await nameOf(tx, actor), asked),
        path: `/alerts/${alert.id}`,
        recipients,
        hooks,
      }));
    const people = recipients.map(({ person }) => person);
    if (asked === 'escalated' && dispatch)
      await addReaders(tx, actor.organisation!, alert.id, people, dispatch);
    if (!asked) await markSent(tx, [alert.id], people, deliveries.mails ? dispatch : undefined);
  }

  /** Nothing where nobody would get it: mail is off on some instances, and the portal tells by itself. */
  async function send(
    tx: Db,
    actor: Actor,
    {
      key,
      ref,
      texts,
      path,
      recipients,
      hooks = false,
    }: {
      key: string;
      ref: string;
      texts: ReturnType<typeof alertTexts>;
      path: string;
      recipients: readonly Recipient[];
      hooks?: boolean;
    },
  ): Promise<string | undefined> {
    const mailed = deliveries.mails ? recipients : [];
    if (mailed.length === 0 && !hooks) return undefined;
    return deliveries.tell(tx, actor, {
      key,
      case: null,
      about: {
        kind: 'warning',
        ref,
        version: '',
        vendors: [],
        severity: null,
        original: 'en',
        summary: '',
      },
      texts,
      path,
      recipients: mailed,
      hooks,
    });
  }

  /** What is said of alerts, as far as there is something to do and their organisation may read their advisories. */
  async function textsOf(tx: Db, alerts: readonly DueAlert[]): Promise<AlertText[]> {
    const lines = await linesOf(
      tx,
      alerts.map(({ advisory }) => advisory),
    );
    const devices = await devicesOf(
      tx,
      alerts.map(({ id }) => id),
      mostNames,
    );
    const assets = await plant().assetsById(
      tx,
      devices.map(({ asset }) => asset),
    );
    const texts: AlertText[] = [];
    for (const { id, advisory, urgency } of alerts) {
      const about = lines.get(advisory);
      const those = devices.filter(({ alert, state }) => alert === id && openMatchStates.includes(state));
      if (!about || those.length === 0) continue;
      const [first] = those;
      const { remedies } = await advisories.guidance(tx, advisory, first!.productIds);
      const measures = checklist(remedies, assets.get(first!.asset)?.role ?? 'unknown', []);
      texts.push({
        urgency,
        trackingId: about.trackingId,
        title: line(about.title, 200),
        devices: first!.open,
        names: those.flatMap(({ asset }) => {
          const found = assets.get(asset);
          return found ? [line(`${found.name} (${found.site.name})`, 160)] : [];
        }),
        mitigations: measures
          .filter(({ kind }) => kind === 'mitigation' || kind === 'workaround')
          .slice(0, 2)
          .map(({ text }) => line(text, 600)),
      });
    }
    return texts;
  }

  async function calendarText(
    tx: Db,
    { language, names, owner }: { language: keyof typeof alertWords; names: boolean; owner: string },
  ): Promise<string> {
    const words = alertWords[language];
    const { dates, beyond } = await datesOf(tx, advisories.readable('m.advisory_id'));
    const lines = await linesOf(
      tx,
      dates.map(({ advisory }) => advisory),
    );
    const assets = await plant().assetsById(
      tx,
      dates.flatMap((date) => date.assets),
    );
    const organisation = await nameOf(tx, { organisation: owner });
    const days = dates.flatMap(({ advisory, due, assets: ids, devices, urgency }) => {
      const about = lines.get(advisory);
      if (!about) return [];
      const known = ids
        .flatMap((id) => assets.get(id)?.name ?? [])
        .sort((a, b) => a.localeCompare(b, language, { numeric: true }));
      return [
        {
          uid: hashOf(`${owner} ${advisory} ${due}`).toString('hex').slice(0, 40),
          day: due,
          summary: names
            ? `${words.urgency[urgency]}: ${words.due(about.trackingId, devices)}`
            : words.dueQuietly(devices),
          description: names
            ? [
                about.title,
                ...known,
                ...(devices > known.length ? [words.more(devices - known.length)] : []),
              ].join('\n')
            : '',
          url: `${origin}/warnings${names ? `?view=all&advisory=${advisory}` : ''}`,
        },
      ];
    });
    if (beyond)
      days.push({
        uid: hashOf(`${owner} beyond`).toString('hex').slice(0, 40),
        day: beyond.from,
        summary: words.beyond(beyond.count),
        description: words.beyondWhere,
        url: `${origin}/warnings?view=all`,
      });
    return calendarOf(names ? words.calendar(organisation) : 'Busbar', days, new Date());
  }

  async function toAlerts(tx: Db, rows: readonly AlertRow[]): Promise<Alert[]> {
    const lines = await linesOf(
      tx,
      rows.map((row) => row.advisory_id),
    );
    return rows.flatMap((row) => {
      const advisory = lines.get(row.advisory_id);
      return advisory ? [toAlert(row, advisory)] : [];
    });
  }

  async function linesOf(tx: Db, ids: readonly string[]): Promise<Map<string, AdvisoryLine>> {
    const lines = await advisories.lines(tx, [...new Set(ids)]);
    return new Map(lines.map((one) => [one.id, one]));
  }
}

const telling: Told = { code: 'telling-warnings', params: {}, text: 'Telling people of warnings' };

const concerns = (
  { assignee, second, kind }: DueMatch,
  { person, isSecond }: { person: string; isSecond: boolean },
): boolean =>
  (assignee ? assignee === person : true) || (kind === 'passed' && (second ? second === person : isSecond));

async function nameOf(tx: Db, { organisation }: Pick<Actor, 'organisation'>): Promise<string> {
  const row = await tx
    .selectFrom('organisation')
    .select('name')
    .where('id', '=', organisation)
    .executeTakeFirst();
  return line(row?.name ?? '', 200);
}

async function saved(tx: Db, setting: Parameters<typeof saveSetting>[1]): Promise<void> {
  try {
    await saveSetting(tx, setting);
  } catch (error) {
    // invalid_parameter_value: the database knows every zone by which it will reckon.
    if ((error as { code?: string }).code === '22023')
      throw malformed('zone-unknown', 'Choose a time zone such as Europe/Berlin', { zone: setting.zone }, [
        { path: 'zone', message: 'is no time zone' },
      ]);
    throw error;
  }
}

const ofNobody = { remind_hours: null, second_contact_id: null };

const columnsOf = ({ atOnce, digest, hour, weekday, zone }: AlertSettings) => ({
  at_once: atOnce,
  digest,
  hour,
  weekday,
  zone,
});

const toSettings = (row: {
  at_once: boolean;
  digest: AlertSettings['digest'];
  hour: number;
  weekday: number;
  zone: string;
}): AlertSettings => ({
  atOnce: row.at_once,
  digest: row.digest,
  hour: row.hour,
  weekday: row.weekday,
  zone: row.zone,
});

const about = ({ id, trackingId, title, severity }: AdvisoryLine) => ({ id, trackingId, title, severity });
const wordsIn = ({ trackingId, title, publisher, cves, vendors }: AdvisoryLine) =>
  [trackingId, title, publisher, ...cves, ...vendors].join(' ').toLowerCase();

const toAlert = (row: AlertRow, advisory: AdvisoryLine): Alert => ({
  id: row.id,
  advisory: about(advisory),
  urgency: row.urgency,
  devices: row.devices,
  open: row.open,
  state: row.state,
  unseen:
    row.state !== 'seen' && row.state !== 'acknowledged' && row.acknowledged_at === null && row.open > 0,
  createdAt: row.created_at.toISOString(),
  reachedAt: iso(row.reached_at),
  acknowledged: row.acknowledged_at
    ? { at: row.acknowledged_at.toISOString(), by: row.acknowledger ?? '' }
    : null,
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const hashOf = (text: string) => createHash('sha256').update(text).digest();

function missing(): never {
  throw notFound('alert');
}
