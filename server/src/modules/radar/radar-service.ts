import {
  done,
  type RadarCause,
  type RadarItem,
  radarMoves,
  type RadarSearch,
  RadarState,
  type Severity,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import type { Arrival, ClaimService, TakenAdvisory } from '../claims/claim-service.ts';
import {
  countItems,
  findItem,
  holdItem,
  type ItemRow,
  listItems,
  lockItems,
  moveItems,
  type NewItem,
  putItems,
  stepsOf,
  takeNext,
} from './radar-store.ts';

export type RadarService = ReturnType<typeof radarService>;

/** Something that came in, as whoever took it knows it. */
export interface Incoming extends Pick<
  NewItem,
  | 'document_id'
  | 'kind'
  | 'publisher'
  | 'tracking_id'
  | 'version'
  | 'title'
  | 'url'
  | 'label'
  | 'scope'
  | 'audience'
> {
  /** Words by which it is found besides. */
  readonly words: readonly string[];
}

export interface RadarParts {
  readonly claims: Pick<ClaimService, 'find' | 'byId' | 'ofDocuments' | 'attach'>;
  /** Lets the board speak of a CVE, with what catalogues say of it; gives back its id. */
  readonly speakOf: (tx: Db, actor: Actor, cve: string) => Promise<string>;
}

/** What came in and nobody has looked at yet, for all analysts of a CERT together. */
export function radarService({ claims, speakOf }: RadarParts) {
  return {
    async list({ tx, query, actor }: Ask<unknown, RadarSearch>) {
      const rows = await listItems(tx, query);
      const counts = await countItems(tx);
      return {
        items: await told(tx, rows, actor.person),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
        counts,
      };
    },

    async get({ tx, params, trail, actor }: Ask<{ id: string }>) {
      const row = (await findItem(tx, params.id)) ?? missing();
      const [item = missing()] = await told(tx, [row], actor.person);
      trail.on({ kind: 'radarItem', id: row.id, name: row.tracking_id, owner: actor.organisation });
      const history = (await stepsOf(tx, row.id)).map(({ state, at, name, reason }) => ({
        state,
        at: at.toISOString(),
        by: name ?? '',
        reason,
      }));
      return { ...item, summary: row.summary, history };
    },

    async next({ tx, actor, body, trail }: Ask<unknown, unknown, { after?: string | undefined }>) {
      const id = await takeNext(tx, actor.person ?? nobody(), body.after);
      trail.on({ kind: 'radarItem', id: id ?? null, owner: actor.organisation });
      return { item: id ?? null };
    },

    async hold({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, { takeOver: boolean }>) {
      const [row = missing()] = await lockItems(tx, [params.id]);
      const person = actor.person ?? nobody();
      if (!body.takeOver) refuseHeld(row, person);
      await holdItem(tx, row.id, person);
      trail.on({ kind: 'radarItem', id: row.id, name: row.tracking_id, owner: actor.organisation });
      return done;
    },

    /** All or none: one that cannot go this way stops the others, and the problem says which. */
    async move({
      tx,
      actor,
      body: { items, to, reason, until, vulnerability },
      trail,
    }: Ask<
      unknown,
      unknown,
      {
        items: string[];
        to: RadarState;
        reason?: string | undefined;
        until?: string | undefined;
        vulnerability?: string | undefined;
      }
    >) {
      const person = actor.person ?? nobody();
      const wanted = [...new Set(items)];
      const rows = await lockItems(tx, wanted);
      if (rows.length < wanted.length) throw notFound('item');
      for (const row of rows) {
        refuseHeld(row, person);
        const step = radarMoves.find((move) => move.from === row.state && move.to === to);
        if (!step)
          throw conflict(
            'radar-cannot-move',
            `An item that is ${row.state} cannot become ${to}; reload the list`,
            {
              from: row.state,
              to,
            },
          );
        if (step.reason && !reason)
          throw malformed('reason-needed', 'Say why, for those who ask later', { to }, [
            { path: 'reason', message: 'is needed' },
          ]);
      }
      if (to === 'later' && !(until && Date.parse(until) > Date.now()))
        throw malformed('until-needed', 'Say when it should come back; a time in the future', {}, [
          { path: 'until', message: 'is needed' },
        ]);
      const target = to === 'attached' ? await targetOf(tx, actor, vulnerability) : undefined;
      await moveItems(
        tx,
        actor.organisation!,
        rows.map(({ id }) => id),
        {
          state: to,
          reason: reason ?? null,
          person,
          until: to === 'later' ? until! : null,
          attached: target?.id ?? null,
        },
      );
      if (target) for (const row of rows) await attach(tx, actor, row, target.id);
      for (const row of rows)
        trail.on({
          kind: 'radarItem',
          id: row.id,
          name: row.tracking_id,
          owner: actor.organisation,
          reason,
          details: { from: row.state, to, ...(target && { vulnerability: target.ref }) },
        });
      return { changed: rows.length };
    },

    /** In the transaction that took them. */
    advisoriesArrived: (
      tx: Db,
      actor: Actor,
      taken: readonly (TakenAdvisory & { readonly cves: readonly string[] })[],
      arrivals: readonly Arrival[],
    ) =>
      arrived(
        tx,
        actor,
        taken.map(({ id, label, scope, audience, publisher, trackingId, version, title, cves, vendors }) => ({
          document_id: id,
          kind: 'advisory' as const,
          label,
          scope,
          audience: [...audience],
          publisher,
          tracking_id: trackingId,
          version,
          title,
          url: null,
          words: [...cves, ...vendors],
        })),
        arrivals,
      ),

    /** The same for what is no advisory: a piece of news, a record of a catalogue. */
    arrived,
  };

  async function arrived(
    tx: Db,
    actor: Actor,
    incoming: readonly Incoming[],
    arrivals: readonly Arrival[],
  ): Promise<void> {
    const known = new Map(arrivals.map((arrival) => [arrival.document, arrival]));
    await putItems(
      tx,
      incoming.map(({ words, ...item }) => {
        const arrival = known.get(item.document_id);
        const cause: RadarCause = arrival?.contradicts
          ? 'contradicts'
          : arrival?.isNew === false
            ? 'changed'
            : 'added';
        const score = arrival?.score ?? null;
        const exploited = arrival?.exploited ?? false;
        return {
          ...item,
          audience: [...item.audience],
          owner_id: actor.organisation!,
          cause,
          severity: arrival?.severity ?? ('unknown' as Severity),
          score,
          exploited,
          summary: arrival?.summary ?? '',
          search: [item.title, item.publisher, item.tracking_id, ...words]
            .join(' ')
            .toLowerCase()
            .slice(0, 4000),
          rank: (cause === 'contradicts' ? 0 : exploited ? 1000 : 2000) + 100 - Math.round((score ?? 0) * 10),
        };
      }),
    );
  }

  async function told(tx: Db, rows: readonly ItemRow[], me: string | null): Promise<RadarItem[]> {
    const spoken = await claims.ofDocuments(
      tx,
      rows.map(({ document_id }) => document_id),
    );
    const targets = new Map(
      (
        await claims.byId(
          tx,
          rows.flatMap(({ attached_id }) => (attached_id ? [attached_id] : [])),
        )
      ).map((row) => [row.id, row]),
    );
    return rows.map((row) => {
      const target = row.attached_id ? targets.get(row.attached_id) : undefined;
      return {
        id: row.id,
        cause: row.cause,
        advisory: row.kind === 'advisory' ? row.document_id : null,
        publisher: row.publisher,
        trackingId: row.tracking_id,
        version: row.version,
        title: row.title,
        url: row.url,
        severity: row.severity,
        score: row.score === null ? null : Math.round(row.score * 10) / 10,
        exploited: row.exploited,
        label: row.label,
        vulnerabilities: (spoken.get(row.document_id) ?? [])
          .slice(0, 50)
          .map(({ id, ref, disagreeing }) => ({ id, ref, disagreeing })),
        state: row.state,
        reason: row.reason,
        decidedBy: row.decider,
        decidedAt: row.decided_at?.toISOString() ?? null,
        until: row.until?.toISOString() ?? null,
        attachedTo: target ? { id: target.id, ref: target.ref } : null,
        heldBy: row.held && row.held_by !== me ? row.holder : null,
        heldByMe: row.held && row.held_by === me,
        at: row.at.toISOString(),
      };
    });
  }

  /** What somebody says belongs to a CVE is enough for a page of that CVE, whether or not there is a record of it. */
  async function targetOf(tx: Db, actor: Actor, ref: string | undefined) {
    if (!ref)
      throw malformed('vulnerability-needed', 'Say which vulnerability it belongs to, by its number', {}, [
        { path: 'vulnerability', message: 'is needed' },
      ]);
    const wanted = ref.trim().toUpperCase();
    const known = await claims.find(tx, wanted);
    if (known) return known;
    if (!isCve(wanted)) throw notFound('vulnerability');
    return { id: await speakOf(tx, actor, wanted), ref: wanted };
  }

  async function attach(tx: Db, actor: Actor, row: ItemRow, vulnerability: string): Promise<void> {
    const {
      label,
      scope,
      audience,
      kind,
      document_id,
      publisher,
      tracking_id,
      version,
      title,
      severity,
      score,
      exploited,
      url,
      at,
    } = row;
    await claims.attach(tx, actor, vulnerability, {
      label,
      scope,
      audience,
      kind,
      document_id,
      publisher,
      publisher_kind: 'other',
      tracking_id,
      version,
      title,
      vendors: [],
      severity,
      score,
      exploited,
      url,
      updated_at: at.toISOString(),
    });
  }
}

const isCve = (text: string) => /^CVE-\d{4}-\d{4,19}$/.test(text);

function refuseHeld(row: ItemRow, person: string): void {
  if (row.held && row.held_by !== person)
    throw conflict(
      'radar-held',
      `${row.holder ?? 'A colleague'} has this in front of him; take it over, or go on with the next`,
      {
        by: row.holder ?? '',
      },
    );
}

function nobody(): never {
  throw forbidden('person-needed', 'This is done by a person, not by a machine');
}

function missing(what = 'item'): never {
  throw notFound(what);
}
