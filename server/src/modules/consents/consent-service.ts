import {
  type Consent,
  type consentApi,
  ConsentPart,
  done,
  type PlantReader,
  type Route,
  type Told,
} from '@busbar/contract';

import { type Actor, founder } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { BundleService } from '../bundles/bundle-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { WarningService } from '../warnings/warning-service.ts';
import {
  answers,
  type ConsentRow,
  DAY_MS,
  insertConsent,
  isOpen,
  openParts,
  listConsents,
  lockConsent,
  moveConsent,
  operatorCalled,
  readersOf,
  sooner,
  stateOf,
  toConsents,
} from './consent-store.ts';

type AskOf<Name extends keyof typeof consentApi> =
  (typeof consentApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface ConsentParts {
  readonly database: Database;
  readonly audit: AuditService;
  readonly certId: (tx: Db) => Promise<string | null | undefined>;
  /** Handed over late: the plant is handed who reads it. */
  readonly plant: () => PlantService;
  readonly warnings: () => WarningService;
  readonly bundles: () => Pick<BundleService, 'shares' | 'share' | 'packets'>;
}

export type ConsentService = ReturnType<typeof consentService>;

/** Of fewer organisations, nobody learns how many they are (services.md, section 2). */
const fewestCounted = 5;

/** Who besides its owner reads a plant. The rule stands in the database; here it is asked, given and taken back. */
export function consentService({ database, audit, certId, plant, warnings, bundles }: ConsentParts) {
  return {
    async readers({ tx, actor, trail }: AskOf<'readers'>) {
      const readers = await reading(tx, actor, actor.organisation!);
      const visibility = await plant().visibility(tx, actor);
      trail.on({ kind: 'plant', id: actor.organisation, name: visibility.owner, owner: actor.organisation });
      return {
        says: inWords(visibility.owner, readers),
        readers: readers.map(({ isOwn: _isOwn, ...reader }) => reader),
        visibility,
      };
    },

    async accesses({ tx, actor, query, trail }: AskOf<'accesses'>) {
      trail.on({ kind: 'plant', id: actor.organisation, owner: actor.organisation });
      const items = await audit.byOthers(tx, actor.organisation!, query);
      return { items, next: items.length === query.limit ? items.at(-1)!.id : null };
    },

    list: ({ tx, actor, query }: AskOf<'list'>) => paged(tx, { ...query, owner: actor.organisation! }),

    async give({ tx, actor, body, trail }: AskOf<'give'>) {
      const reader = await certId(tx);
      if (!reader || !actor.roles.includes('MAD')) throw notFound('plant');
      const row = await insertConsent(tx, {
        ...termsOf(body, actor.organisation!, reader),
        state: 'granted',
        requested_by: null,
      });
      trail.on(traceOf(row));
      return shown(tx, row);
    },

    async answer({ tx, actor, params, body, trail }: AskOf<'answer'>) {
      const row = await lockConsent(tx, 'plant', params.id);
      if (!row || row.owner_id !== actor.organisation) throw notFound('consent');
      const { to, days, onlyWhoAsked, reason = '' } = body;
      if (!answers[stateOf(row)]?.includes(to)) throw closed(row, to);
      const until = sooner(row.until, days);
      const without = { ...body, devices: true, packets: body.shares !== false && body.packets };
      const parts = row.parts.filter((part) => without[part as ConsentPart] !== false);
      const person = onlyWhoAsked ? row.requested_by : row.person_id;
      const isNarrower = until < row.until || parts.length < row.parts.length || person !== row.person_id;
      const gives = to === 'granted' || to === 'narrowed';
      if (to === 'narrowed' && !isNarrower)
        throw malformed(
          'not-narrower',
          'Choose what is to become less: days, warnings, what was shared, or who may read',
        );
      const moved = await moveConsent(
        tx,
        row.id,
        gives
          ? { state: isNarrower ? 'narrowed' : 'granted', until, parts, person_id: person }
          : { state: to },
        reason,
      );
      trail.on({ ...traceOf(moved), reason, details: { to: moved.state } });
      return shown(tx, moved);
    },

    plants: ({ tx, actor, query }: AskOf<'plants'>) => paged(tx, { ...query, reader: actor.organisation! }),

    async ask({ tx, actor, params, body, trail }: AskOf<'ask'>) {
      const reader = actor.organisation!;
      const operator = await operatorCalled(tx, params.id);
      if (!operator || reader !== (await certId(tx))) throw notFound('organisation');
      const waiting = await listConsents(tx, { owner: params.id, reader, open: 'true', limit: 50 });
      if (waiting.some(({ state, requested_by }) => state === 'requested' && requested_by === actor.person))
        throw conflict('consent-asked', `You have asked ${operator.name} already; wait for the answer`, {
          name: operator.name,
        });
      const row = await insertConsent(tx, {
        ...termsOf(body, params.id, reader),
        state: 'requested',
        requested_by: actor.person,
      });
      trail.on(traceOf(row));
      return shown(tx, row);
    },

    async giveBack({ tx, actor, params, trail }: AskOf<'giveBack'>) {
      const row = await lockConsent(tx, 'plant', params.id);
      if (!row || row.reader_id !== actor.organisation) throw notFound('consent');
      if (!answers[stateOf(row)]?.includes('withdrawn')) throw closed(row, 'withdrawn');
      trail.on({
        ...traceOf(await moveConsent(tx, row.id, { state: 'withdrawn' }, '')),
        details: { to: 'withdrawn' },
      });
      return done;
    },

    async assets(ask: AskOf<'assets'>) {
      return opened(ask, 'devices', async (within) => ({
        ...(await plant().search(within)),
        parts: await openParts(within.tx),
      }));
    },

    async asset(ask: AskOf<'asset'>) {
      return opened(ask, 'devices', (within) =>
        plant().page({ ...within, params: { id: ask.params.asset } }),
      );
    },

    async warnings(ask: AskOf<'warnings'>) {
      return opened(ask, 'warnings', (within) => warnings().list(within));
    },

    async shares(ask: AskOf<'shares'>) {
      return opened(ask, 'shares', (within) => bundles().shares(within));
    },

    async share(ask: AskOf<'share'>) {
      return opened(ask, 'shares', (within) =>
        bundles().share({ ...within, params: { id: ask.params.bundle } }),
      );
    },

    async packets(ask: AskOf<'packets'>) {
      return opened(ask, 'packets', (within) =>
        bundles().packets({ ...within, params: { id: ask.params.bundle } }),
      );
    },

    /** What of the plant that the actor reads is open to him. */
    openParts,

    /** Of all who can read a plant: how many they are, and the organisations they belong to besides the owner. */
    async counted(tx: Db, actor: Actor, owner: string): Promise<{ people: number; others: string[] }> {
      const readers = await reading(tx, actor, owner);
      const others = readers.filter(({ isOwn }) => !isOwn).map(({ organisation }) => organisation);
      return { people: readers.length, others: [...new Set(others)] };
    },
  };

  async function reading(tx: Db, actor: Actor, owner: string) {
    return asFounder(tx, actor, () => readersOf(tx, owner));
  }

  /** Neither side sees the people of the other; the program does, and tells names and nothing else. */
  async function asFounder<T>(tx: Db, actor: Actor, work: () => Promise<T>): Promise<T> {
    await database.become(tx, founder);
    const found = await work();
    await database.become(tx, actor);
    return found;
  }

  /** Reads as an analyst to whom this plant is open; to others there is none. The owner finds the line in his log. */
  async function opened<Params extends { id: string }, Query, T>(
    ask: Ask<Params, Query>,
    part: ConsentPart,
    work: (ask: Ask<Params, Query>) => Promise<T>,
  ): Promise<T> {
    const { tx, trail, params, query, actor } = ask;
    const reader: Actor = { ...actor, plant: params.id };
    await ask.become(reader);
    if (!(await isOpen(tx, part))) throw notFound('plant');
    const answer = await work({ ...ask, actor: reader });
    if (trail.traces.length === 0)
      trail.on({ kind: 'plant', id: params.id, owner: params.id, details: { ...(query as object) } });
    return answer;
  }

  async function paged(tx: Db, query: Parameters<typeof listConsents>[1]) {
    const rows = await listConsents(tx, query);
    return {
      items: await toConsents(tx, rows),
      next: rows.length === query.limit ? rows.at(-1)!.id : null,
    };
  }

  async function shown(tx: Db, row: ConsentRow): Promise<Consent> {
    return (await toConsents(tx, [row]))[0]!;
  }
}

export function closed(row: ConsentRow, to: string) {
  const state = stateOf(row);
  return conflict('consent-closed', `A consent that is ${state} cannot become ${to}; reload the page`, {
    state,
    to,
  });
}

function termsOf(
  {
    purpose,
    caseRef,
    warnings,
    shares,
    packets,
    days,
  }: {
    purpose: string;
    caseRef: string;
    warnings: boolean;
    shares: boolean;
    packets: boolean;
    days: number;
  },
  owner: string,
  reader: string,
) {
  if (packets && !shares)
    throw malformed(
      'packets-without-shares',
      'Packets go along with what was shared of captures: choose both, or leave the packets out',
      {},
      [{ path: 'packets', message: 'only with shares' }],
    );
  return {
    owner_id: owner,
    subject_kind: 'plant' as const,
    subject_id: owner,
    reader_id: reader,
    parts: ConsentPart.options.filter((part) => ({ devices: true, warnings, shares, packets })[part]),
    purpose,
    case_ref: caseRef,
    until: new Date(Date.now() + days * DAY_MS),
  };
}

const traceOf = ({ id, owner_id, purpose }: ConsentRow) => ({
  kind: 'consent',
  id,
  name: purpose,
  owner: owner_id,
});

/** "7 people of Nordwasser; CERT: only counts of 5 organisations or more" */
function inWords(owner: string, readers: readonly (PlantReader & { isOwn: boolean })[]): Told[] {
  const people = readers.filter(({ isOwn }) => isOwn).length;
  const others = readers.filter(({ isOwn }) => !isOwn);
  const own: Told = {
    code: 'own',
    params: { people, owner },
    text: `${people} ${people === 1 ? 'person' : 'people'} of ${owner}`,
  };
  if (others.length === 0)
    return [
      own,
      {
        code: 'counts',
        params: { least: fewestCounted },
        text: `CERT: only counts of ${fewestCounted} organisations or more`,
      },
    ];
  return [own, ...others.flatMap(sentences)];
}

function sentences({ person, organisation, reads }: PlantReader): Told[] {
  const until = (part: ConsentPart) => reads.find((one) => one.part === part)?.until;
  const [devices, warnings] = [until('devices')!, until('warnings')];
  const [shares, packets] = [until('shares'), until('packets')];
  const one = (code: string, what: string, day: string): Told => ({
    code,
    params: { person, organisation, until: day },
    text: `${organisation}: ${person} reads ${what} until ${day}`,
  });
  return [
    ...(warnings === devices
      ? [one('all', 'devices and warnings', devices)]
      : [one('devices', 'devices', devices), ...(warnings ? [one('warnings', 'warnings', warnings)] : [])]),
    ...(shares ? [one('shares', 'what was shared of captures', shares)] : []),
    ...(packets ? [one('packets', 'the packets that went along', packets)] : []),
  ];
}
