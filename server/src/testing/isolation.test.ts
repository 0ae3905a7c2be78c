import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { apis, type AnyRoute, IncidentReport, mayDo, peopleApi, type Role } from '@busbar/contract';
import pg from 'pg';

import { type Actor, visitor } from '../platform/actor.ts';
import {
  type Answer,
  type AskAs,
  type Heard,
  type Said,
  setCanary,
} from '../modules/canary/canary-service.ts';
import type { Address } from '../modules/canary/addresses.ts';
import { keptWays } from '../platform/kept-ways.ts';
import { writeLetters } from '../modules/canary/letters.ts';
import { readingsOf } from '../modules/canary/readings.ts';
import { wrapperOf } from '../platform/keys.ts';
import { exampleBody, exampleUrl } from '../platform/example-question.ts';
import { bringReport, oneWrite } from './bundles.ts';
import { MailServer } from './mail-server.ts';
import { internetOf, OtherSide } from './other-side.ts';
import { fallDue } from './purge.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const emptyKit = { style: '', noScript: '', worker: '', program: '' };

const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values(api));
const byId = routes.filter(({ path }) => path.includes('/:id'));

/** Nordwasser has one of everything the demo makes; Delta Motors and the others ask for it by its ids. */
describe('what belongs to one organisation', { timeout: 600_000 }, () => {
  let server: TestServer;
  let mail: MailServer;
  let programs: OtherSide;
  let internet: Awaited<ReturnType<typeof internetOf>>;
  /** Whatever came out of the house after all. */
  const escaped: string[] = [];
  const outward = keptWays();
  let owner: pg.Client;
  let victim: Actor;
  let strangers: Actor[];
  let ids: { table: string; id: string }[];
  const logged: string[] = [];

  before(async () => {
    mail = await new MailServer().open();
    programs = await new OtherSide({ secure: true }).open();
    internet = await internetOf(programs);
    server = await startTestServer({
      work: true,
      pages: true,
      mail: mail.settings,
      outbound: internet.outbound,
      ways: outward,
      logged,
      logLevel: 'debug',
    });
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await server.house.demo.fill();
    victim = await memberOf('Nordwasser', 'MAD');
    const stranger = await memberOf('Delta Motors', 'MAD');
    strangers = [
      stranger,
      await memberOf('Delta Motors', 'MEM'),
      await memberOf('Aurum Controls', 'VEN'),
      { ...visitor, name: 'key', organisation: stranger.organisation, roles: ['SVC'], ceiling: 'AMBER' },
    ];
    const asVictim = server.as(victim);
    await asVictim(peopleApi.invite, {
      body: { name: 'Nora New', email: 'nora@nordwasser.example', roles: ['MEM'] },
    });
    await asVictim(peopleApi.addKey, { body: { name: 'SIEM', maxTlp: 'GREEN', days: 9 } });
    await bringReport(server, victim, oneWrite);
    for (const actor of [victim, stranger]) await addHook(actor);
    const { as, become } = server.database;
    await as(victim, (tx) =>
      server.house.kits.keep(
        { tx, actor: victim, become: (other) => become(tx, other) },
        emptyKit,
        'AMBER+STRICT',
      ),
    );
    await fillCases();
    await idle();
    // What could not be delivered is tried again by the clock, in the middle of a comparison.
    await owner.query(`update delivery set next_at = now() + interval '1 day' where leased_until is null`);
    ids = await idsOf(victim.organisation!);
  });
  after(async () => {
    await owner.end();
    await server.close();
    await mail.close();
    internet.close();
    await programs.close();
  });

  it('is there, so that asking for it means something', async () => {
    const never = [];
    for (const route of byId.filter(
      ({ method, action, serves }) => method === 'GET' && mayDo(victim.roles as Role[], action, serves),
    )) {
      // What the CERT knows and publishes belongs to no member.
      if (/^\/api\/(?:advisories|published)/.test(route.path)) continue;
      const found = await Promise.all(
        ids.flatMap(({ id }) =>
          withinOf(route).map((other) => server.send(victim)('GET', exampleUrl(route, id, other), undefined)),
        ),
      );
      if (!found.some(({ status }) => status === 200)) never.push(route.path);
    }
    assert.deepEqual(never, []);
  });

  it('is in no list, no search and no count of the others', async () => {
    const words = ['nordwasser', ...ids.map(({ id }) => id)];
    const seen: string[] = [];
    for (const stranger of strangers)
      for (const route of routes) {
        if (route.method !== 'GET' || route.path.includes(':')) continue;
        const { body } = await server.send(stranger)('GET', exampleUrl(route), undefined);
        const text = JSON.stringify(body).toLowerCase();
        // Whose demo this is, everybody may read.
        if (route.path !== '/api/instance')
          seen.push(
            ...words
              .filter((word) => text.includes(word))
              .map((word) => `${stranger.roles.join()} ${route.path}: ${word}`),
          );
      }
    assert.deepEqual(seen, []);
  });

  it('looks to all others as if it were not there, by every operation that takes an id', async () => {
    const untouched = await fingerprint();
    const told: string[] = [];
    for (const stranger of strangers)
      for (const route of byId) {
        const nowhere = await answerTo(stranger, route, crypto.randomUUID());
        const comesIn = mayDo(stranger.roles as Role[], route.action, route.serves);
        if (stranger.roles.includes('MAD') && comesIn)
          assert.ok(nowhere.startsWith('404'), `${route.method} ${route.path}: ${nowhere}`);
        // Who has no role for it is turned away at the door, which looks at no id: one shows that.
        const asked = comesIn ? ids : ids.slice(0, 1);
        await Promise.all(
          asked.flatMap(({ table, id }) =>
            withinOf(route).map(async (other) => {
              const there = await answerTo(stranger, route, id, other);
              if (there !== nowhere)
                told.push(
                  `${stranger.roles.join()} ${route.method} ${route.path} with an id of ${table}: ${there}`,
                );
            }),
          ),
        );
      }
    assert.deepEqual(told, []);
    assert.deepEqual(await fingerprint(), untouched);
  });

  it('cannot be pointed at by a row of another', async () => {
    const site = ids.find(({ table }) => table === 'site')!.id;
    const add = apis.plant.addAsset;
    const { status } = await server.send(strangers[0]!)('POST', add.path, {
      ...(exampleBody(add) as object),
      site,
    });
    assert.ok(status === 404 || status === 400, String(status));
  });

  it('is not read by the administrator', async () => {
    const administrator = await memberOf('cert', 'ADM');
    const { rows } = await owner.query<{ name: string }>(
      `select name from site where owner_id = $1 union select name from capture where owner_id = $1`,
      [victim.organisation],
    );
    assert.ok(rows.length > 1);
    const seen: string[] = [];
    for (const route of routes.filter(({ method, action }) => method === 'GET' && mayDo(['ADM'], action)))
      for (const { table, id } of route.path.includes('/:id') ? ids : ids.slice(0, 1)) {
        const { body } = await server.send(administrator)('GET', exampleUrl(route, id), undefined);
        const text = JSON.stringify(body);
        if (rows.some(({ name }) => text.includes(name))) seen.push(`${route.path} (${table})`);
      }
    assert.deepEqual(seen, []);
  });

  // The last: it shuts and marks all that is there.
  it('is nowhere outside of it by a single word: a marker in every column comes to nobody it is not for', async () => {
    // A cookie: the pages hand it on to the API.
    const ask: AskAs = async (actor, { method, url, body }) => {
      const answer = await server.app.inject({
        method: method as 'GET',
        url,
        headers: { cookie: `test_actor=${encodeURIComponent(JSON.stringify(actor))}` },
        ...(body !== undefined && { payload: body as object }),
      });
      const { statusCode: status, headers, rawPayload } = answer;
      return tells({ status, headers: JSON.stringify(headers), body: rawPayload });
    };
    let tells = (answer: Answer): Answer => answer;
    const letters: Said[] = [];
    let heard: Heard = { said: [] };
    const said = async () => ({
      ...heard,
      said: [...logged.map((content) => ({ where: 'the log', content })), ...letters, ...heard.said],
    });
    const canary = await setCanary({
      client: owner,
      wrapper: wrapperOf(server.config),
      files: join(server.config.data, 'evidence'),
      served: server.served,
      ask,
      said,
    });
    const { crawl } = canary;
    const { leaks, forgotten, broken, planted, seen, seenBy, asked, unread } = await crawl(
      ({ kind }) => kind !== 'change',
    );
    assert.deepEqual({ leaks, forgotten, broken }, { leaks: [], forgotten: [], broken: [] });
    assert.ok(planted.length > 280 && seen.length > 200, `${planted.length} ${seen.length}`);
    assert.deepEqual(unread, []);
    // What is in files comes to whom it is for.
    for (const place of ['case_evidence.content', 'evidence.content']) assert.ok(seen.includes(place), place);
    // Whoever has a part in a case finds it, so that not finding the rest means something.
    const found = (is: string) => seenBy[is]! - seenBy['PUB']!;
    const partly = ['vendor as a guest', 'RCP by words', 'ANA on the team', 'MAD', 'MEM'];
    assert.deepEqual(
      partly.filter((is) => !(found(is) >= 10)),
      [],
    );
    assert.ok(asked.page > 1000 && asked.refusal > 300 && asked.feed > 200, JSON.stringify(asked));
    const columns = new Set(planted.map((place) => place.split('.')[0]));
    assert.deepEqual(
      ['break_glass', 'case_content', 'case_hold', 'case_message', 'case_purge', 'invitation'].filter(
        (table) => !columns.has(table),
      ),
      [],
    );

    outward.kept.length = 0;
    await makeLetters(ids.find(({ table }) => table === '"case"')!.id);
    heard = await writeLetters({ client: owner, house: server.house, ways: outward });
    const tellsMarked = (kind: RegExp) =>
      heard.said.some(
        ({ where, content }) =>
          kind.test(where) && [...readingsOf(Buffer.from(content))].join().includes('canary'),
      );
    for (const kind of [/^a letter: warning/, /^a letter: published/, /^a webhook: publication/])
      assert.ok(
        tellsMarked(kind),
        `${String(kind)} says something of what is marked: ${await whatWasTold()}`,
      );
    const { leaks: inLetters, broken: unwritten, told } = await crawl(() => false);
    assert.deepEqual({ inLetters, unwritten }, { inLetters: [], unwritten: [] });
    assert.equal(told, heard.said.length);

    // Nothing else keeps a warning from somebody outside of whoever was warned.
    await owner.query('alter table delivery disable trigger stays_inside');
    await owner.query(
      `insert into delivery (owner_id, dispatch_id, channel, recipient, address, person_id, organisation_id, language)
       select d.owner_id, d.id, 'mail', 'astray@example.org', 'astray@example.org', $2, $3, 'en' from dispatch d
       where d.kind = 'warning' and d.owner_id = $1 and d.case_id is not null order by d.created_at desc limit 1`,
      [victim.organisation, strangers[0]!.person, strangers[0]!.organisation],
    );
    outward.kept.length = 0;
    heard = await writeLetters({ client: owner, house: server.house, ways: outward });
    const astray = await crawl(() => false);
    await owner.query(`delete from delivery where recipient = 'astray@example.org'`);
    await owner.query('alter table delivery enable trigger stays_inside');
    heard = { said: [] };
    const named = new Set(astray.leaks.map(({ place, where, role }) => `${place} ${where} ${role}`));
    assert.ok(named.has('case.ref a letter: warning MAD'), JSON.stringify([...named]));
    assert.deepEqual({ mail: mail.taken, escaped }, { mail: [], escaped: [] });

    // And it is found where a policy lets it out, the log says it, or a letter.
    const to = 'psirt@aurum.example';
    letters.push({
      to,
      where: 'a letter',
      content: `canary${planted.indexOf('case_content.sealed')}o1z`,
    });
    letters.push({
      to: hookOf(strangers[0]!),
      where: 'a webhook',
      content: `canary${planted.indexOf('case_content.sealed')}o0z`,
    });
    await owner.query('create policy leak on site for select using (true)');
    logged.push(`told canary${planted.indexOf('site.name')}o1z`);
    const out = await crawl(({ path }) => path === '/api/sites');
    await owner.query('drop policy leak on site');
    // And in each kind of answer, whichever way it says it: the answers of one address of each are made to tell.
    letters.length = 0;
    const stray = `canary${planted.indexOf('site.name')}o0z`;
    const ways: Record<Address['kind'], (answer: Answer) => Partial<Answer>> = {
      answer: () => ({ body: gzipSync(`{"name":"${stray}"}`) }),
      page: () => ({ body: Buffer.from(`<p>${stray.replace('c', '&#99;')}</p>`) }),
      feed: () => ({ body: Buffer.from(stray, 'utf16le') }),
      change: () => ({ status: 409, body: Buffer.from(`{"name":"${stray}"}`) }),
      refusal: ({ headers }) => ({ headers: headers + Buffer.from(` ${stray}`).toString('base64') }),
    };
    for (const [kind, way] of Object.entries(ways)) {
      logged.length = 0;
      tells = (answer) => ({ ...answer, ...way(answer) });
      const [address] = canary.addresses.filter((each) => each.kind === kind && each.by.length > 0);
      const told = await crawl((each) => each === address);
      assert.deepEqual(new Set(told.leaks.map(({ place }) => place)), new Set(['site.name']), kind);
      assert.equal(
        told.leaks.length,
        new Set(address!.by.map(({ is }) => is)).size,
        `${kind}: everybody is told`,
      );
    }
    const places = new Set(out.leaks.map(({ place, where }) => `${place} ${where.split('?')[0]}`));
    assert.ok(places.has('site.name /api/sites'));
    assert.ok([...places].some((place) => place.endsWith('the log')));
    assert.ok(places.has('case_content.sealed a letter') && places.has('case_content.sealed a webhook'));

    // Whoever may change it does, and his colleague at the same moment: what stands against it tells him nothing more.
    logged.length = 0;
    letters.length = 0;
    let conflicts = 0;
    tells = (answer) => {
      if (answer.status === 409) conflicts++;
      return answer;
    };
    const changed = await crawl(({ kind }) => kind === 'change');
    assert.deepEqual(changed.leaks, []);
    assert.ok(conflicts > 20, `${conflicts} of ${changed.asked.change} are conflicts`);
  });

  /** What may stand for the second id of a path: `:transfer` is one of a table such as `capture_transfer`. */
  function withinOf({ path }: AnyRoute): (string | undefined)[] {
    const name = /:id\/.*:(\w+)/.exec(path)?.[1];
    const inside = ids.filter(({ table }) => table.endsWith(`_${name}`)).map(({ id }) => id);
    return inside.length > 0 ? inside : [undefined];
  }

  async function answerTo(actor: Actor, route: AnyRoute, id: string, other?: string): Promise<string> {
    const { status, body } = await server.send(actor)(
      route.method,
      exampleUrl(route, id, other),
      exampleBody(route),
    );
    return `${status} ${JSON.stringify(body)
      .replaceAll(id, '<id>')
      .replace(/"instance":"[^"]*"/, '')}`;
  }

  /** Somebody with this role in the organisation of this name or kind. */
  async function memberOf(organisation: string, role: Role): Promise<Actor> {
    const { rows } = await owner.query<{ person: string; name: string; organisation: string }>(
      `select p.id as person, p.name, o.id as organisation from membership m join person p on p.id = m.person_id
       join organisation o on o.id = m.organisation_id where $1 = any (m.roles::text[]) and $2 = any (o.kinds || o.name)`,
      [role, organisation],
    );
    return { ...rows[0]!, roles: [role], ceiling: 'RED', restricted: false };
  }

  /** What the demo does not show of cases: one that is held, one that somebody wants destroyed, one that is looked into. */
  async function fillCases(): Promise<void> {
    const analyst = await memberOf('cert', 'ANA');
    for (const sees of ['The intake stops at night', 'A stranger called the control room']) {
      const { reference } = await server.as(victim)(apis.cases.report, {
        body: IncidentReport.parse({ danger: 'no', control: 'yes', sees, naming: 'member' }),
      });
      const { items } = await server.as(analyst)(apis.cases.list, { query: { search: reference } });
      const params = { id: items[0]!.id };
      await server.as(victim)(apis.cases.write, {
        params,
        body: { body: 'It has stopped again', internal: false, asIs: false },
      });
      await server.as(await memberOf('cert', 'ADM'))(apis.breakGlass.ask, {
        body: { reference, reason: 'Its room does not open', hours: 1 },
      });
      for (const to of ['triaged', 'rejected'] as const)
        await server.as(analyst)(apis.cases.move, { params, body: { to, reason: 'Nothing was touched' } });
      await server.as(victim)(apis.retention.hold, { params, body: { reason: 'The insurer asks' } });
      await server.as(victim)(apis.retention.askPurge, { params, body: { reason: 'It was nothing' } });
    }
  }

  /** Everything that mails somebody because of a case: its guest is invited, its glass broken, its end announced. */
  async function makeLetters(id: string): Promise<void> {
    const params = { id };
    await server.as(victim)(apis.guests.invite, {
      params,
      body: {
        role: 'vendor',
        name: 'Vera Vogel',
        email: 'psirt@aurum.example',
        home: 'Aurum Controls',
        language: 'en',
        note: '',
      },
    });
    const asked = await owner.query<{ id: string }>(`select id from break_glass where state = 'asked'`);
    for (const glass of asked.rows)
      await server.as(await memberOf('cert', 'LEAD'))(apis.breakGlass.decide, {
        params: glass,
        body: { to: 'approved' },
      });
    const ended = await owner.query<{ id: string }>(
      `select r.case_id as id from case_retention r join "case" c on c.id = r.case_id where c.owner_id = $1 and r.ended_on is not null
         and not exists (select from case_hold h where h.case_id = c.id and h.state in ('proposed', 'placed')) limit 1`,
      [victim.organisation],
    );
    await owner.query(`update case_hold set state = 'refused' where case_id = $1 and state = 'proposed'`, [
      id,
    ]);
    for (const one of ended.rows) await fallDue(server, one.id, null);
  }

  const hookOf = ({ organisation }: Actor) => programs.at(`/${organisation}`);

  async function addHook(actor: Actor): Promise<void> {
    const url = hookOf(actor);
    programs.files.set(new URL(url).pathname, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        escaped.push(Buffer.concat(pieces).toString());
        response.writeHead(204).end();
      });
    });
    await server.as(actor)(apis.webhooks.add, {
      body: {
        name: 'SIEM',
        url,
        maxTlp: 'AMBER',
        kinds: [],
        vendors: [],
        minSeverity: null,
        warnings: true,
      },
    });
  }

  const whatWasTold = async () =>
    JSON.stringify(
      (
        await owner.query(
          `select v.channel, v.state, v.form, v.reason ->> 'code' as reason, d.kind, d.label, count(*)::int
           from delivery v join dispatch d on d.id = v.dispatch_id group by 1, 2, 3, 4, 5, 6`,
        )
      ).rows,
    );

  /** Each table that has rows of an organisation, and which those are: by their owner, or by the case that they are of. */
  async function tablesOfOwners(): Promise<{ name: string; theirs: string; has_id: boolean }[]> {
    const { rows } = await owner.query(
      `select quote_ident(c.relname) as name,
         case a.attname when 'case_id' then 'case_id in (select id from "case" where owner_id = $1)'
           else a.attname || ' = $1' end as theirs,
         exists (select from pg_attribute i where i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype) as has_id
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('owner_id', 'organisation_id', 'case_id')
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%' order by c.relname`,
    );
    return rows;
  }

  async function idsOf(organisation: string): Promise<typeof ids> {
    const found: typeof ids = [];
    for (const { name, theirs, has_id } of await tablesOfOwners()) {
      if (!has_id) continue;
      const inCase = theirs.startsWith('case_id');
      // The case that has files has all else, too.
      const first =
        inCase || name === '"case"'
          ? `(select count(*) from case_evidence e where e.case_id = t.${inCase ? 'case_id' : 'id'}) desc, `
          : name === 'capture'
            ? // Of a capture that came in a bundle only the report is here.
              '(select count(*) from capture_transfer f where f.capture_id = t.id) desc, '
            : '';
      const { rows } = await owner.query<{ id: string }>(
        `select id from ${name} t where ${theirs} order by ${first}id limit ${inCase ? 1 : 2}`,
        [organisation],
      );
      found.push(...rows.map(({ id }) => ({ table: name, id })));
    }
    return found;
  }

  /** Everything the victim has, as one hash a table. */
  async function fingerprint(): Promise<Record<string, string>> {
    const prints: Record<string, string> = {};
    for (const { name, theirs } of await tablesOfOwners()) {
      const { rows } = await owner.query(
        `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print from ${name} t where ${theirs}`,
        [victim.organisation],
      );
      prints[`${name} ${theirs}`] = rows[0].print;
    }
    return prints;
  }

  async function idle(): Promise<void> {
    for (;;) {
      const { rows } = await owner.query(
        `select (select count(*)::int from job where state in ('queued', 'running'))
           + (select count(*)::int from alert where told_at is null)
           + (select count(*)::int from delivery where leased_until is not null) as busy`,
      );
      if (rows[0].busy === 0) return;
      await sleep(100);
    }
  }
});
