import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { publishedApi, releaseApi, searchApi, type SearchKind } from '@busbar/contract';
import type { AdvisoryDraft } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { type ReleaseGate, releaseGate } from '../../testing/release-gate.ts';
import { csafFile } from '../../testing/subject.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the search over everything one may read', { timeout: 300_000 }, () => {
  let server: TestServer;
  let gate: ReleaseGate;
  let analyst: Actor;
  let reviewer: Actor;
  let lead: Actor;
  let member: Actor;
  let other: Actor;

  before(async () => {
    server = await startTestServer({ work: true });
    gate = await releaseGate(server);
    ({ author: analyst, reviewer, lead } = gate);
    member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    other = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
    await taken({
      id: 'SSA-211752',
      title: 'Command injection in Siemens SICAM',
      ...of('Siemens', 'SICAM A8000'),
    });
    await taken({
      id: 'SSA-900100',
      title: 'Weak cipher in SCALANCE switches',
      vulnerabilities: [
        {
          cve: 'CVE-2023-1234',
          title: 'Weak cipher',
          description: 'Old ciphers are offered.',
          affected: ['one'],
        },
      ],
      ...of('Siemens', 'SCALANCE X204'),
    });
    await taken({
      id: 'NBC-2026-002',
      title: 'Nordbruk pumps',
      summary: 'Used beside Siemens SICAM devices.',
    });
    await taken({
      id: 'SEVD-2026-1',
      title: 'Переполнение буфера в контроллере Modicon',
      summary: 'Уязвимость контроллеров позволяет нарушителю остановить насосы.',
      ...of('Schneider Electric', 'Modicon M340'),
    });
    await taken({
      id: 'CNVD-2026-77',
      title: '西门子工业交换机存在缓冲区溢出漏洞',
      summary: '攻击者可以远程停止设备。',
      ...of('西门子', '交换机'),
    });
    await settled();
  });
  after(() => server.close());

  describe('finds', () => {
    it('by words of names before words of texts, whatever their order and case', async () => {
      assert.deepEqual(await refs('sicam SIEMENS'), ['SSA-211752', 'NBC-2026-002']);
    });

    it('by the beginning of a word, and by parts of what is written in one piece', async () => {
      assert.deepEqual(await refs('scalan'), ['SSA-900100']);
      assert.deepEqual(await refs('211752'), ['SSA-211752']);
      assert.deepEqual(await refs('ssa 211752'), ['SSA-211752']);
      assert.deepEqual(await refs('A8000'), ['SSA-211752']);
    });

    it('a CVE however it is written, the vulnerability itself first', async () => {
      for (const typed of [
        'CVE-2023-1234',
        'cve 2023 1234',
        'cve20231234',
        '2023-1234',
        'CVE–2023–1234',
        'СVE-2023-1234',
        ' cve: 2023/1234 ',
      ]) {
        const { groups } = await find(typed);
        const [vulnerability, advisory] = groups.filter(({ kind }) => kind !== 'publication');
        assert.equal(vulnerability?.items[0]?.ref, 'CVE-2023-1234', typed);
        assert.deepEqual(
          advisory?.items.map(({ ref }) => ref),
          ['SSA-900100'],
          typed,
        );
      }
    });

    it('vulnerabilities by the names in what is said of them', async () => {
      assert.deepEqual(await refs('scalance', 'vulnerability'), ['CVE-2023-1234']);
    });

    it('vulnerabilities that no advisory speaks of, by what catalogues say of them', async () => {
      await recorded('CVE-2024-7777', 'CVE-2024-7777: Quokkasoft historian keeps passwords', 'CLEAR');
      await recorded('CVE-2024-7778', 'CVE-2024-7778: Wombatware gateway', 'GREEN');
      await settled();
      assert.deepEqual(await refs('quokkasoft', 'vulnerability'), ['CVE-2024-7777']);
      assert.equal((await find('quokasoft')).corrected, 'quokkasoft');
      assert.deepEqual(await refs('wombatware', 'vulnerability'), []);
      assert.deepEqual(await refs('wombatware', 'vulnerability', analyst), ['CVE-2024-7778']);
      assert.equal(await publicWords('wombatware'), 0);
    });

    it('Russian words in any of their forms', async () => {
      for (const typed of ['контроллеры', 'контроллером насос', 'уязвимостью', 'ПЕРЕПОЛНЕНИЯ буфера'])
        assert.deepEqual(await refs(typed), ['SEVD-2026-1'], typed);
    });

    it('Chinese words, which stand without spaces, and not their characters somewhere', async () => {
      for (const typed of [
        '西门子',
        '交换机',
        '缓冲区溢出',
        '门',
        '西门子 漏洞',
        '西门子交换机',
        '西门子交换机漏洞',
        '停止设备',
      ])
        assert.deepEqual(await refs(typed), ['CNVD-2026-77'], typed);
      assert.deepEqual(await refs('机交'), []);
    });

    it('English words in the plural and in the singular', async () => {
      assert.deepEqual(await refs('ciphers switch'), ['SSA-900100']);
    });
  });

  describe('forgives', () => {
    it('what is mistyped in three scripts, and says what it looked for instead', async () => {
      for (const [typed, meant, ref] of [
        ['simens sicam', 'siemens sicam', 'SSA-211752'],
        ['Seimens SICAM', 'siemens SICAM', 'SSA-211752'],
        ['scalence', 'scalance', 'SSA-900100'],
        ['schnieder modcion', 'schneider modicon', 'SEVD-2026-1'],
        ['контролере', 'контроллере', 'SEVD-2026-1'],
        ['перепалнение буфера', 'переполнение буфера', 'SEVD-2026-1'],
        ['西们子', '西门子', 'CNVD-2026-77'],
        ['西门子交换积', '西门子交换机', 'CNVD-2026-77'],
      ] as const) {
        const answer = await find(typed);
        assert.equal(answer.corrected, meant, typed);
        assert.equal(answer.groups.find(({ kind }) => kind === 'advisory')?.items[0]?.ref, ref, typed);
      }
    });

    it('nothing that means something else', async () => {
      for (const typed of ['zzzzqqqq', 'ab', '4711 0815', '龘'])
        assert.deepEqual((await find(typed)).corrected, null, typed);
    });
  });

  it('shows the passage where the words stand, as text with the words marked', async () => {
    await taken({
      id: 'XSS-1',
      title: '<b>Turbine</b> & <script>alert(1)</script>',
      summary: `${'Before that. '.repeat(60)}The <i>turbine</i> may overspeed. ${'After that. '.repeat(60)}`,
    });
    await settled();
    const [hit] = (await find('turbine overspeed')).groups.find(({ kind }) => kind === 'advisory')!.items;
    assert.deepEqual(
      hit!.title.filter(({ found }) => found).map(({ text }) => text),
      ['Turbine'],
    );
    assert.equal(hit!.title.map(({ text }) => text).join(''), '<b>Turbine</b> & <script>alert(1)</script>');
    assert.deepEqual(
      hit!.snippet.filter(({ found }) => found).map(({ text }) => text),
      ['turbine', 'overspeed'],
    );
    assert.ok(hit!.snippet.map(({ text }) => text).join('').length < 300);
  });

  it('reads on page by page, without gaps and repetitions', async () => {
    for (let n = 0; n < 7; n++) await taken({ id: `PAGE-${n}`, title: `Pagemill ${n}` });
    await settled();
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const answer = await server.as(server.visitor)(searchApi.find, {
        query: { q: 'pagemill', kind: 'advisory', limit: 3, ...(after && { after }) },
      });
      seen.push(...answer.groups.flatMap(({ items }) => items.map(({ ref }) => ref)));
      after = answer.next ?? undefined;
    } while (after);
    assert.equal(seen.length, 7);
    assert.equal(new Set(seen).size, 7);
  });

  describe('shows to each what is for him', () => {
    it('an advisory that is for partners only to them, and its words to nobody else', async () => {
      await taken({ id: 'GREEN-1', title: 'Kestrelgate relay', tlp: 'GREEN' });
      await taken({ id: 'AMBER-1', title: 'Ambergris relay', tlp: 'AMBER' });
      await settled();
      assert.deepEqual(await refs('kestrelgate', 'advisory', member), ['GREEN-1']);
      assert.deepEqual(await refs('kestrelgate', 'advisory', analyst), ['GREEN-1']);
      assert.deepEqual(await refs('ambergris', 'advisory', analyst), ['AMBER-1']);
      assert.deepEqual(await refs('ambergris', 'advisory', member), []);
      for (const typed of ['kestrelgate', 'kestrelgat', 'kestrelgata', 'ambergris', 'ambregris'])
        assert.deepEqual(await find(typed), { ...(await find('xqzvjkwx')), words: [typed] }, typed);
      assert.equal(await publicWords('kestrelgate'), 0);
      assert.equal(await publicWords('ambergris'), 0);
    });

    it('what is for one person to that person', async () => {
      await taken({ id: 'RED-1', title: 'Crimsonine relay', tlp: 'RED' });
      await settled();
      assert.deepEqual(await refs('crimsonine', 'advisory', analyst), ['RED-1']);
      assert.deepEqual(await refs('crimsonine', 'advisory', reviewer), []);
      assert.equal(await publicWords('crimsonine'), 0);
    });

    it('a publication to the organisations it names', async () => {
      await gate.published({
        label: 'AMBER',
        scope: 'orgs',
        audience: [member.organisation!],
        texts: text('Wolframite valves'),
        ...filed('AMBER'),
      });
      await settled();
      assert.equal((await refs('wolframite', 'publication', member)).length, 1);
      assert.equal((await refs('wolframite', 'publication', analyst)).length, 1);
      assert.deepEqual(await refs('wolframite', 'publication', other), []);
      assert.deepEqual(await refs('wolframite', 'publication'), []);
      assert.equal(await publicWords('wolframite'), 0);
    });

    it('an advisory that its publisher makes public, and no more when he takes that back', async () => {
      await taken({ id: 'TURN-1', title: 'Turncoatium', version: '1', tlp: 'GREEN' });
      await settled();
      assert.deepEqual(await refs('turncoatium'), []);
      await taken({ id: 'TURN-1', title: 'Turncoatium', version: '2', tlp: 'CLEAR' });
      await settled();
      assert.deepEqual(await refs('turncoatium'), ['TURN-1']);
      assert.equal(await publicWords('turncoatium'), 3);
      await taken({ id: 'TURN-1', title: 'Turncoatium', version: '3', tlp: 'GREEN' });
      // At once: the words went in the transaction that brought the new version.
      assert.equal(await publicWords('turncoatium'), 0);
      await settled();
      assert.deepEqual(await refs('turncoatium'), []);
      assert.deepEqual(await refs('turncoatium', 'advisory', analyst), ['TURN-1']);
    });
  });

  describe('of what the CERT publishes', () => {
    it('finds each in every language, once, and in the language of the reader', async () => {
      const { subject } = await gate.published({
        texts: [
          ...text('Heliotrope pumps'),
          {
            language: 'ru',
            title: 'Насосы Heliotrope',
            summary: 'Останавливаются.',
            body: '',
            basedOn: null,
          },
        ],
      });
      await settled();
      const hits = async (q: string, language?: 'en' | 'ru') =>
        (
          await server.as(server.visitor)(searchApi.find, { query: { q, ...(language && { language }) } })
        ).groups
          .filter(({ kind }) => kind === 'publication')
          .flatMap(({ items }) => items);
      assert.deepEqual(
        (await hits('heliotrope')).map(({ ref }) => ref),
        [subject.now.ref],
      );
      const titleOf = (all: Awaited<ReturnType<typeof hits>>) =>
        all[0]!.title.map((piece) => piece.text).join('');
      assert.equal(titleOf(await hits('heliotrope', 'ru')), 'Насосы Heliotrope');
      assert.equal(titleOf(await hits('heliotrope', 'en')), 'Heliotrope pumps');
      assert.equal(titleOf(await hits('насос останавливается', 'en')), 'Насосы Heliotrope');
    });

    it('knows nothing of what is scheduled, whoever asks', async () => {
      await gate.released({ texts: text('Obsidianite flow meters') }, new Date(Date.now() + 3_600_000));
      await settled();
      for (const actor of [server.visitor, member, analyst]) {
        assert.deepEqual(await refs('obsidianite', undefined, actor), []);
        assert.equal((await find('obsidianate', actor)).corrected, null);
      }
      assert.equal(await publicWords('obsidianite'), 0);
    });

    it('forgets what is recalled in the moment it is', async () => {
      const { id } = await gate.published({ texts: text('Peridotine burners') });
      await settled();
      assert.equal((await refs('peridotine', 'publication')).length, 1);
      assert.equal((await find('peridotina')).corrected, 'peridotine');
      await server.as(lead)(releaseApi.recall, { params: { id }, body: { reason: 'It was wrong' } });
      assert.equal(await publicWords('peridotine'), 0);
      assert.deepEqual(await refs('peridotine'), []);
      assert.equal((await find('peridotina')).corrected, null);
      const page = await server.as(server.visitor)(publishedApi.get, { params: { id } });
      assert.equal(page.recallReason, 'It was wrong');
    });

    it('takes no words of what was recalled, however late they come', async () => {
      const { id } = await gate.published({ texts: text('Tantalite valves') });
      await settled();
      await server.as(lead)(releaseApi.recall, { params: { id }, body: { reason: 'It was wrong' } });
      await server.owner.query(
        `insert into search_due (owner_id, kind, subject_id) select owner_id, 'publication', release_id from published where release_id = $1`,
        [id],
      );
      await settled();
      assert.equal(await publicWords('tantalite'), 0);
      await assert.rejects(
        server.owner.query(
          `insert into search_public (release_id, ref, title, text, words, newest_at) values ($1, '', '', '', '', now())`,
          [id],
        ),
        /foreign key/,
      );
    });
  });

  it('takes of a document that is all words as many as an index holds', async () => {
    const many = Array.from({ length: 9000 }, (_, n) => `${'\u{1e900}'.repeat(30)}${n}`);
    await taken({
      id: 'HUGE-1',
      title: 'Hugeous relay',
      summary: many.slice(0, 300).join(' '),
      products: many.slice(0, 2000).map((name, n) => ({ key: `p${n}`, vendor: name, name, version: '1' })),
      vulnerabilities: [],
    });
    await taken({ id: 'AFTER-1', title: 'Afterwardsy relay' });
    await settled();
    assert.deepEqual(await refs('hugeous'), ['HUGE-1']);
    assert.deepEqual(await refs('afterwardsy'), ['AFTER-1']);
  });

  it('gives words to everything that was there before it', async () => {
    await server.owner.query('truncate search_public, search_restricted, search_name, search_term');
    assert.deepEqual(await refs('sicam'), []);
    await server.owner.query(
      `insert into search_due (owner_id, kind, subject_id, person_id)
       select owner_id, 'advisory', id, case scope when 'named' then audience[1] end from advisory`,
    );
    await settled();
    assert.deepEqual(await refs('sicam siemens'), ['SSA-211752', 'NBC-2026-002']);
  });

  describe('takes hostile questions calmly', () => {
    for (const [what, typed] of Object.entries({
      nothing: '',
      'only punctuation': `!!! ??? ((( ))) --- ''' \\\\ """ %_%`,
      'the syntax of a tsquery': `siemens' | !sicam & (:*A <-> 'x':*B`,
      'NUL and other controls': 'sie\u0000mens\u0007 \u202e sicam\ud800',
      'a piece without end': 'a'.repeat(500),
      'many words': 'w1 '.repeat(166),
      'Chinese without end': '一二三四五六七八九十'.repeat(50),
      'many digits': '1'.repeat(500),
      SQL: `'; drop table search_public; --`,
      'marks without letters': '\u0301\u0301\u0301 \u0300',
    }))
      it(what, async () => {
        const { status, body } = await server.send(null)('GET', url(typed), undefined);
        assert.equal(status, 200, JSON.stringify(body));
      });

    it('ten thousand words are refused with a sentence', async () => {
      const { status, body } = await server.send(null)('GET', url('word '.repeat(2000)), undefined);
      assert.equal(status, 400);
      assert.match((body as { title: string }).title, /500 characters/);
    });

    it('a place to read on that nobody gave out', async () => {
      for (const after of ['-1', '99999', 'x', '0; drop'])
        assert.equal(
          (
            await server.send(null)(
              'GET',
              `${url('siemens')}&kind=advisory&after=${encodeURIComponent(after)}`,
              undefined,
            )
          ).status,
          200,
        );
    });
  });

  const url = (q: string) => `/api/search?q=${encodeURIComponent(q.toWellFormed())}`;

  const find = (q: string, actor: Actor = server.visitor) =>
    server.as(actor)(searchApi.find, { query: { q } });

  /** What is found as it was typed. */
  async function refs(
    q: string,
    kind: SearchKind = 'advisory',
    actor: Actor = server.visitor,
  ): Promise<string[]> {
    const { groups, corrected } = await find(q, actor);
    if (corrected !== null) return [];
    return groups.find((group) => group.kind === kind)?.items.map(({ ref }) => ref) ?? [];
  }

  /** In how many places of what everybody may see a word stands. */
  async function publicWords(word: string): Promise<number> {
    const { rows } = await server.owner.query<{ count: number }>(
      `select (select count(*) from search_public where words @@ $1::text::tsquery or lower(title || text) like '%' || $1::text || '%')
        + (select count(*) from search_name where term = $1::text) + (select count(*) from search_term where term = $1::text) as count`,
      [word],
    );
    return Number(rows[0]!.count);
  }

  const of = (vendor: string, name: string): Partial<AdvisoryDraft> => ({
    products: [{ key: 'one', vendor, name, version: '1' }],
    publisher: { name: vendor, namespace: 'https://vendor.example', category: 'vendor' },
  });

  async function taken(changes: Partial<AdvisoryDraft>): Promise<void> {
    const whole = { summary: '', products: [], vulnerabilities: [], ...changes };
    const { refused } = await server.house.imports.importStream(
      analyst,
      'one.json',
      bytes(json(csaf(whole))),
    );
    assert.deepEqual(refused, []);
  }

  async function recorded(cve: string, title: string, label: 'CLEAR' | 'GREEN'): Promise<void> {
    const scope = label === 'CLEAR' ? 'public' : 'partners';
    await server.database.as(analyst, (tx) =>
      server.house.claims.recordsTaken(tx, analyst, [
        {
          id: crypto.randomUUID(),
          label,
          scope,
          audience: [],
          title,
          trackingId: cve,
          version: '1',
          publisher: 'Catalogue',
          publisherKind: 'catalogue',
          vendors: [],
          url: null,
          way: null,
          updatedAt: new Date(),
          said: null,
          facts: [
            {
              vulnerability: cve,
              by: undefined,
              subject: { products: [] },
              quote: '',
              pointer: '',
              key: 'weakness',
              kind: 'weakness',
              value: { cwe: 'CWE-256', name: 'Plaintext Storage' },
            },
          ],
        },
      ]),
    );
  }

  const settled = () => server.house.search.index();

  const text = (title: string) => [
    { language: 'en', title, summary: 'They stop.', body: 'Wait.', basedOn: null },
  ];

  function filed(label: 'AMBER') {
    const ref = `BB-2026-${crypto.randomUUID().slice(0, 6)}`;
    return { ref, files: [csafFile(ref, label)] };
  }
});
