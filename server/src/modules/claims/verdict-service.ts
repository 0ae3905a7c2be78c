import { randomUUID } from 'node:crypto';

import type { ClaimKind, Paging, Tlp, VerdictInput, VerdictState } from '@busbar/contract';
import { done } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import { readCursor, wordsOf, writeCursor } from '../../platform/search.ts';
import { toClaim } from './claim-service.ts';
import type { ClaimService } from './claim-service.ts';
import { claimsById, claimsOfFact, type ClaimRow } from './claim-store.ts';
import { valueKeyOf } from './comparison.ts';
import {
  addOurs,
  addSecond,
  addThird,
  addVerdict,
  type AnswerRow,
  limitOf,
  lockVerdict,
  type NewAnswer,
  setVerdictState,
  type VerdictRow,
  strictestSource,
  verdictsOf,
} from './verdict-store.ts';
import { toVerdict, verificationOfVerdict } from './verdict-words.ts';

export type VerdictService = ReturnType<typeof verdictService>;

interface Decision extends VerdictInput {
  readonly fact?: string | undefined;
  readonly kind?: ClaimKind | undefined;
  readonly aspect?: string | undefined;
  readonly subject?: string | undefined;
  readonly corrects?: string | undefined;
}

/**
 * The way from a conflict of sources to what the CERT stands for: one person answers, a second answers without having
 * seen that, and where they differ a third decides. What each may see and who may answer is the database's to enforce.
 * The ledger says who answered what about which fact, and never with which value: it has other readers.
 */
