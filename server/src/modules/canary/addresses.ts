import { type AnyRoute, apis, mayDo, type Role, type Tlp } from '@busbar/contract';
import type pg from 'pg';

import { exampleBody, exampleUrl } from '../../platform/example-question.ts';
import { urlOfFile } from '../published/published-service.ts';
import type { AskAs, Question } from './canary-service.ts';
import type { Witness } from './witnesses.ts';

/** Something to ask, by whom, and who was answered before there were markers. */
export interface Address extends Question {
  readonly kind: 'answer' | 'refusal' | 'page' | 'feed' | 'change';
  /** As it is declared: an operation of the API, a page of the portal, or what machines fetch. */
  readonly path: string;
  readonly by: readonly Witness[];
  readonly readers: ReadonlySet<Witness>;
}

export interface Served {
  /** Of the portal, such as `cases/:id`; none where it is not built. */
  readonly pages: readonly string[];
  /** Whatever else answers to GET, such as `/feed.atom`. */
  readonly feeds: readonly string[];
}

/** What one organisation, or one case, has: ids by which somebody may ask, and who is answered there. */
interface Holding {
  readonly ids: readonly { readonly table: string; readonly id: string }[];
  readonly readers: readonly Witness[];
  /** Ids that were answered, by the first word of the address and the name of the parameter: `cases/id`. */
  readonly known: Map<string, string>;
}

const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values<AnyRoute>(api));

/**
 * Every list and every search; every address with an id at which somebody finds something of his own; every page, as HTML and as
 * its data; every feed, every file that is published, and the calendar of each; whatever changes something, for those who may not;
 * and at last for those who may, twice at once, so that one of them is told what stands against it.
 */
