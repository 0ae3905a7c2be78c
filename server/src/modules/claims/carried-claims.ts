import { ClaimKind, Instant, type Tlp } from '@busbar/contract';
import { sql } from 'kysely';
import { z } from 'zod';

import type { Db } from '../../platform/database.ts';
import { line, plain } from '../../platform/plain-text.ts';
import { type Stated, valueKeyOf } from './comparison.ts';

// What a CERT stands for, on its way to another one: a JSON file with the claims of one CERT, a vulnerability an entry.
// Why it was decided so stays where it was: nobody has released that.

const format = 'busbar claims 1';

const mostVulnerabilities = 20_000;
const mostClaims = 2_000;

const List = z.object({
  format: z.literal(format),
  publisher: z.string().min(1).max(200),
  vulnerabilities: z.array(z.unknown()).max(mostVulnerabilities),
});

const CarriedClaim = z
  .object({
    kind: ClaimKind,
    /** What of the kind, of which product, and by what both are known to be the same fact elsewhere. */
    aspect: z.string().max(200),
    subject: z.string().max(500),
    fact: z.string().max(500),
    value: z.string().min(1).max(1000),
    at: Instant,
  })
  .refine(({ kind, fact }) => fact.startsWith(`${kind}|`));

const CarriedVulnerability = z
  .object({
    ref: z.string().regex(/^(?:CVE-\d{4}-\d{4,19}|VUL-\d{4}-[0-9A-Z]{8})$/),
    /** Where it has no CVE: the publisher that speaks of it, and as what, a line each. */
    key: z
      .string()
      .max(600)
      .regex(/^[^\n]+\n[^\n]+$/)
      .nullable(),
    title: z.string().max(500),
    claims: z.array(CarriedClaim).min(1).max(mostClaims),
  })
  .refine(({ ref, key }) => ref.startsWith('CVE-') === (key === null));

/** What one CERT stands for of one vulnerability. */
export interface CarriedVulnerability extends z.infer<typeof CarriedVulnerability> {
  readonly publisher: string;
}

/** As a file for others, and, of one vulnerability, as it is kept here: the same for the same claims. */
export function listOfClaims(publisher: string, vulnerabilities: readonly CarriedVulnerability[]): string {
  const lines = vulnerabilities.map(({ ref, key, title, claims }) =>
    JSON.stringify({ ref, key, title, claims }),
  );
  return `{"format":"${format}","publisher":${JSON.stringify(publisher)},"vulnerabilities":[\n${lines.join(',\n')}\n]}\n`;
}

/** Undefined where it is no such list. Of two entries of one vulnerability the later counts. */
export function claimsIn(
  value: unknown,
): { readonly vulnerabilities: readonly CarriedVulnerability[]; readonly unreadable: number } | undefined {
  const { data } = List.safeParse(value);
  if (!data) return undefined;
  const publisher = line(data.publisher, 200);
  const known = new Map<string, CarriedVulnerability>();
  let unreadable = 0;
  for (const raw of data.vulnerabilities) {
    const one = CarriedVulnerability.safeParse(raw).data;
    if (one) known.set(one.ref, { ...one, publisher });
    else unreadable++;
  }
  return { vulnerabilities: [...known.values()], unreadable };
}

/** By what it is known here, and what is said of it. */
export const saidOf = ({ ref, key, claims }: CarriedVulnerability) => ({
  key: key === null ? ref : plain(key),
  lines: claims.map(({ kind, aspect, subject, fact, value }): Stated => ({
    kind,
    aspect: line(aspect, 200),
    subject: line(subject, 500),
    fact: plain(fact),
    value: line(value, 1000),
    valueKey: valueKeyOf(kind, aspect, value),
    quote: '',
    pointer: '',
    by: undefined,
  })),
});

/**
 * What this CERT stands for and has released to partners or everybody under exactly this label. Nothing that others may
 * not know goes along: neither a title nor the name of something that has no CVE. Null where it has never stood for
 * anything; an empty list takes back what one before it said.
 */
export async function claimsToCarry(
  tx: Db,
  owner: string,
  label: Tlp,
): Promise<CarriedVulnerability[] | null> {
  const ever = await sql`select from claim where owner_id = ${owner} and source_id is null limit 1`.execute(
    tx,
  );
  if (ever.rows.length === 0) return null;
  const readable = sql`s.vulnerability_id = v.id and s.ended_at is null and s.label <= ${label}::tlp and s.scope >= 'partners'`;
  const { rows } = await sql<CarriedVulnerability>`
    select v.ref, c.publisher,
      case when v.ref like 'CVE-%' then null else (
        select k.key from vulnerability_key k join vulnerability_source s on ${readable}
          and s.publisher = split_part(k.key, E'\n', 1)
        where k.vulnerability_id = v.id and position(E'\n' in k.key) > 0 order by k.key collate "C" limit 1) end as key,
      coalesce((select s.title from vulnerability_source s where ${readable}
        order by s.ours, s.updated_at desc, s.id limit 1), '') as title,
      jsonb_agg(jsonb_build_object('kind', c.kind, 'aspect', c.aspect, 'subject', c.subject, 'fact', c.fact, 'value', c.value,
        'at', to_char(c.retrieved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.fact collate "C") as claims
    from claim c join vulnerability v on v.id = c.vulnerability_id
    where c.owner_id = ${owner} and c.source_id is null and c.superseded_at is null and c.label = ${label}::tlp and c.scope >= 'partners'
    group by v.id, v.ref, c.publisher order by c.publisher collate "C", v.ref collate "C"`.execute(tx);
  return rows.flatMap((row) => (CarriedVulnerability.safeParse(row).success ? [row] : []));
}