export function verdictService(claims: Pick<ClaimService, 'find' | 'restand'>) {
  return {
    async decide({ tx, actor, params, body, trail }: Ask<{ ref: string }, unknown, Decision>) {
      const person = actor.person ?? nobody();
      const vulnerability = (await claims.find(tx, params.ref)) ?? missing('vulnerability');
      const corrected =
        body.corrects === undefined ? undefined : await claimOf(tx, body.corrects, vulnerability.id);
      const about = await aboutOf(tx, vulnerability.id, body, corrected);
      const cited = [...new Set([...body.claims, ...(corrected ? [corrected.id] : [])])];
      await reasonsFor(tx, body, cited);
      const limit = await limitOf(tx, cited);
      const id = randomUUID();
      const opened = await addVerdict(
        tx,
        {
          id,
          owner_id: actor.organisation!,
          ...(limit.scope === 'named'
            ? { label: 'RED' as const, scope: 'named' as const, audience: await audienceOf(tx, cited) }
            : { label: 'AMBER+STRICT' as const, scope: 'org' as const, audience: [] }),
          vulnerability_id: vulnerability.id,
          ...about,
          opened_by: person,
        },
        {
          ...answerOf(id, actor.organisation!, person, about, { ...body, claims: cited }),
          corrects_id: corrected?.id ?? null,
        },
      );
      if (!opened) throw alreadyOpen();
      await told(
        { tx, actor, trail },
        { id, ref: vulnerability.ref, fact: about.fact, vulnerability_id: vulnerability.id },
      );
      return { verdict: id };
    },

    async list(
      tx: Db,
      query: Paging & {
        state?: VerdictState | undefined;
        search?: string | undefined;
        forMe?: string | undefined;
      },
    ) {
      const after = readCursor(query.after);
      const rows = await verdictsOf(tx, {
        state: query.state,
        search: wordsOf(query.search),
        forMe: query.forMe === 'true',
        after: after && { at: after[0], id: after[1] },
        limit: query.limit,
      });
      const last = rows.at(-1);
      return {
        items: rows.map(toVerdict),
        next: last && rows.length === query.limit ? writeCursor(last.opened_at.toISOString(), last.id) : null,
      };
    },

    async get({ tx, params, trail, actor }: Ask<{ id: string }>) {
      const verdict = await read(tx, params.id);
      trail.on({
        kind: 'verdict',
        id: verdict.id,
        name: verdict.vulnerability.ref,
        owner: actor.organisation,
      });
      return verdict;
    },

    read,

    /** What somebody outside may be invited to check: its name, and the strictest label of what it rests on. */
    async toBeChecked(tx: Db, id: string): Promise<{ title: string; label: Tlp }> {
      const [row = missing('verdict')] = await verdictsOf(tx, { ids: [id] });
      if (row.state !== 'waiting') throw answered(row);
      if (row.scope === 'named')
        throw forbidden(
          'verdict-for-named',
          'It rests on something for named people and is checked by one of them',
        );
      return {
        title: [row.ref, row.subject].filter(Boolean).join(' · ').slice(0, 300),
        label: await strictestSource(tx, row),
      };
    },

    /**
     * The answer is written in the name of whoever gives it. Where he is no member of the CERT, `keeper` keeps its books:
     * locks, states and the claim that comes of it.
     */
    async check(
      {
        tx,
        actor,
        params,
        body,
        trail,
        become,
      }: Pick<
        Ask<{ id: string }, unknown, VerdictInput>,
        'tx' | 'actor' | 'params' | 'body' | 'trail' | 'become'
      >,
      keeper: Actor = actor,
    ) {
      const person = actor.person ?? nobody();
      const owner = keeper.organisation!;
      if (keeper !== actor) await become(keeper);
      const verdict = (await lockVerdict(tx, params.id)) ?? missing('verdict');
      if (verdict.opened_by === person)
        throw forbidden('check-by-first', 'You gave the first answer; the second is for somebody else');
      if (verdict.state !== 'waiting') throw answered(verdict);
      if (keeper !== actor) await become(actor);
      await reasonsFor(tx, body, body.claims);
      await addSecond(tx, verdict.opened_by, answerOf(verdict.id, owner, person, verdict, body));
      if (keeper !== actor) await become(keeper);
      // From here on the first answer is to be seen.
      const [now = missing('verdict')] = await verdictsOf(tx, { ids: [verdict.id] });
      const state = now.first!.value_key === now.second!.value_key ? 'checkedTwice' : 'disputed';
      await setVerdictState(tx, verdict.id, state);
      if (state === 'checkedTwice') await settle(tx, owner, now, now.first!, 2);
      await told({ tx, actor: keeper, trail }, verdict, { details: { state } });
      if (keeper !== actor) await become(actor);
      return { state: state as VerdictState };
    },

    async resolve({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, VerdictInput>) {
      const person = actor.person ?? nobody();
      const verdict = (await lockVerdict(tx, params.id)) ?? missing('verdict');
      if (verdict.state !== 'disputed') throw answered(verdict);
      const second = verdict.second!.person;
      if (person === verdict.opened_by || person === second)
        throw forbidden(
          'dispute-by-party',
          'You are one of the two who differ; a third person has to decide',
        );
      await reasonsFor(tx, body, body.claims);
      await addThird(
        tx,
        verdict.opened_by,
        second,
        answerOf(verdict.id, actor.organisation!, person, verdict, body),
      );
      await setVerdictState(tx, verdict.id, 'resolved');
      const [now = missing('verdict')] = await verdictsOf(tx, { ids: [verdict.id] });
      await settle(tx, actor.organisation!, now, now.third!, 3);
      await told({ tx, actor, trail }, verdict, { reason: body.evidence });
      return { state: 'resolved' as VerdictState };
    },

    async withdraw({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const verdict = (await lockVerdict(tx, params.id)) ?? missing('verdict');
      if (verdict.opened_by !== actor.person)
        throw forbidden('not-your-verdict', 'Only who gave a verdict takes it back');
      if (verdict.state !== 'waiting') throw answered(verdict);
      await setVerdictState(tx, verdict.id, 'withdrawn');
      await told({ tx, actor, trail }, verdict);
      return done;
    },
  };

  async function read(tx: Db, id: string) {
    const [row = missing('verdict')] = await verdictsOf(tx, { ids: [id] });
    const rows = (await claimsOfFact(tx, row.vulnerability_id, row.fact)).filter(
      ({ source_id }) => source_id !== null,
    );
    const groups = [...new Set(rows.map(({ value_key }) => value_key))];
    return {
      ...toVerdict(row),
      sources: rows.map((claim) => toClaim(claim, groups.indexOf(claim.value_key), 'unverified')),
    };
  }

  /** With every answer the vulnerability stands differently, and the ledger has a line of it. */
  async function told(
    { tx, actor, trail }: Pick<Ask, 'tx' | 'actor' | 'trail'>,
    { id, ref, fact, vulnerability_id }: Pick<VerdictRow, 'id' | 'ref' | 'fact' | 'vulnerability_id'>,
    { reason, details }: { reason?: string; details?: object } = {},
  ): Promise<void> {
    await claims.restand(tx, actor.organisation!, [vulnerability_id]);
    trail.on({
      kind: 'verdict',
      id,
      name: ref,
      owner: actor.organisation,
      ...(reason !== undefined && { reason }),
      details: { fact, ...details },
    });
  }

  async function settle(
    tx: Db,
    organisation: string,
    verdict: VerdictRow,
    answer: AnswerRow,
    checks: number,
  ): Promise<void> {
    const rests = [verdict.first, verdict.second, verdict.third].flatMap((one) => one?.claims ?? []);
    const { label, scope } = await limitOf(tx, [
      ...rests,
      ...(verdict.first?.corrects ? [verdict.first.corrects] : []),
    ]);
    const owner = await tx
      .selectFrom('organisation')
      .select('name')
      .where('id', '=', organisation)
      .executeTakeFirst();
    await addOurs(tx, {
      verdict,
      publisher: owner?.name ?? '',
      checks,
      answer,
      verification: verificationOfVerdict(verdict),
      limit: { label: label ?? 'CLEAR', scope: scope ?? 'public' },
      people: [verdict.first, verdict.second, verdict.third].flatMap((one) => one?.person ?? []),
    });
  }
}

type About = { kind: ClaimKind; fact: string; aspect: string; subject: string };

/** The fact that is spoken of: one that is there, that of the claim to be corrected, or a new one. */
async function aboutOf(
  tx: Db,
  vulnerability: string,
  { fact, kind, aspect = '', subject = '' }: Decision,
  corrected: ClaimRow | undefined,
): Promise<About> {
  if (corrected && (fact === undefined || fact === corrected.fact)) return aboutOfClaim(corrected);
  if (fact !== undefined) {
    const [claim] = await claimsOfFact(tx, vulnerability, fact);
    if (claim) return aboutOfClaim(claim);
    const known = (await verdictsOf(tx, { vulnerability })).find((verdict) => verdict.fact === fact);
    if (!known) throw notFound('fact');
    return { kind: known.kind, fact, aspect: known.aspect, subject: known.subject };
  }
  if (kind === undefined)
    throw malformed(
      'fact-needed',
      'Say which fact this is about: one of the table, or a kind for a new one',
      {},
      [{ path: 'fact', message: 'is needed' }],
    );
  return {
    kind,
    fact: `${kind}|ours|${aspect}|${subject.toLowerCase()}`.slice(0, 480).toWellFormed(),
    aspect,
    subject,
  };
}

const aboutOfClaim = ({ kind, fact, aspect, subject }: ClaimRow): About => ({ kind, fact, aspect, subject });

async function claimOf(tx: Db, id: string, vulnerability: string): Promise<ClaimRow> {
  const [claim] = await claimsById(tx, [id]);
  if (
    !claim ||
    claim.vulnerability_id !== vulnerability ||
    claim.superseded_at !== null ||
    claim.source_id === null
  )
    throw notFound('claim');
  return claim;
}

/** What somebody says of how sure he is must be borne by what he rests it on. */
async function reasonsFor(tx: Db, { verification, evidence, links }: VerdictInput, cited: readonly string[]) {
  const claims = await claimsById(tx, cited);
  if (claims.length < new Set(cited).size) throw notFound('claim');
  const publishers = new Set(claims.map(({ publisher }) => publisher));
  if (verification === 'singleSource' && publishers.size + links.length < 1)
    throw reasonMissing('Pick the claim of the source, or link to it', 'claims');
  if (verification === 'independentSource' && publishers.size + links.length < 2)
    throw reasonMissing('Pick claims of two different publishers, or link to another source', 'claims');
  if (verification === 'reproducedByUs' && evidence === '')
    throw reasonMissing('Say what was done to reproduce it, on what, and what was seen', 'evidence');
}

const reasonMissing = (why: string, path: string) =>
  malformed('evidence-needed', why, { field: path }, [{ path, message: 'is needed' }]);

/** What rests on something for named people is for those of them who may read all of it. */
async function audienceOf(tx: Db, cited: readonly string[]): Promise<string[]> {
  const named = (await claimsById(tx, cited)).filter(({ scope }) => scope === 'named');
  return named[0]!.audience.filter((person) => named.every(({ audience }) => audience.includes(person)));
}

function answerOf(
  id: string,
  owner: string,
  person: string,
  { kind, aspect }: { kind: ClaimKind; aspect: string },
  { value, verification, evidence, links, claims }: VerdictInput,
): NewAnswer {
  return {
    verdict_id: id,
    owner_id: owner,
    person_id: person,
    value,
    value_key: valueKeyOf(kind, aspect, value),
    verification,
    evidence,
    links,
    claims,
  };
}

const alreadyOpen = () =>
  conflict('verdict-open', 'This fact has a verdict that waits for its second check; answer that one');

const answered = ({ state }: VerdictRow) =>
  conflict('verdict-answered', `This verdict is ${state} by now; reload the page`, { state });

function nobody(): never {
  throw forbidden('person-needed', 'A verdict is given by a person, not by a machine');
}

function missing(what: string): never {
  throw notFound(what);
}