export async function addressesOf(
  client: pg.Client,
  witnesses: readonly Witness[],
  { pages, feeds }: Served,
  ask: AskAs,
): Promise<Address[]> {
  const holdings = await holdingsOf(client, witnesses);
  const few = witnesses.filter(({ is }) => is === 'PUB');
  // Pages ask the API as who reads them, and it is asked as everybody: here is who comes by another door or reads other pages.
  const onPages = oneOfEach(witnesses).filter(
    ({ is, cases, parts }) =>
      cases.size + parts.size > 0 || /^(?:PUB|MAD|(?:MAD|ANA|LEAD|ADM) of a stranger)$/.test(is),
  );
  // Labels and keys make the difference there.
  const atFeeds = witnesses.filter(({ is }) => /^PUB$|^(?:SVC|MAD|VEN|RES|ANA) of a stranger$/.test(is));
  const able = (route: AnyRoute) =>
    // Who has no role for it is turned away at the door, which looks at nothing.
    witnesses.filter(({ actor }) => mayDo(actor.roles as Role[], route.action, route.serves));
  const reads = async (witness: Witness, url: string) => {
    const { status } = await ask(witness.actor, { method: 'GET', url });
    return status === 200;
  };
  const readersOf = async (url: string, of: readonly Witness[]) => {
    const answers = await Promise.all(of.map((witness) => reads(witness, url)));
    return new Set(of.filter((_, at) => answers[at]));
  };

  const found: Address[] = [];
  for (const route of routes.filter(({ method }) => method === 'GET').sort(byLength)) {
    const { path } = route;
    const by = able(route);
    if (!path.includes(':')) {
      const url = exampleUrl(route);
      const signedIn = by.filter(({ actor }) => actor.person);
      found.push({ kind: 'answer', method: 'GET', url, path, by, readers: await readersOf(url, signedIn) });
      const search = `${url.split('?')[0]}?q=canary&search=canary`;
      found.push({ kind: 'answer', method: 'GET', url: search, path, by: oneOfEach(by), readers: new Set() });
      continue;
    }
    for (const holding of holdings) {
      const reader = holding.readers.find((witness) => by.includes(witness));
      if (!reader) continue;
      const urlOf = (values: Values) => exampleUrl(route, values['id'], values['other']);
      const first = await firstAnswered(path, holding, [reader], urlOf);
      const own = by.filter(({ actor }) => actor.organisation === reader.actor.organisation);
      if (first)
        found.push({ kind: 'answer', method: 'GET', path, by: oneOfEach([reader, ...own, ...by]), ...first });
    }
  }
  for (const path of pages) found.push(...(await pagesOf(path)));
  const files = await publishedFiles(client);
  for (const url of [...feeds, ...files])
    found.push({ kind: 'feed', method: 'GET', url, path: url, by: atFeeds, readers: new Set() });
  for (const witness of able(apis.alerts.openCalendar)) {
    const url = await calendarOf(witness);
    if (url)
      found.push({
        kind: 'feed',
        method: 'GET',
        url,
        path: apis.alerts.calendar.path,
        by: [witness],
        readers: new Set([witness]),
      });
  }
  const changes = routes.filter(({ method, path }) => method !== 'GET' && path.includes('/:id'));
  for (const route of changes)
    for (const holding of holdings) {
      const [values] = combinations(route.path, holding);
      // Whoever works for others, as the CERT does, and who has a part in a case, changes by right what is not his own.
      const by = able(route).filter(
        (witness) => !holding.readers.includes(witness) && !worksForOthers(witness) && !isOutsider(witness),
      );
      if (!values || by.length === 0) continue;
      found.push({ ...questionOf('refusal', route, values), by: oneOfEach(by), readers: new Set() });
      // What refuses looks at whose it is in the same way, whoever has it.
      break;
    }
  for (const route of changes)
    for (const holding of holdings) {
      const [values] = combinations(route.path, holding);
      const by = oneOfEach(able(route).filter((witness) => holding.readers.includes(witness)));
      if (!values || by.length === 0) continue;
      found.push({ ...questionOf('change', route, values), by: [...by, ...by], readers: new Set() });
      break;
    }
  return found;

  /** The address of a calendar that he opens; whoever has it is asked for nothing more. */
  async function calendarOf({ actor }: Witness): Promise<string | undefined> {
    if (!actor.person) return undefined;
    const { method, path } = apis.alerts.openCalendar;
    const { status, body } = await ask(actor, { method, url: path, body: { names: true } });
    if (status !== 200) return undefined;
    return new URL((JSON.parse(Buffer.from(body).toString()) as { url: string }).url).pathname;
  }

  /** As HTML by a few, and its data by all who differ: it is the same text, and costs a fifth. */
  async function pagesOf(path: string): Promise<Address[]> {
    const page = { kind: 'page', method: 'GET', path } as const;
    const at = (url: string, readers: ReadonlySet<Witness>): Address[] => [
      { ...page, url, by: [...new Set([...few, ...readers])], readers },
      { ...page, url: dataOf(url), by: [...new Set([...onPages, ...readers])], readers },
    ];
    if (!path.includes(':')) return at(`/${path}`.replace('*', 'nowhere'), new Set());
    const reached: Address[] = [];
    for (const holding of holdings) {
      const urlOf = (values: Values) =>
        `/${path.replaceAll(/:(\w+)\??/g, (_, name: string) => valueOf(name, values))}`;
      const first = await firstAnswered(path, holding, holding.readers.slice(0, 2), urlOf, dataOf);
      if (first) reached.push(...at(first.url, first.readers));
    }
    return reached;
  }

  /** Where somebody is answered, if anywhere; some ids are tried at a time. */
  async function firstAnswered(
    path: string,
    holding: Holding,
    readers: readonly Witness[],
    urlOf: (values: Values) => string,
    asked: (url: string) => string = (url) => url,
  ): Promise<Pick<Address, 'url' | 'readers'> | undefined> {
    const all = combinations(path, holding);
    for (const reader of readers)
      for (let at = 0; at < all.length; at += AT_ONCE) {
        const some = all.slice(at, at + AT_ONCE);
        const answers = await Promise.all(some.map((values) => reads(reader, asked(urlOf(values)))));
        const values = some[answers.indexOf(true)];
        if (!values) continue;
        remember(holding, path, values);
        return { url: urlOf(values), readers: new Set([reader]) };
      }
    // What is below the address of something that nobody was shown is not looked for one by one.
    const key = `${firstOf(path)}/id`;
    if (!holding.known.has(key) && path.split(':').length === 2) holding.known.set(key, '');
    return undefined;
  }
}

const questionOf = <Kind extends Address['kind']>(kind: Kind, route: AnyRoute, values: Values) => ({
  kind,
  method: route.method,
  path: route.path,
  url: exampleUrl(route, values['id'], values['other']),
  body: exampleBody(route),
});

/** Of all who are there the first of each who differs. */
const oneOfEach = (witnesses: readonly Witness[]): Witness[] =>
  // The last of a name stays in a map.
  [...new Map(witnesses.toReversed().map((witness) => [witness.is, witness])).values()];

const isOutsider = ({ cases, parts }: Witness) => cases.size + parts.size > 0;

const worksForOthers = ({ actor }: Witness) => actor.roles.some((role) => role === 'ANA' || role === 'LEAD');

const AT_ONCE = 8;

const byLength = (one: AnyRoute, other: AnyRoute) => one.path.length - other.path.length;

/** How a page asks for its own data (React Router, single fetch). */
const dataOf = (url: string) => (url === '/' ? '/_root.data' : `${url}.data`);

type Values = Readonly<Record<string, string>>;

const words: Readonly<Record<string, string>> = {
  packet: '1',
  table: 'devices',
  version: '1',
  language: 'ru',
};

const valueOf = (name: string, values: Values): string =>
  words[name] ?? (name === 'id' ? values['id']! : values['other']!);

