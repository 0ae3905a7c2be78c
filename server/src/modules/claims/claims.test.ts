import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type AnyRoute,
  apis,
  auditApi,
  type Fact,
  mayDo,
  type StatedVerification,
  vulnerabilityApi,
} from '@busbar/contract';
import type { AdvisoryDraft } from '@busbar/csaf';
import { sql } from 'kysely';

import { type Actor, visitor } from '../../platform/actor.ts';
import { bytes, csaf, json, needsRealAdvisories, tar } from '../../testing/documents.ts';
import { exampleBody, exampleUrl } from '../../platform/example-question.ts';
import { refused } from '../../testing/refused.ts';
import { realLibrary } from '../../testing/real-library.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the claims board', { timeout: 600_000 }, () => {
  let server: TestServer;
  let arjun: Actor;
  let mei: Actor;
  let lena: Actor;
  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [arjun, mei, lena] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('LEAD')];
  });
  after(() => server.close());

  async function take(...documents: object[]) {
    const files = Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
    return server.house.imports.importStream(arjun, 'x.tar', bytes(await tar(files)));
  }

  let number = 40_000;
  const newCve = () => `CVE-2026-${++number}`;
  const vendor = { name: 'Aurum Controls', namespace: 'https://aurum.example', category: 'vendor' } as const;
  const third = {
    name: 'Grid Watch',
    namespace: 'https://gridwatch.example',
    category: 'coordinator',
  } as const;
  const says = (
    publisher: AdvisoryDraft['publisher'],
    cve: string,
    range: string,
    changes: Partial<AdvisoryDraft> = {},
  ) =>
    csaf({
      id: `${publisher.name.slice(0, 3)}-${cve}`,
      publisher,
      products: [{ key: 'old', vendor: 'Aurum Controls', name: 'AX-300', range }],
      vulnerabilities: [
        {
          cve,
          title: 'Commands from anybody',
          description: 'No authentication.',
          cwe: { id: 'CWE-306', name: 'Missing Authentication for Critical Function' },
          cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H', score: 9.1, severity: 'CRITICAL' },
          affected: ['old'],
          remediations: [{ category: 'mitigation', text: 'Block port 502 at the conduit.' }],
        },
      ],
      ...changes,
    });
  const read = (ref: string, actor: Actor = arjun) =>
    server.as(actor)(vulnerabilityApi.get, { params: { ref } });
  const factOf = async (
    ref: string,
    kind: Fact['kind'] = 'productStatus',
    actor: Actor = arjun,
  ): Promise<Fact> =>
    (await read(ref, actor)).facts.find((fact) => fact.kind === kind) ??
    assert.fail(`there is no ${kind} of ${ref}`);
  const conflict = async (cve = newCve()) => {
    await take(says(vendor, cve, '<4.35'), says(third, cve, '<4.30'));
    return cve;
  };
  const answer = (value: string, more: object = {}) => ({
    value,
    verification: 'unverified' as StatedVerification,
    evidence: '',
    links: [],
    claims: [] as string[],
    ...more,
  });
  const decide = async (actor: Actor, ref: string, value: string, more: object = {}) =>
    (
      await server.as(actor)(vulnerabilityApi.decide, {
        params: { ref },
        body: { ...answer(value, more), fact: (await factOf(ref)).key },
      })
    ).verdict;
  const check = (actor: Actor, id: string, value: string, more: object = {}) =>
    server.as(actor)(vulnerabilityApi.check, { params: { id }, body: answer(value, more) });

  describe('of documents', () => {
    it('shows each fact with what every source says, contradictions first', async () => {
      const cve = await conflict();
      const page = await read(cve, visitor);
      assert.equal(page.sourceList.length, 2);
      const [first] = page.facts;
      assert.deepEqual(
        [first!.kind, first!.aspect, first!.subject, first!.agreement],
        ['productStatus', 'affected', 'Aurum Controls AX-300', 'disagree'],
      );
      assert.deepEqual(
        first!.claims
          .map(({ publisher, value, verification }) => [publisher, value, verification].join())
          .sort(),
        ['Aurum Controls,< 4.35,disputed', 'Grid Watch,< 4.30,disputed'],
      );
      const severity = page.facts.find(({ kind }) => kind === 'severity')!;
      assert.equal(severity.agreement, 'agree');
      assert.ok(severity.claims.every(({ verification }) => verification === 'independentSource'));
    });

    it('is as new as the day it was heard of when its date lies in the future, whatever is said of it later', async () => {
      const [future, present] = [newCve(), newCve()];
      const year = { published: '2031-01-01T00:00:00Z' };
      await take(says(vendor, future, '<4.35', year));
      await take(says(vendor, present, '<4.35', { published: new Date().toISOString() }));
      await take(says(third, future, '<4.35'));
      const { items } = await server.as(visitor)(vulnerabilityApi.list, { query: { limit: 200 } });
      const place = (cve: string) => items.findIndex(({ ref }) => ref === cve);
      assert.ok(place(present) < place(future), `${place(present)} and ${place(future)}`);
    });

    it('knows a range by what it means, not by how it is written', async () => {
      const cve = newCve();
      const inWords = JSON.stringify(says(third, cve, '<4.35')).replaceAll(
        'vers:generic/<4.35',
        'Versions prior to V4.35',
      );
      await take(says(vendor, cve, '<4.35'), JSON.parse(inWords));
      assert.equal((await factOf(cve)).agreement, 'agree');
    });

    it('calls no contradiction what it cannot read, and no agreement either', async () => {
      const board = async (...ranges: string[]) => {
        const cve = newCve();
        const makers = [vendor, third, { ...third, name: 'Zeta Watch' }];
        await take(...ranges.map((range, n) => says(makers[n]!, cve, range)));
        const fact = await factOf(cve);
        return [fact.agreement, (await read(cve)).standing?.disagreeing ?? 0];
      };
      // VERS with blanks, without a type, and with "or" between (of the wild), and what is no range at all.
      assert.deepEqual(await board('vers:generic/ >= 1.0 | < 2.0', 'vers:generic/>=1.0|<2.0'), ['agree', 0]);
      assert.deepEqual(await board('see the table', 'vers:generic/>=1.0|<2.0'), ['unclear', 0]);
      assert.deepEqual(await board('multiple versions', 'vers:intdot/>=1.0|<2.0|!=1.5'), ['unclear', 0]);
      assert.deepEqual(await board('see the table', 'see  the Table'), ['agree', 0]);
      assert.deepEqual(await board('see the table', '<2', '<3'), ['disagree', 1]);
      assert.deepEqual(await board('<2', '<3'), ['disagree', 1]);
    });

    it('keeps the words of the source and their place', async () => {
      const { claims } = await factOf(await conflict());
      assert.ok(
        claims.every(
          ({ quote, pointer }) => quote.includes('AX-300') && pointer.startsWith('/vulnerabilities/0/'),
        ),
      );
    });

    it('lets the next version of a document take the place of what it said, and remembers', async () => {
      const cve = await conflict();
      const before = await read(cve);
      await take(says(third, cve, '<4.35', { version: '2', updated: '2026-04-01T00:00:00Z' }));
      const page = await read(cve);
      assert.equal((await factOf(cve)).agreement, 'agree');
      assert.deepEqual(
        page.timeline.map(({ publisher, version, before, after }) => [publisher, version, before, after]),
        [['Grid Watch', '2', '< 4.30', '< 4.35']],
      );
      const unchanged = (of: typeof page) =>
        of.facts
          .find(({ kind }) => kind === 'severity')!
          .claims.map(({ id }) => id)
          .sort();
      assert.deepEqual(unchanged(page), unchanged(before), 'what did not change is the same claim');
      assert.equal(page.standing?.disagreeing ?? 0, 0);
    });

    it('gives what has no CVE a number of its own that tells nothing, the same for every version', async () => {
      const nameless = (version: string) => {
        const document = says(vendor, newCve(), '<1', {
          id: 'AUR-NONE',
          version,
          updated: `2026-0${version}-02T00:00:00Z`,
        });
        delete document['vulnerabilities'][0].cve;
        return document;
      };
      await take(nameless('3'));
      const refs = async () =>
        (await server.as(arjun)(vulnerabilityApi.list, { query: { search: 'VUL-' } })).items.map(
          ({ ref }) => ref,
        );
      const first = await refs();
      assert.equal(first.length, 1);
      assert.match(first[0]!, /^VUL-\d{4}-[0-9A-Z]{8}$/);
      await take(nameless('4'));
      assert.deepEqual(await refs(), first);
    });

    it('is found by CVE, by the beginning of one, and by words of its advisories', async () => {
      const cve = newCve();
      await take(says(vendor, cve, '<9', { title: 'Quicksilver relay loses its setpoint' }));
      const found = async (search: string) =>
        (await server.as(visitor)(vulnerabilityApi.list, { query: { search } })).items.map(({ ref }) => ref);
      assert.deepEqual(await found(cve.toLowerCase()), [cve]);
      assert.ok((await found(cve.slice(0, -1))).includes(cve));
      assert.deepEqual(await found('quicksilver setpoint'), [cve]);
      assert.deepEqual(await found('%'), []);
    });
  });

  describe('of what is not public', () => {
    it('shows nobody outside a source of TLP:AMBER, nor what it says, nor that it contradicts', async () => {
      const cve = newCve();
      await take(says(vendor, cve, '<4.35'), says(third, cve, '<4.20', { tlp: 'AMBER' }));
      const outside = await read(cve, visitor);
      assert.ok(JSON.stringify(outside).includes('<4.35'));
      assert.ok(
        !JSON.stringify(outside).includes('<4.20') && !JSON.stringify(outside).includes('Grid Watch'),
      );
      assert.equal((await factOf(cve, 'productStatus', visitor)).agreement, 'one');
      assert.equal(outside.standing, null);
      assert.equal((await factOf(cve)).agreement, 'disagree');
    });

    it('answers as if it were not there where all sources are restricted', async () => {
      const cve = newCve();
      await take(says(third, cve, '<4.20', { tlp: 'AMBER' }));
      assert.equal((await read(cve)).ref, cve);
      const told = async (ref: string) =>
        (await server.send(visitor)('GET', `/api/vulnerabilities/${ref}`, undefined)) as {
          status: number;
          body: { detail?: string };
        };
      const without = (body: object) => JSON.stringify({ ...body, instance: '' });
      const [hidden, absent] = [await told(cve), await told('CVE-1999-99999')];
      assert.equal(hidden.status, 404);
      assert.equal(without(hidden.body), without(absent.body));
      assert.deepEqual(
        (await server.as(visitor)(vulnerabilityApi.list, { query: { search: cve } })).items,
        [],
      );
    });

    it('takes back what a later version no longer lets everybody read', async () => {
      const cve = newCve();
      await take(says(vendor, cve, '<4.35'));
      assert.equal((await read(cve, visitor)).ref, cve);
      await take(says(vendor, cve, '<4.35', { version: '2', updated: '2026-05-01T00:00:00Z', tlp: 'AMBER' }));
      await assert.rejects(read(cve, visitor), refused(404, 'not-found'));
    });
  });

  describe('checks twice', () => {
    it('and says so when two people come to the same, however they write it', async () => {
      const cve = await conflict();
      const { claims } = await factOf(cve);
      const id = await decide(arjun, cve, '< 4.35', {
        verification: 'reproducedByUs',
        evidence: 'Lab run 17',
      });
      assert.equal((await factOf(cve)).ours, null);
      const { state } = await check(mei, id, 'prior to 4.35', {
        verification: 'singleSource',
        claims: [claims[0]!.id],
      });
      assert.equal(state, 'checkedTwice');
      const { ours } = await factOf(cve);
      assert.deepEqual(
        [ours!.claim, ours!.value, ours!.verification, ours!.checks],
        [id, '< 4.35', 'singleSource', 2],
        'as sure as the less sure of the two',
      );
      const found = await server.as(arjun)(vulnerabilityApi.list, { query: { standing: 'checked' } });
      assert.ok(found.items.some(({ ref }) => ref === cve));
    });

    it('and is disputed where they differ, until a third person decides with a reason', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, '<4.35');
      assert.equal((await check(mei, id, '<4.30')).state, 'disputed');
      const state = async () =>
        (await server.database.as(arjun, (tx) => server.house.claims.stateOf(tx, [id]))).get(id)!;
      assert.deepEqual(await state(), {
        value: null,
        verification: 'disputed',
        checkedBy: [arjun.person, mei.person],
        disputed: true,
      });
      const resolve = (actor: Actor, evidence: string) =>
        server.as(actor)(vulnerabilityApi.resolve, {
          params: { id },
          body: { ...answer('<4.35'), evidence },
        });
      await assert.rejects(resolve(arjun, 'I am right'), refused(403, 'dispute-by-party'));
      await assert.rejects(resolve(mei, 'I am right'), refused(403, 'dispute-by-party'));
      await assert.rejects(resolve(lena, ''), refused(400, 'not-understood'));
      assert.equal((await resolve(lena, 'The vendor showed the change log')).state, 'resolved');
      assert.deepEqual((await state()).checkedBy, [arjun.person, mei.person, lena.person]);
      const { ours, verdict } = await factOf(cve);
      assert.deepEqual([ours!.value, ours!.checks, verdict!.state], ['<4.35', 3, 'resolved']);
    });

    it('never twice by the same person, not even in a race', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, '<4.35');
      await assert.rejects(check(arjun, id, '<4.35'), refused(403, 'check-by-first'));
      const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => check(mei, id, '<4.35')));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const { id: again } = { id: await decide(arjun, await conflict(), '<4.35') };
      const race = await Promise.allSettled([
        check(mei, again, '<4.35'),
        check(lena, again, '<4.30'),
        check(arjun, again, '<4.35'),
      ]);
      assert.deepEqual(race.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    });

    it('and the database refuses it whatever the program asks', async () => {
      const id = await decide(arjun, await conflict(), '<4.35');
      const second = (actor: Actor, first: string) =>
        server.database.as(actor, (tx) =>
          tx
            .insertInto('verdict_second')
            .values({
              verdict_id: id,
              owner_id: actor.organisation!,
              first_person: first,
              person_id: actor.person!,
              value: 'x',
              value_key: 'x',
              verification: 'unverified',
              evidence: '',
              links: [],
              claims: [],
            })
            .execute(),
        );
      await assert.rejects(second(arjun, arjun.person!), /check/);
      await assert.rejects(second(arjun, mei.person!), /foreign key/);
      await assert.rejects(second({ ...mei, person: arjun.person }, mei.person!), /foreign key/);
      await assert.rejects(
        server.database.as(arjun, (tx) =>
          tx.updateTable('verdict_first').set({ value: 'y' }).where('verdict_id', '=', id).execute(),
        ),
        /permission denied/,
      );
    });

    it('a fact has one open verdict, however many open one in the same moment', async () => {
      const cve = await conflict();
      const { key } = await factOf(cve);
      const opened = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) =>
          server.as([arjun, mei, lena][n % 3]!)(vulnerabilityApi.decide, {
            params: { ref: cve },
            body: { ...answer('<4.35'), fact: key },
          }),
        ),
      );
      assert.equal(opened.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const one of opened)
        if (one.status === 'rejected') assert.equal(one.reason.told.code, 'verdict-open');
    });

    it('of two who check in the same moment one is the second, and the other is told so', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, '<4.35');
      const answers = await Promise.allSettled(
        [mei, lena, mei, lena].map((actor) => check(actor, id, '<4.35')),
      );
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const one of answers)
        if (one.status === 'rejected') assert.equal(one.reason.told.code, 'verdict-answered');
    });

    it('a fact has one open verdict, and only who gave it takes it back', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, '<4.35');
      await assert.rejects(decide(mei, cve, '<4.30'), refused(409, 'verdict-open'));
      const withdraw = (actor: Actor) => server.as(actor)(vulnerabilityApi.withdraw, { params: { id } });
      await assert.rejects(withdraw(mei), refused(403, 'not-your-verdict'));
      await withdraw(arjun);
      await assert.rejects(check(mei, id, '<4.35'), refused(409, 'verdict-answered'));
      await decide(mei, cve, '<4.30');
    });

    it('asks for what bears the words: two publishers, a description of the reproduction', async () => {
      const cve = await conflict();
      const { claims } = await factOf(cve);
      await assert.rejects(
        decide(arjun, cve, '<4.35', { verification: 'independentSource', claims: [claims[0]!.id] }),
        refused(400, 'evidence-needed'),
      );
      await assert.rejects(
        decide(arjun, cve, '<4.35', { verification: 'reproducedByUs' }),
        refused(400, 'evidence-needed'),
      );
      await decide(arjun, cve, '<4.35', {
        verification: 'independentSource',
        claims: claims.map(({ id }) => id),
      });
    });
  });

  describe('blind', () => {
    const secret = '< 4.35.9471';
    const evidence = 'Seen on rig PELICAN-9';

    it('hides the first answer from everybody else, whatever they ask and however', async () => {
      const cve = await conflict();
      const { claims } = await factOf(cve);
      const id = await decide(arjun, cve, secret, {
        verification: 'reproducedByUs',
        evidence,
        links: ['https://lab.example/pelican-9'],
        claims: [claims[0]!.id],
      });
      const leaks: string[] = [];
      const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values(api));
      const ids = [id, cve, claims[0]!.id, (await read(cve)).id, arjun.person!];
      for (const actor of [mei, lena, visitor])
        for (const route of routes.filter(
          ({ method, action }) => method === 'GET' && mayDo(actor.roles as never, action),
        ))
          for (const one of route.path.includes('/:') ? ids : [id]) {
            for (const url of [
              exampleUrl(route, one),
              `${exampleUrl(route, one).split('?')[0]}?search=PELICAN&limit=200`,
            ]) {
              const { body } = await server.send(actor)('GET', url, exampleBody(route));
              if (/4\.35\.9471|PELICAN-9|pelican-9/.test(JSON.stringify(body)))
                leaks.push(`${actor.name} ${url}`);
            }
          }
      // Asking for it in the list of verdicts must not tell whether it is there either.
      const searched = await server.as(mei)(vulnerabilityApi.verdicts, { query: { search: '9471' } });
      assert.deepEqual(searched.items, []);
      assert.deepEqual(leaks, []);
      const blind = await server.as(mei)(vulnerabilityApi.verdict, { params: { id } });
      assert.deepEqual([blind.first, blind.mine, blind.sources.length], [null, false, 2]);
      assert.equal(
        (await server.as(arjun)(vulnerabilityApi.verdict, { params: { id } })).first!.value,
        secret,
      );
      const states = await server.database.as(mei, (tx) => server.house.claims.stateOf(tx, [id]));
      assert.deepEqual([states.get(id)!.value, states.get(id)!.verification], [null, 'unverified']);
      const rows = await server.database.as(mei, (tx) =>
        tx.selectFrom('verdict_first').selectAll().where('verdict_id', '=', id).execute(),
      );
      assert.deepEqual(rows, []);
    });

    it('is not told by a refused attempt either, and opens with the answer', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, secret, { verification: 'reproducedByUs', evidence });
      for (const value of [secret, '<1'])
        await assert.rejects(
          check(mei, id, value, { verification: 'reproducedByUs' }),
          refused(400, 'evidence-needed'),
        );
      assert.equal((await check(mei, id, '<1')).state, 'disputed');
      const open = await server.as(mei)(vulnerabilityApi.verdict, { params: { id } });
      assert.deepEqual(
        [open.first!.value, open.first!.evidence, open.second!.value],
        [secret, evidence, '<1'],
      );
    });

    it('hides which claim the first holds for a mistake: it tells which value he does not stand for', async () => {
      const cve = await conflict();
      const { claims } = await factOf(cve);
      const { verdict: id } = await server.as(arjun)(vulnerabilityApi.decide, {
        params: { ref: cve },
        body: { ...answer('<4.35'), corrects: claims[0]!.id },
      });
      const seen = async (actor: Actor) => [
        (await server.as(actor)(vulnerabilityApi.verdict, { params: { id } })).corrects,
        (await factOf(cve, 'productStatus', actor)).verdict!.corrects,
        ...(await server.as(actor)(vulnerabilityApi.verdicts, { query: {} })).items.flatMap((one) =>
          one.id === id ? [one.corrects] : [],
        ),
      ];
      assert.deepEqual(await seen(mei), [null, null, null]);
      assert.deepEqual(await seen(arjun), [claims[0]!.id, claims[0]!.id, claims[0]!.id]);
      const { rows } = await server.database.as(mei, (tx) =>
        sql`select to_jsonb(v) as row from verdict v where id = ${id}`.execute(tx),
      );
      assert.ok(!JSON.stringify(rows).includes(claims[0]!.id));
      await check(mei, id, '<4.35');
      assert.equal((await seen(mei))[0], claims[0]!.id);
    });

    it('has no answer that fails only when it is the same: nobody tries values until one does', async () => {
      const cve = await conflict();
      const id = await decide(arjun, cve, secret);
      // A claim that only the second checker may see makes what rests on it his alone.
      await server.house.imports.importStream(
        mei,
        'x.tar',
        bytes(await tar({ 'a.json': json(says(third, cve, '<4.29', { id: 'GW-RED', tlp: 'RED' })) })),
      );
      const named = (await factOf(cve, 'productStatus', mei)).claims.find(({ label }) => label === 'RED')!;
      assert.equal((await check(mei, id, secret, { claims: [named.id] })).state, 'checkedTwice');
      const { ours } = await factOf(cve, 'productStatus', mei);
      assert.equal(ours!.value, secret);
      assert.equal((await factOf(cve, 'productStatus', arjun)).ours!.value, secret);
      assert.equal((await factOf(cve, 'productStatus', lena)).ours, null);
    });

    it('is as blind to counts, orders and times: a list tells the same whatever the first answer is', async () => {
      const pages = [];
      for (const value of ['<4.35', '<4.30', secret]) {
        const cve = await conflict();
        await decide(arjun, cve, value);
        const all = await server.as(mei)(vulnerabilityApi.list, { query: { search: cve } });
        const { facts, timeline, standing } = await read(cve, mei);
        const { items } = await server.as(mei)(vulnerabilityApi.verdicts, {
          query: { limit: 200, search: cve },
        });
        const without = (what: unknown) =>
          JSON.stringify(what)
            .replaceAll(cve, 'CVE')
            .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '?');
        // Two claims of one moment come in any order.
        const said = facts.map((fact) => ({ ...fact, claims: fact.claims.length }));
        pages.push(
          without([
            all.items.map((one) => ({ ...one, publishers: one.publishers.sort() })),
            said,
            timeline,
            standing,
            items,
          ]),
        );
      }
      assert.equal(new Set(pages).size, 1);
    });

    it('leaves in the ledger who answered, and not what', async () => {
      const id = await decide(arjun, await conflict(), secret, { evidence });
      await check(mei, id, '<1');
      const { items } = await server.as(lena)(auditApi.accesses, { query: { limit: 200 } });
      const lines = items.filter(({ object }) => object.id === id);
      assert.deepEqual(lines.map(({ action }) => action).sort(), ['claim checked', 'verdict given']);
      assert.ok(!/9471|PELICAN/.test(JSON.stringify(lines)));
    });
  });

  describe('lets out', () => {
    it('nothing of the CERT before a release, and then no farther than what it rests on', async () => {
      const [open, closed] = [await conflict(), newCve()];
      await take(says(vendor, closed, '<4.35'), says(third, closed, '<4.20', { tlp: 'AMBER' }));
      const verdictOn = async (cve: string) => {
        const cited = (await factOf(cve)).claims.map(({ id }) => id);
        const id = await decide(arjun, cve, '<4.35', { claims: cited });
        await check(mei, id, '<4.35', { claims: cited });
        return id;
      };
      const [free, bound] = [await verdictOn(open), await verdictOn(closed)];
      assert.equal((await factOf(open, 'productStatus', visitor)).ours, null);
      await server.database.as(lena, (tx) => server.house.claims.open(tx, [free], 'CLEAR', 'public'));
      const { ours } = await factOf(open, 'productStatus', visitor);
      assert.deepEqual([ours!.value, ours!.checks], ['<4.35', 2]);
      await assert.rejects(
        server.database.as(lena, (tx) => server.house.claims.open(tx, [bound], 'CLEAR', 'public')),
        /check/,
      );
      assert.equal((await factOf(closed, 'productStatus', visitor)).ours, null);
    });

    it('a correction of a document as a claim like any other', async () => {
      const cve = await conflict();
      const { claims } = await factOf(cve);
      const wrong = claims.find(({ publisher }) => publisher === 'Grid Watch')!;
      const { verdict } = await server.as(arjun)(vulnerabilityApi.decide, {
        params: { ref: cve },
        body: { ...answer('<4.35', { evidence: 'A slip of the pen, says Grid Watch' }), corrects: wrong.id },
      });
      await check(mei, verdict, '<4.35');
      const [state] = (
        await server.database.as(arjun, (tx) => server.house.claims.decisive(tx, [claims[0]!.id]))
      ).values();
      assert.equal(state, undefined);
      const { verdict: known, ours } = await factOf(cve);
      assert.deepEqual([known!.corrects, ours!.value], [wrong.id, '<4.35']);
    });
  });

  describe('of hostile documents', () => {
    it('keeps a list of a hundred thousand products bounded, and says the rest is in the document', async () => {
      const cve = newCve();
      const products = Array.from({ length: 100_000 }, (_, n) => ({
        key: `p${n}`,
        vendor: 'Aurum Controls',
        name: `AX-${n}`,
        range: '<2',
      }));
      const document = says(vendor, cve, '<2', {
        id: 'AUR-HUGE',
        products,
        vulnerabilities: [
          {
            cve,
            title: 'All',
            description: 'All',
            affected: products.map(({ key }) => key),
            remediations: [],
          },
        ],
      });
      const begun = performance.now();
      const { refused: no, added } = await take(document);
      assert.deepEqual([added, no.length], [1, 0]);
      assert.ok(performance.now() - begun < 60_000, `${performance.now() - begun} ms`);
      const page = await read(cve);
      assert.ok(page.facts.length <= 400 && page.facts.length > 100);
    });

    it('takes markup, control characters and numbers that are none as text', async () => {
      const document = says(vendor, 'CVE-2026-<script>', '<script>alert(1)</script>\u202e\u0000', {
        id: 'AUR-BAD',
        title: '<img src=x onerror=alert(1)>',
      });
      document['vulnerabilities'][0].threats = [
        { category: 'exploit_status', details: '\ud800 exploited in the wild' },
      ];
      const { added } = await take(document);
      assert.equal(added, 1);
      const { items } = await server.as(arjun)(vulnerabilityApi.list, { query: { search: 'onerror' } });
      assert.ok(items.every(({ ref }) => ref.startsWith('VUL-')));
    });
  });

  it('is filled by two thousand real advisories, with a minute to spare', needsRealAdvisories, async () => {
    const { config, analyst, outcome, seconds } = await realLibrary();
    assert.ok(outcome.added >= 2009, String(outcome.added));
    assert.ok(seconds.busy < 60, `${seconds.busy} s, and ${seconds.clock} s by the clock`);
    const filled = await startTestServer({ from: config });
    const { count } = await filled.database.as(analyst, (tx) =>
      tx
        .selectFrom('claim')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    await filled.close();
    assert.ok(count > 50_000, String(count));
  });
});
