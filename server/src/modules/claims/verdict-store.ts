import type { ClaimKind, Scope, StatedVerification, Tlp, VerdictState } from '@busbar/contract';
import { type Generated, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

interface AnswerTable {
  verdict_id: string;
  owner_id: string;
  person_id: string;
  value: string;
  value_key: string;
  verification: StatedVerification;
  evidence: string;
  links: string[];
  claims: string[];
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    verdict: {
      id: string;
      owner_id: string;
      label: Tlp;
      scope: Scope;
      audience: string[];
      vulnerability_id: string;
      kind: ClaimKind;
      fact: string;
      aspect: string;
      subject: string;
      state: Generated<VerdictState>;
      opened_by: string;
      opened_at: Generated<Date>;
    };
    verdict_first: AnswerTable & { corrects_id: string | null };
    verdict_second: AnswerTable & { first_person: string };
    verdict_third: AnswerTable & { first_person: string; second_person: string };
  }
}

export interface AnswerRow {
  readonly person: string;
  readonly by: string;
  readonly value: string;
  readonly value_key: string;
  readonly verification: StatedVerification;
  readonly evidence: string;
  readonly links: string[];
  readonly claims: string[];
  readonly at: string;
}

/** Which claim the first of them holds for a mistake is a part of the answer, and as hidden. */
export type FirstRow = AnswerRow & { readonly corrects: string | null };

/** A verdict with those of its answers that the actor may see: the policy keeps the first back until there is a second. */
export interface VerdictRow {
  readonly id: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: string[];
  readonly vulnerability_id: string;
  readonly ref: string;
  readonly title: string;
  readonly kind: ClaimKind;
  readonly fact: string;
  readonly aspect: string;
  readonly subject: string;
  readonly state: VerdictState;
  readonly opened_by: string;
  readonly opener: string;
  readonly opened_at: Date;
  readonly mine: boolean;
  readonly first: FirstRow | null;
  readonly second: AnswerRow | null;
  readonly third: AnswerRow | null;
}

export interface VerdictsWanted {
  readonly ids?: readonly string[];
  readonly vulnerability?: string;
  readonly state?: VerdictState | undefined;
  readonly search?: readonly string[];
  /** Waiting for somebody other than those who have answered. */
  readonly forMe?: boolean;
  readonly after?: { readonly at: string; readonly id: string } | undefined;
  readonly limit?: number;
}

const answer = (step: 'first' | 'second' | 'third') => sql`(
  select to_jsonb(a) from (
    select t.person_id as person, coalesce(p.name, '') as by, t.value, t.value_key, t.verification, t.evidence, t.links, t.claims, t.at
      ${step === 'first' ? sql`, t.corrects_id as corrects` : sql``}
    from ${sql.table(`verdict_${step}`)} t left join person p on p.id = t.person_id where t.verdict_id = v.id
  ) a)`;

/** Of one vulnerability the newest first, else the oldest. */
export async function verdictsOf(tx: Db, wanted: VerdictsWanted): Promise<VerdictRow[]> {
  const { ids, vulnerability, state, search = [], forMe, after, limit = 500 } = wanted;
  const mine = sql`(v.opened_by = actor_person()
    or exists (select from verdict_second s where s.verdict_id = v.id and s.person_id = actor_person()))`;
  const { rows } = await sql<VerdictRow>`
    select v.id, v.label, v.scope, v.audience, v.vulnerability_id, u.ref, v.kind, v.fact, v.aspect, v.subject, v.state, v.opened_by, v.opened_at,
      coalesce(o.name, '') as opener, ${mine} as mine,
      coalesce((select s.title from vulnerability_source s where s.vulnerability_id = u.id and s.ended_at is null
        order by s.ours, s.updated_at desc, s.id limit 1), '') as title,
      ${answer('first')} as first, ${answer('second')} as second, ${answer('third')} as third
    from verdict v join vulnerability u on u.id = v.vulnerability_id left join person o on o.id = v.opened_by
    where ${ids ? sql`v.id = any (${[...ids]}::uuid[])` : sql`true`}
      and ${vulnerability ? sql`v.vulnerability_id = ${vulnerability}` : sql`true`}
      and ${state ? sql`v.state = ${state}` : sql`true`}
      and ${forMe ? sql`v.state in ('waiting', 'disputed') and not ${mine}` : sql`true`}
      ${sql.join(
        search.map((pattern) => sql`and lower(u.ref || ' ' || v.subject || ' ' || v.kind) like ${pattern}`),
        sql` `,
      )}
      and ${after ? sql`(v.opened_at, v.id) > (${after.at}::timestamptz, ${after.id}::uuid)` : sql`true`}
    order by ${vulnerability ? sql`v.opened_at desc, v.id desc` : sql`v.opened_at, v.id`} limit ${limit}`.execute(
    tx,
  );
  return rows;
}

/** Nobody else answers it until the transaction ends. */
export async function lockVerdict(tx: Db, id: string): Promise<VerdictRow | undefined> {
  const { rows } = await sql`select from verdict where id = ${id} for update`.execute(tx);
  return rows.length > 0 ? (await verdictsOf(tx, { ids: [id] }))[0] : undefined;
}

export interface NewVerdict {
  readonly id: string;
  readonly owner_id: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: string[];
  readonly vulnerability_id: string;
  readonly kind: ClaimKind;
  readonly fact: string;
  readonly aspect: string;
  readonly subject: string;
  readonly opened_by: string;
}

