import type pg from 'pg';

import { type DataKey, type KeyWrapper, openKey } from '../../platform/keys.ts';
import { isNoSecret } from './no-secrets.ts';
import { type FileOf, plantFiles } from './plant-files.ts';

/** What a marker says of itself: where it was planted, and whose that is. */
export interface Marker {
  readonly place: string;
  /** An organisation; null where none of them owns the row. */
  readonly owner: string | null;
  /** The case that the row is of. */
  readonly inCase: string | null;
  /** What opens to some and not to others of a case: a thread, a participant, a file, what was told of it. Or the person whose row it is. */
  readonly part: string | null;
}

export interface Planting {
  /** `table.column` of every column that holds markers now. */
  readonly planted: readonly string[];
  /** Columns that are no secret of anybody, or that a constraint holds to a few words or a shape. */
  readonly kept: readonly string[];
  /** Nothing stands in them in this instance. */
  readonly empty: readonly string[];
  /** Neither planted nor named, and why: nobody has thought of them yet. */
  readonly forgotten: readonly string[];
  /** Every marker in a text, once. */
  markersIn(text: string): readonly Marker[];
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: 'text' | 'text[]' | 'jsonb' | 'bytea' | 'character varying';
  /** A check or a foreign key says what may stand there. */
  readonly held: boolean;
}

/**
 * Writes a marker into every file that was sent, and into every column of text, JSON or sealed text in the database, as the
 * schema has them: a column that is new is planted like all others, or has to be named among those that are no secret.
 * Triggers are off: what they would derive from a marker, such as words to search for, are columns too.
 */