/** What may stand for the ids of an address: what was answered before, else every id there is. */
function combinations(path: string, { ids, known }: Holding): Values[] {
  const at = firstOf(path);
  const settled = known.get(`${at}/id`);
  // Pages of what nobody was shown are not tried again one by one.
  if (settled === '') return [];
  const within = [...path.matchAll(/:(\w+)/g)]
    .map(([, name]) => name!)
    .find((name) => name !== 'id' && !words[name]);
  const inside = within ? ids.filter(({ table }) => table.endsWith(`_${within}`)) : [];
  const other = known.get(`${at}/${within}`);
  const others = other ? [other] : inside.map(({ id }) => id);
  // What is named like the address comes first: `capture` for /captures. A page is tried with nothing else where there is such.
  const likely = ids.filter(({ table }) => table.includes(at.replace(/s$/, '')));
  const rest =
    path.startsWith('/') || likely.length === 0 ? ids.filter((each) => !likely.includes(each)) : [];
  return (settled ? [settled] : [...likely, ...rest].map(({ id }) => id)).flatMap((id) =>
    (others.length > 0 ? others : [id]).map((each) => ({ id, other: each })),
  );
}

function remember({ known }: Holding, path: string, values: Values): void {
  const at = firstOf(path);
  for (const [, name] of path.matchAll(/:(\w+)/g)) {
    const key = `${at}/${name}`;
    if (!known.get(key)) known.set(key, valueOf(name!, values));
  }
}

/** `cases` of `/api/cases/:id`, and of the page `cases/:id`. */
const firstOf = (path: string) => path.replace(/^\/api\//, '').split('/')[0]!;

/** Of each organisation, and of each case that opens to somebody from outside. */
async function holdingsOf(client: pg.Client, witnesses: readonly Witness[]): Promise<Holding[]> {
  const rows = await idsOf(client);
  const people = witnesses.filter(
    ({ actor, parts, is }) =>
      actor.person && actor.organisation && parts.size === 0 && !is.endsWith(' of a stranger'),
  );
  const owners = new Set(people.map(({ actor }) => actor.organisation));
  const holdings: Holding[] = [...owners].map((owner) => ({
    ids: rows.filter((row) => row.owner === owner),
    readers: people.filter(({ actor, cases }) => actor.organisation === owner && cases.size === 0),
    known: new Map(),
  }));
  for (const outsider of witnesses.filter(isOutsider)) {
    const inCases = outsider.cases.size > 0 ? [...outsider.cases] : await casesWith(client, outsider.parts);
    for (const one of inCases)
      holdings.push({ ids: await idsIn(client, one), readers: [outsider], known: new Map() });
  }
  return holdings;
}

async function casesWith(client: pg.Client, parts: ReadonlySet<string>): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select distinct case_id as id from case_participant where id = any ($1)',
    [[...parts]],
  );
  return rows.map(({ id }) => id);
}

/** One of each table and each owner, of the case in which there is most: what somebody may ask for by its id. */
async function idsOf(client: pg.Client): Promise<{ table: string; id: string; owner: string }[]> {
  const { rows: tables } = await client.query<{ table: string; owner: string; of: string }>(`
    select quote_ident(c.relname) as table, case o.attname when 'case_id' then '(select owner_id from "case" where id = case_id)' else o.attname end as owner,
      case when exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'case_id' and not k.attisdropped) then 'case_id' else 'id' end as of
    from pg_class c join pg_attribute o on o.attrelid = c.oid and o.attname in ('owner_id', 'organisation_id', 'case_id')
      join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%' order by 1`);
  const found = [];
  for (const { table, owner, of } of tables) {
    const { rows } = await client.query<{ id: string; owner: string }>(
      `select distinct on (owner) id, owner
       from (select id, ${owner} as owner, (select f.rows from fullest f where f.id = t.${of}) as rows from ${table} t) owned
       where owner is not null order by owner, rows desc nulls last, id`,
    );
    found.push(...rows.map((row) => ({ table, ...row })));
  }
  return found;
}

/** The case, and one of each table of it. */
async function idsIn(client: pg.Client, one: string): Promise<{ table: string; id: string }[]> {
  const { rows: tables } = await client.query<{ table: string }>(`
    select quote_ident(c.relname) as table from pg_class c
      join pg_attribute o on o.attrelid = c.oid and o.attname = 'case_id' and not o.attisdropped
      join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%' order by 1`);
  const found = [{ table: 'case', id: one }];
  for (const { table } of tables) {
    const { rows } = await client.query<{ id: string }>(
      `select id from ${table} where case_id = $1 order by id limit 1`,
      [one],
    );
    found.push(...rows.map(({ id }) => ({ table, id })));
  }
  return found;
}

/** Of each label, scope and kind of file one, and what is signed with it. */
async function publishedFiles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; label: Tlp }>(`
    select distinct on (label, scope, media_type) name, label from published_file where current
    order by label, scope, media_type, name`);
  return rows.flatMap(({ name, label }) => ['', '.asc'].map((part) => `${urlOfFile(name, label)}${part}`));
}