export interface NewAnswer {
  readonly verdict_id: string;
  readonly owner_id: string;
  readonly person_id: string;
  readonly value: string;
  readonly value_key: string;
  readonly verification: StatedVerification;
  readonly evidence: string;
  readonly links: string[];
  readonly claims: string[];
}

/** False when the fact has an open verdict already. */
export async function addVerdict(
  tx: Db,
  row: NewVerdict,
  first: NewAnswer & { readonly corrects_id: string | null },
): Promise<boolean> {
  const opened = await tx
    .insertInto('verdict')
    .values(row)
    // The index knows of those that were opened in the same moment, too.
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'vulnerability_id', 'fact'])
        .where(sql<boolean>`state in ('waiting', 'disputed')`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (!opened) return false;
  await tx.insertInto('verdict_first').values(first).execute();
  return true;
}

export async function addSecond(tx: Db, first: string, row: NewAnswer): Promise<void> {
  await tx
    .insertInto('verdict_second')
    .values({ ...row, first_person: first })
    .execute();
}

export async function addThird(tx: Db, first: string, second: string, row: NewAnswer): Promise<void> {
  await tx
    .insertInto('verdict_third')
    .values({ ...row, first_person: first, second_person: second })
    .execute();
}

export async function setVerdictState(tx: Db, id: string, state: VerdictState): Promise<void> {
  await tx.updateTable('verdict').set({ state }).where('id', '=', id).execute();
}

/** The claim of the CERT that came of it, in the place of the one before it. */
export async function addOurs(
  tx: Db,
  {
    verdict,
    publisher,
    checks,
    answer,
    verification,
    limit,
    people,
  }: {
    readonly verdict: VerdictRow;
    readonly publisher: string;
    readonly checks: number;
    readonly answer: AnswerRow | NewAnswer;
    readonly verification: StatedVerification;
    readonly limit: { readonly label: Tlp; readonly scope: Scope };
    /** Who came to it: it is theirs where what it rests on is for named people. */
    readonly people: readonly string[];
  },
): Promise<void> {
  await sql`update claim set superseded_at = clock_timestamp(), superseded_by = ''
    where vulnerability_id = ${verdict.vulnerability_id} and fact = ${verdict.fact} and source_id is null and superseded_at is null`.execute(
    tx,
  );
  await sql`insert into claim (id, owner_id, label, scope, audience, limit_label, limit_scope, vulnerability_id, publisher, kind,
      fact, value_key, aspect, subject, value, quote, verification, checks, corrects_id, retrieved_at)
    values (${verdict.id}, actor_organisation(), greatest(${verdict.label}::tlp, ${limit.label}::tlp),
      least(${verdict.scope}::scope, ${limit.scope}::scope),
      case when ${verdict.scope} = 'named' then ${verdict.audience}::uuid[] when ${limit.scope} = 'named' then ${[...people]}::uuid[] else '{}' end,
      ${limit.label}, ${limit.scope}, ${verdict.vulnerability_id}, ${publisher}, ${verdict.kind}, ${verdict.fact}, ${answer.value_key}, ${verdict.aspect},
      ${verdict.subject}, ${answer.value}, ${answer.evidence}, ${verification}, ${checks}, ${verdict.first?.corrects ?? null}, clock_timestamp())`.execute(
    tx,
  );
}

/** How many facts of each vulnerability have a verdict that stands how. */
export async function countVerdicts(
  tx: Db,
  vulnerabilities: readonly string[],
): Promise<Map<string, { waiting: number; disputed: number; checked: number }>> {
  const { rows } = await sql<{
    vulnerability_id: string;
    waiting: number;
    disputed: number;
    checked: number;
  }>`
    select v.vulnerability_id, count(*) filter (where v.state = 'waiting') as waiting,
      count(*) filter (where v.state = 'disputed') as disputed,
      (select count(*) from claim c where c.vulnerability_id = v.vulnerability_id and c.source_id is null and c.superseded_at is null) as checked
    from verdict v where v.vulnerability_id = any (${[...vulnerabilities]}::uuid[]) group by v.vulnerability_id`.execute(
    tx,
  );
  return new Map(
    rows.map(({ vulnerability_id, waiting, disputed, checked }) => [
      vulnerability_id,
      { waiting, disputed, checked },
    ]),
  );
}

/** Of what sources say now of the fact that is decided. */
export async function strictestSource(
  tx: Db,
  { vulnerability_id, fact }: { vulnerability_id: string; fact: string },
): Promise<Tlp> {
  const { rows } = await sql<{ label: Tlp | null }>`
    select max(label) as label from claim
    where vulnerability_id = ${vulnerability_id} and fact = ${fact} and source_id is not null and superseded_at is null`.execute(
    tx,
  );
  return rows[0]?.label ?? 'CLEAR';
}

/** What may be made of these claims: the strictest label and the narrowest scope among them (roles.md, section 2). */
export async function limitOf(
  tx: Db,
  claims: readonly string[],
): Promise<{ found: number; label: Tlp | null; scope: Scope | null }> {
  const { rows } = await sql<{ found: number; label: Tlp | null; scope: Scope | null }>`
    select count(*) as found, max(label) as label, min(scope) as scope from claim where id = any (${[...claims]}::uuid[])`.execute(
    tx,
  );
  return rows[0]!;
}