export async function plant(client: pg.Client, wrapper: KeyWrapper, folder: string): Promise<Planting> {
  const { rows: organisations } = await client.query<{ id: string }>(
    'select id from organisation order by id',
  );
  const owners = organisations.map(({ id }) => id);
  const { rows: allCases } = await client.query<{ id: string }>('select id from "case" order by id');
  const { rows: allParts } = await client.query<{ id: string }>(
    'select id from case_thread union select id from case_participant union select id from case_evidence union select id from person union select id from dispatch where case_id is not null order by id',
  );
  const [cases, parts] = [allCases, allParts].map((rows) => rows.map(({ id }) => id)) as [string[], string[]];
  const lists = [owners, cases, parts];
  const keys = await caseKeys(client, wrapper);
  const owned = await ownersOf(client);
  const { caseOf, partOf } = await casesOf(client);
  const [planted, kept, empty, forgotten] = [[], [], [], []] as [string[], string[], string[], string[]];
  await client.query(helpers);
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  for (const column of await columns(client)) {
    const place = `${column.table}.${column.column}`;
    const owner = owned.get(column.table);
    if (isNoSecret(place)) kept.push(place);
    else if (!owner) forgotten.push(`${place}: whose it is cannot be told`);
    else {
      const at = (list: number, id: string) => `coalesce(array_position($${list}::uuid[], ${id}), 0)`;
      const [inCase, part] = [
        caseOf.get(column.table) ?? 'null::uuid',
        partOf.get(column.table) ?? 'null::uuid',
      ];
      // As short as it may be: columns have bounds.
      const mark = `'canary' || ${planted.length} || 'o' || ${at(1, owner)} || coalesce('c' || nullif(${at(2, inCase)}, 0), '')
        || coalesce('w' || nullif(${at(3, part)}, 0), '') || 'z'`;
      await client.query('savepoint planting');
      try {
        const count = await (column.type === 'bytea' ? seal(column, mark) : write(column, mark));
        const filled = count > 0 || (await fill(column, mark)) > 0;
        (filled ? planted : empty).push(place);
      } catch (error) {
        await client.query('rollback to planting');
        if (column.held) kept.push(place);
        else forgotten.push(`${place}: ${(error as Error).message}`);
      }
      await client.query('release planting');
    }
  }
  await plantFiles(client, wrapper, folder, markOfFile);
  await client.query('commit');
  return { planted, kept, empty, forgotten, markersIn };

  function markOfFile({ place, owner, inCase, part }: FileOf): string {
    if (!planted.includes(place)) planted.push(place);
    const at = (list: readonly string[], id: string | null) => (id ? list.indexOf(id) + 1 : 0);
    const [c, w] = [at(cases, inCase), at(parts, part)];
    return `canary${planted.indexOf(place)}o${at(owners, owner)}${c ? `c${c}` : ''}${w ? `w${w}` : ''}z`;
  }

  async function write({ table, column, type }: Column, mark: string): Promise<number> {
    const [name, at] = [quoted(table), quoted(column)];
    const { rowCount } = await client.query(
      `update ${name} t set ${at} = marked.value from (
         select t.ctid as row, pg_temp.marked(t.${at}${type === 'character varying' ? '::text' : ''}, ${mark}) as value from ${name} t) marked
       where t.ctid = marked.row and t.${at} is distinct from marked.value`,
      lists,
    );
    return rowCount ?? 0;
  }

  /** Where nobody has written anything yet, but could. */
  async function fill({ table, column, type, held }: Column, mark: string): Promise<number> {
    if (held || (type !== 'text' && type !== 'text[]')) return 0;
    const value = type === 'text' ? mark : `array[${mark}]`;
    const { rowCount } = await client.query(
      `update ${quoted(table)} t set ${quoted(column)} = ${value}`,
      lists,
    );
    return rowCount ?? 0;
  }

  /** Text that is sealed under the key of a case, in a row that says of which. It stands at `table.column` and an id of the row. */
  async function seal({ table, column }: Column, mark: string): Promise<number> {
    const [name, at] = [quoted(table), quoted(column)];
    const { rows } = await client.query<{
      row: string;
      sealed: Buffer;
      mark: string;
      ids: Record<string, unknown>;
    }>(
      `select t.ctid::text as row, t.${at} as sealed, ${mark} as mark, to_jsonb(t) - '${column}' as ids from ${name} t where t.${at} is not null`,
      lists,
    );
    for (const { row, sealed, mark: marker, ids } of rows) {
      const known = keys.get(String(ids['case_id']));
      const words = Object.values(ids).map(String);
      const [key, place, text] = opened(
        known ? [known] : [...keys.values()],
        sealed,
        `${table}.${column}`,
        words,
      );
      await client.query(`update ${name} set ${at} = $1 where ctid = $2::tid`, [
        key.seal(place, markedText(text, marker)),
        row,
      ]);
    }
    return rows.length;
  }

  function markersIn(text: string): readonly Marker[] {
    const found = new Set(
      Array.from(text.matchAll(/canary(\d+)o(\d+)(?:c(\d+))?(?:w(\d+))?z/gi), (match) =>
        match
          .slice(1)
          .map((each) => each ?? 0)
          .join(' '),
      ),
    );
    return [...found].map((each) => {
      const [n, o, c, w] = each.split(' ').map(Number);
      return {
        place: planted[n!] ?? '',
        owner: owners[o! - 1] ?? null,
        inCase: cases[c! - 1] ?? null,
        part: parts[w! - 1] ?? null,
      };
    });
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function refuse(why: string): never {
  throw new Error(why);
}

async function columns(client: pg.Client): Promise<Column[]> {
  const { rows } = await client.query<Column>(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'f') and a.attnum = any (k.conkey)) as held
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.attgenerated = '' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and format_type(a.atttypid, null) in ('text', 'text[]', 'jsonb', 'bytea', 'character varying')
    order by 1, 2`);
  return rows;
}

/** Whose a row `t` of each table is, in SQL: its own owner, or that of what it belongs to. */
async function ownersOf(client: pg.Client): Promise<Map<string, string>> {
  // Of what is nobody's, whoever did it.
  const { rows: owning } = await client.query<{ table: string; owner: string }>(`
    select c.relname as table, format('coalesce(%s)', string_agg('t.' || a.attname, ', ' order by a.attname desc)) as owner
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and a.attname in ('owner_id', 'organisation_id') group by 1`);
  const { rows: keys } = await client.query<{ table: string; column: string; to: string; key: string }>(`
    select t.relname as table, a.attname as column, f.relname as to, b.attname as key
    from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class f on f.oid = k.confrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
    where k.contype = 'f' and cardinality(k.conkey) = 1 and t.relnamespace = 'public'::regnamespace
    order by f.relname in ('person', 'organisation'), f.relname <> 'case'`);
  const found = new Map(owning.map(({ table, owner }) => [table, owner]));
  found.set('organisation', 't.id');
  found.set('person', '(select m.organisation_id from membership m where m.person_id = t.id limit 1)');
  // What stands in a case is its owner's, whoever brought it; what the CERT keeps to itself there is nobody else's.
  const { rows: cases } = await client.query<{ table: string; internal: boolean }>(`
    select c.relname as table, bool_or(a.attname = 'internal') as internal
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('case_id', 'internal') and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by 1 having bool_or(a.attname = 'case_id')`);
  for (const { table, internal } of cases) {
    const others = found.get(table);
    const owner = `coalesce((select c.owner_id from "case" c where c.id = t.case_id)${others ? `, ${others}` : ''})`;
    found.set(table, internal ? `case when t.internal then null else ${owner} end` : owner);
  }
  // What belongs to something that belongs to somebody; as often as needed.
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { table, column, to, key } of keys) {
      const owner = found.get(to);
      if (owner && !found.has(table))
        found.set(
          table,
          `(select o.owner from (select t.*, ${owner} as owner from ${quoted(to)} t) o where o.${quoted(key)} = t.${quoted(column)})`,
        );
    }
  }
  return found;
}

/** Of which case a row `t` of each table is, and of which part of it, in SQL. */
async function casesOf(client: pg.Client) {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select c.relname as table, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped and a.attname in ('case_id', 'thread_id')
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`);
  const having = (wanted: string) =>
    rows.filter(({ column }) => column === wanted).map(({ table }) => [table, `t.${wanted}`] as const);
  return {
    caseOf: new Map([
      ['case', 't.id'],
      ['consent', `case t.subject_kind when 'case' then t.subject_id end`],
      ...having('case_id'),
    ]),
    partOf: new Map([
      ...['case_thread', 'case_participant', 'case_evidence', 'person'].map(
        (table) => [table, 't.id'] as const,
      ),
      ['audit_event', 't.person_id'],
      ['dispatch', 'case when t.case_id is not null then t.id end'],
      ...having('thread_id'),
    ]),
  };
}

async function caseKeys(client: pg.Client, wrapper: KeyWrapper): Promise<Map<string, DataKey>> {
  const { rows } = await client.query<{ case_id: string; id: string; owner_id: string; wrapped: Buffer }>(
    'select case_id, id, owner_id, wrapped from data_key where case_id is not null',
  );
  return new Map(
    await Promise.all(rows.map(async (row) => [row.case_id, await openKey(wrapper, row)] as const)),
  );
}

/** It stands at its column and an id of its row, or an id and what the row says besides. */
function opened(
  keys: readonly DataKey[],
  sealed: Buffer,
  column: string,
  words: readonly string[],
): [DataKey, place: string, text: string] {
  const pairs = words.flatMap((one) => words.map((other) => `${one} ${other}`));
  for (const key of keys)
    for (const place of [...words, ...pairs].map((word) => `${column} ${word}`))
      try {
        return [key, place, key.open(place, sealed)];
      } catch {
        // It stands somewhere else.
      }
  return refuse('it opens at no id of its row');
}

/** JSON keeps its shape: a marker stands behind every string that people may have written. */
function markedText(text: string, marker: string): string {
  try {
    const whole: unknown = JSON.parse(text);
    if (typeof whole === 'string') return JSON.stringify(`${whole} ${marker}`);
    if (whole !== null && typeof whole === 'object')
      return JSON.stringify(whole, (_, value: unknown) =>
        typeof value === 'string' && isProse(value) ? `${value} ${marker}` : value,
      );
  } catch {
    // It is text.
  }
  return `${text} ${marker}`;
}

/** More than a code of the program. Nearly the same is said in SQL below. */
const isProse = (text: string) =>
  /[^a-zA-Z_-]|^[A-Z]/.test(text) &&
  !/^[0-9a-f-]{36}$|^\d{4}-\d\d-\d\d(?:T|$)|^CWE-\d+$|^(?:CLEAR|GREEN|AMBER(?:\+STRICT)?|RED)$|^busbar [a-z ]+ \d+$/.test(
    text,
  );

/** A marker as part of an address where one is expected, behind the words everywhere else. */
const helpers = `
  create or replace function pg_temp.marked(text, text) returns text language sql immutable as $$
    select case when $1 is null then null
      when $1 ~ '^[^@[:space:]]+@[^@[:space:]]+$' then $2 || '.' || $1
      when $1 ~ '^https?://' then $1 || '#' || $2
      else $1 || ' ' || $2 end $$;
  create or replace function pg_temp.marked(text[], text) returns text[] language sql immutable as $$
    select case when cardinality($1) = 0 then $1 else (select array_agg(pg_temp.marked(each, $2)) from unnest($1) each) end $$;
  create or replace function pg_temp.marked(jsonb, text) returns jsonb language plpgsql immutable as $$
    begin
      return case jsonb_typeof($1)
        when 'object' then (select coalesce(jsonb_object_agg(key, pg_temp.marked(value, $2)), '{}') from jsonb_each($1))
        when 'array' then (select coalesce(jsonb_agg(pg_temp.marked(value, $2) order by place), '[]')
          from jsonb_array_elements($1) with ordinality as e (value, place))
        when 'string' then case
          when $1 #>> '{}' ~ '[^a-zA-Z_-]|^[A-Z]' and $1 #>> '{}' !~ '^[a-z]+-?[0-9]+[a-z]*$|^[^[:alnum:]]$|^(CLEAR|GREEN|AMBER([+]STRICT)?|RED)$' and $1 #>> '{}' !~ '^[0-9a-f-]{36}$|^[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)|^CWE-[0-9]+$'
            then to_jsonb(pg_temp.marked($1 #>> '{}', $2))
          else $1 end
        else $1 end;
    end $$;`;
