import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  type Block,
  type BlockContent,
  type BlockSave,
  type Language,
  type Publication,
  publicationApi,
  publicationMoves,
  PublicationState,
  Refusal,
  vulnerabilityApi,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, visitor } from '../../platform/actor.ts';
import { Problem } from '../../platform/problem.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('publications', () => {
  let server: TestServer;
  let ana: Actor;
  let ben: Actor;
  let cleo: Actor;
  let lead: Actor;
  let member: Actor;
  let vendor: Actor;
  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [ana, ben, cleo] = [await cert.person('ANA'), await cert.person('ANA'), await cert.person('ANA')];
    lead = await cert.person('LEAD');
    member = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
    vendor = await (await server.organisation('Aurum Controls', 'vendor')).person('VEN');
  });
  after(() => server.close());

  const begin = async (actor = ana, title = 'Aurum AX-300: memory can be overwritten') =>
    (await server.as(actor)(publicationApi.create, { body: { kind: 'advisory', language: 'en', title } })).id;
  const read = (id: string, actor = ana): Promise<Publication> =>
    server.as(actor)(publicationApi.get, { params: { id } });
  const blockOf = async (id: string, kind: BlockContent['kind']): Promise<Block> =>
    (await read(id)).blocks.find(({ content }) => content.kind === kind)!;
  const say = (content: BlockContent, text: string): BlockContent => ({ ...content, text });
  const save = (id: string, block: string, body: BlockSave, actor = ana) =>
    server.as(actor)(publicationApi.save, { params: { id, block }, body });
  const page = () => crypto.randomUUID();
  const put = async (id: string, content: BlockContent, actor = ana) => {
    const block = page();
    await save(id, block, { editor: page(), base: 0, removed: false, settles: [], content }, actor);
    return block;
  };
  const change = async (id: string, block: Block, text: string, actor = ana, editor = page()) =>
    save(
      id,
      block.id,
      { editor, base: block.revision, removed: false, settles: [], content: say(block.content, text) },
      actor,
    );
  const move = (id: string, to: PublicationState, actor = ana, reason?: string) =>
    server.as(actor)(publicationApi.move, { params: { id }, body: { to, ...(reason && { reason }) } });
  const reference: BlockContent = {
    kind: 'reference',
    heading: 'Vendor bulletin',
    text: '',
    url: 'https://aurum.example/7',
  };
  const whole = async () => {
    const id = await begin();
    await change(id, await blockOf(id, 'summary'), 'Versions before 4.35 can be stopped from the network.');
    await put(id, reference);
    return id;
  };
  const published = async () => {
    const id = await whole();
    await move(id, 'sourced');
    await move(id, 'checked', ben);
    await gate(id, 'approved', lead);
    await gate(id, 'published', lead);
    return id;
  };
  const gate = (id: string, to: 'approved' | 'scheduled' | 'published' | 'checked', actor: Actor) =>
    server.database.as(actor, (tx) =>
      server.house.publications.follow(tx, id, to, { person: actor.person, reason: 'because' }),
    );

  describe('go their way', () => {
    it('as the table says, and no other way, whoever asks', async () => {
      const id = await whole();
      for (const state of ['draft', 'sourced', 'checked', 'inTranslation'] as const) {
        if (state === 'sourced') await move(id, 'sourced');
        if (state === 'checked') await move(id, 'checked', ben);
        if (state === 'inTranslation') await move(id, 'inTranslation');
        const ours = publicationMoves.filter(({ from, by }) => from === state && by !== 'gate');
        for (const to of PublicationState.options.filter((one) => !ours.some((open) => open.to === one)))
          await refused(move(id, to, lead, 'because'), 409, 'move-not-open');
      }
    });

    it('to the check only when the text is whole, saying what is missing', async () => {
      const id = await begin();
      await refused(move(id, 'sourced'), 409, 'publication-findings');
      const { findings } = await read(id);
      const errors = findings.filter(({ level }) => level === 'error').map(({ told }) => told.code);
      assert.deepEqual(errors, ['summary-missing', 'no-source']);
    });

    it('past a checker who wrote none of it', async () => {
      const id = await whole();
      await change(id, await blockOf(id, 'impact'), 'The pump stops.', ben);
      await move(id, 'sourced');
      await refused(move(id, 'checked', ana), 403, 'other-hand');
      await refused(move(id, 'checked', ben), 403, 'other-hand');
      await move(id, 'checked', cleo);
    });

    it('past an approver who neither wrote nor checked', async () => {
      const id = await whole();
      await move(id, 'sourced');
      await move(id, 'checked', lead);
      await refused(gate(id, 'approved', ana), 403, 'other-hand');
      await refused(gate(id, 'approved', lead), 403, 'other-hand');
      await gate(id, 'approved', ben);
    });

    it('never to published around a check, not even for a program that forgets to ask', async () => {
      const id = await whole();
      await assert.rejects(
        server.database.as(lead, (tx) =>
          sql`update publication set state = 'published' where id = ${id}`.execute(tx),
        ),
        /lacks a hand/,
      );
    });

    it('back to the draft with a reason, and then everything is checked again', async () => {
      const id = await whole();
      await move(id, 'sourced');
      await move(id, 'checked', ben);
      await refused(move(id, 'draft', ana), 400, 'reason-needed');
      await move(id, 'draft', ana, 'The vendor wrote back');
      const { hands, history } = await read(id);
      assert.deepEqual(
        hands.map(({ part }) => part),
        ['author'],
      );
      assert.equal(history[0]!.reason, 'The vendor wrote back');
    });

    it('one writer or one checker: of two who race for both, one is turned away', async () => {
      for (let round = 0; round < 10; round++) {
        const id = await whole();
        const block = await blockOf(id, 'impact');
        await move(id, 'sourced');
        await Promise.allSettled([
          move(id, 'checked', ben),
          move(id, 'draft', ana, 'once more').then(() => change(id, block, 'by ben', ben)),
        ]);
        const { hands, state } = await read(id);
        const benHas = hands.filter(({ person }) => person === ben.person).map(({ part }) => part);
        assert.ok(benHas.length <= 1, benHas.join());
        assert.ok(state !== 'checked' || benHas[0] === 'checker');
      }
    });

    it('closed to writers once they have left the draft', async () => {
      const id = await whole();
      const block = await blockOf(id, 'impact');
      await move(id, 'sourced');
      await refused(change(id, block, 'one more thing'), 409, 'publication-not-open');
      await assert.rejects(
        server.database.as(ana, (tx) =>
          sql`update publication_block set text = 'x' where publication_id = ${id}`.execute(tx),
        ),
        /not open/,
      );
    });
  });

  describe('are written by several at once', () => {
    it('who work on different blocks: both stay', async () => {
      const id = await begin();
      const [summary, impact] = [await blockOf(id, 'summary'), await blockOf(id, 'impact')];
      const outcomes = await Promise.all([
        change(id, summary, 'by ana', ana),
        change(id, impact, 'by ben', ben),
      ]);
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['saved', 'saved'],
      );
      assert.deepEqual(
        [(await blockOf(id, 'summary')).content.text, (await blockOf(id, 'impact')).content.text],
        ['by ana', 'by ben'],
      );
    });

    it('who work on the same block: both versions are there until one is picked', async () => {
      const id = await begin();
      const block = await blockOf(id, 'summary');
      const outcomes = await Promise.all(
        [ana, ben, cleo].map((actor) => change(id, block, `by ${actor.name}`, actor)),
      );
      assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['aside', 'aside', 'saved']);
      const now = await blockOf(id, 'summary');
      const words = [now.content.text, ...now.variants.map(({ content }) => content.text)].sort();
      assert.deepEqual(words, [ana, ben, cleo].map(({ name }) => `by ${name}`).sort());
      await put(id, reference);
      await refused(move(id, 'sourced'), 409, 'variants-open');

      await save(id, block.id, {
        editor: page(),
        base: now.revision,
        removed: false,
        content: say(now.content, 'both'),
        settles: now.variants.map((variant) => variant.id),
      });
      const settled = await blockOf(id, 'summary');
      assert.deepEqual([settled.content.text, settled.variants], ['both', []]);
    });

    it('and one removes what another changes: the change is kept aside', async () => {
      const id = await begin();
      const block = await blockOf(id, 'impact');
      await save(
        id,
        block.id,
        { editor: page(), base: block.revision, removed: true, settles: [], content: block.content },
        ben,
      );
      const { outcome } = await change(id, block, 'worked on', ana);
      const { removed, variants } = await blockOf(id, 'impact');
      assert.deepEqual([outcome, removed, variants[0]?.content.text], ['aside', true, 'worked on']);
    });

    it('and one moves what another writes in: neither is lost', async () => {
      const id = await begin();
      const block = await blockOf(id, 'impact');
      await save(
        id,
        block.id,
        {
          editor: page(),
          base: block.revision,
          place: 0.5,
          removed: false,
          settles: [],
          content: block.content,
        },
        ben,
      );
      assert.equal((await change(id, block, 'written', ana)).outcome, 'saved');
      const now = await blockOf(id, 'impact');
      assert.deepEqual([now.place, now.content.text], [0.5, 'written']);
    });

    it('and see one another, and only what has changed', async () => {
      const id = await begin();
      const known = (await read(id)).blocks.map(({ id: block, revision }) => ({
        id: block,
        revision,
        translations: 0,
        variants: 0,
      }));
      const beat = (actor: Actor, block: string | null) =>
        server.as(actor)(publicationApi.presence, { params: { id }, body: { editor: page(), block, known } });
      const impact = await blockOf(id, 'impact');
      assert.deepEqual((await beat(ana, impact.id)).changed, []);
      await change(id, impact, 'The pump stops.', ana);
      const { others, changed } = await beat(ben, null);
      assert.deepEqual(
        [others.map(({ name, block }) => [name, block]), changed.map((block) => block.content.text)],
        [[[ana.name, impact.id]], ['The pump stops.']],
      );
    });
  });

  describe('are saved while they are typed', () => {
    it('and saving the same again changes nothing', async () => {
      const id = await begin();
      const block = await blockOf(id, 'summary');
      const editor = page();
      const first = await change(id, block, 'once', ana, editor);
      const again = await change(id, block, 'once', ana, editor);
      assert.deepEqual([again.outcome, again.block.revision], ['saved', first.block.revision]);
    });

    it('and the same page writing on without having heard the answer is no conflict', async () => {
      const id = await begin();
      const block = await blockOf(id, 'summary');
      const editor = page();
      await change(id, block, 'once', ana, editor);
      const { outcome } = await change(id, block, 'once more', ana, editor);
      assert.deepEqual([outcome, (await blockOf(id, 'summary')).content.text], ['saved', 'once more']);
    });

    it('and sending again what another has changed since asks nobody and overwrites nothing', async () => {
      const id = await begin();
      const block = await blockOf(id, 'summary');
      const editor = page();
      const first = await change(id, block, 'by ana', ana, editor);
      await change(id, first.block, 'by ana, mended by ben', ben);
      const { outcome } = await change(id, block, 'by ana', ana, editor);
      const now = await blockOf(id, 'summary');
      assert.deepEqual([outcome, now.content.text, now.variants], ['saved', 'by ana, mended by ben', []]);
    });

    it('also half-typed: what is wrong is said beside the field and stops only the way on', async () => {
      const id = await begin();
      const block = await put(id, {
        kind: 'vulnerability',
        heading: '',
        text: '',
        cve: 'CVE-20',
        cwe: '',
        vectors: ['CVSS:3'],
        claims: [],
      });
      const { findings } = await read(id);
      assert.deepEqual(
        findings.filter((one) => one.block === block).map(({ field, told }) => [field, told.code]),
        [
          ['cve', 'cve-malformed'],
          ['vectors', 'vector-malformed'],
        ],
      );
    });

    it('and shown as CSAF at any time, with what the validator says, however half-typed', async () => {
      const id = await begin();
      await put(id, {
        kind: 'vulnerability',
        heading: '',
        text: '',
        cve: 'CVE-20',
        cwe: '787',
        vectors: ['CVSS:3', ''],
        claims: [],
      });
      await put(id, {
        kind: 'product',
        heading: '',
        text: '',
        vendor: '',
        product: '',
        orderNumbers: [''],
        range: '<<',
        status: 'affected',
        claim: null,
      });
      const { items } = await server.as(ana)(publicationApi.documents, { params: { id } });
      assert.deepEqual(
        items.map(({ name }) => name.split('/')[1]),
        ['2.0', '2.1'],
      );
      assert.ok(items.every(({ text, findings }) => JSON.parse(text) && findings.length > 0));
      // In whichever language it is said, from code and params: never by the ids of blocks, which no reader knows.
      const told = items.flatMap(({ findings }) => findings.map((finding) => finding.told));
      assert.ok(told.some(({ params }) => Object.keys(params).length > 0));
      const { blocks } = await server.as(ana)(publicationApi.get, { params: { id } });
      for (const block of blocks) assert.ok(!JSON.stringify(told).includes(block.id));
    });

    it('without what no screen shows, whatever is pasted', async () => {
      const id = await begin();
      const block = await blockOf(id, 'title');
      const content = { ...block.content, heading: 'a\u0000b\u202e\ud800c', text: 'x\u0000\ny' };
      const { block: now } = await save(id, block.id, {
        editor: page(),
        base: block.revision,
        removed: false,
        settles: [],
        content,
      });
      assert.deepEqual([now.content.heading, now.content.text], ['ab\ufffdc', 'x\ny']);
    });

    it('up to a bound', async () => {
      const id = await begin();
      const block = await blockOf(id, 'summary');
      await refused(change(id, block, 'x'.repeat(20_001)), 400, 'not-understood');
    });
  });

  describe('are translated block by block', () => {
    const translate = (
      id: string,
      block: Block,
      language: Language,
      text: string,
      { base = 0, source = block.revision, actor = ben } = {},
    ) =>
      server.as(actor)(publicationApi.translate, {
        params: { id, block: block.id, language },
        body: { editor: page(), base, heading: '', text, source, settles: [] },
      });

    it('and a translation is stale once the original says something else, and not before', async () => {
      const id = await begin();
      const first = (await change(id, await blockOf(id, 'impact'), 'The pump stops.')).block;
      await translate(id, first, 'ru', 'Насос останавливается.');
      const fresh = await blockOf(id, 'impact');
      assert.equal(fresh.translations[0]!.staleSince, null);

      await change(id, fresh, 'The pump stops and the valve opens.');
      const stale = (await blockOf(id, 'impact')).translations[0]!;
      assert.ok(stale.staleSince);
      assert.equal(stale.from.text, 'The pump stops.');
      const { languages } = await server.as(ana)(publicationApi.preview, { params: { id } });
      assert.equal(languages.ru!.staleSince, stale.staleSince);

      await change(id, await blockOf(id, 'impact'), 'The pump stops.');
      assert.equal((await blockOf(id, 'impact')).translations[0]!.staleSince, null);
    });

    it('and one of an original that changed meanwhile is not taken for one of the present', async () => {
      const id = await begin();
      const first = (await change(id, await blockOf(id, 'impact'), 'The pump stops.')).block;
      await change(id, first, 'The pump does not stop.');
      await translate(id, first, 'ru', 'Насос останавливается.');
      assert.ok((await blockOf(id, 'impact')).translations[0]!.staleSince);
    });

    it('by two at once: nothing is overwritten', async () => {
      const id = await begin();
      const block = (await change(id, await blockOf(id, 'impact'), 'The pump stops.')).block;
      await translate(id, block, 'zh', '泵停止运行。', { actor: ben });
      const { outcome } = await translate(id, block, 'zh', '水泵停机。', { actor: cleo });
      const now = await blockOf(id, 'impact');
      assert.deepEqual(
        [outcome, now.translations[0]!.text, now.variants[0]!.content.text, now.variants[0]!.language],
        ['aside', '泵停止运行。', '水泵停机。', 'zh'],
      );
    });

    it('after the check too, while the original stays closed', async () => {
      const id = await whole();
      const block = await blockOf(id, 'summary');
      await move(id, 'sourced');
      await move(id, 'checked', ben);
      await move(id, 'inTranslation');
      await translate(id, block, 'ru', 'Версии до 4.35 можно остановить по сети.', { actor: cleo });
      await refused(change(id, block, 'other words', cleo), 409, 'publication-not-open');
      await refused(translate(id, block, 'zh', '…', { actor: ben }), 403, 'other-hand');
    });

    it('never into the language of the original', async () => {
      const id = await begin();
      await refused(translate(id, await blockOf(id, 'title'), 'en', 'x'), 400, 'language-of-original');
    });
  });

  describe('once they are out', () => {
    it('are frozen as they went out, and the next version says what changed', async () => {
      const id = await published();
      await refused(change(id, await blockOf(id, 'summary'), 'other'), 409, 'publication-not-open');
      assert.equal((await server.as(ana)(publicationApi.revise, { params: { id }, body: {} })).version, 2);
      await change(id, await blockOf(id, 'summary'), 'Versions before 4.36 can be stopped from the network.');
      const { from, to, items } = await server.as(ana)(publicationApi.changes, { params: { id } });
      assert.deepEqual([from, to, items.length, items[0]!.kind], [1, 2, 1, 'summary']);
      assert.deepEqual(
        items[0]!.text.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => [kind, text]),
        [
          ['removed', '4.35'],
          ['added', '4.36'],
        ],
      );
      const [version] = (await server.as(ana)(publicationApi.versions, { params: { id } })).items;
      assert.match(version!.snapshot.languages.en!.summary, /4\.35/);

      await move(id, 'sourced');
      await move(id, 'checked', ben);
      await gate(id, 'approved', lead);
      await gate(id, 'published', lead);
      const { items: versions } = await server.as(ana)(publicationApi.versions, { params: { id } });
      assert.deepEqual(
        versions.map(({ version: number, state }) => [number, state]),
        [
          [2, 'published'],
          [1, 'revised'],
        ],
      );
    });

    it('are withdrawn by a lead who says why and types what he means', async () => {
      const id = await published();
      const { ref } = await read(id);
      const withdraw = (actor: Actor, confirm: string) =>
        server.as(actor)(publicationApi.withdraw, {
          params: { id },
          body: { reason: 'The vendor measured again', confirm },
        });
      await refused(withdraw(ana, ref), 403, 'role-not-allowed');
      await refused(withdraw(lead, 'yes'), 400, 'confirm-ref');
      await withdraw(lead, ref.toLowerCase());
      const now = await read(id);
      assert.deepEqual([now.state, now.history[0]!.reason], ['withdrawn', 'The vendor measured again']);
      await refused(withdraw(lead, ref), 409, 'not-published');
      await refused(move(id, 'draft'), 409, 'move-not-open');
    });

    it('and what never was out can be let go of, and taken up again', async () => {
      const id = await begin();
      await move(id, 'withdrawn', ana, 'Not ours');
      await move(id, 'draft');
      await refused(
        server.as(lead)(publicationApi.withdraw, {
          params: { id },
          body: { reason: 'x', confirm: (await read(id)).ref },
        }),
        409,
        'not-published',
      );
    });

    it('carry a ref that tells neither order nor number', async () => {
      const refs = await Promise.all(Array.from({ length: 20 }, async () => (await read(await begin())).ref));
      assert.equal(new Set(refs).size, 20);
      for (const ref of refs) assert.match(ref, /^ADV-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      assert.notDeepEqual([...refs].sort(), refs);
    });
  });

  describe('are the business of the CERT alone', () => {
    it('before they are out, in whatever state', async () => {
      const id = await whole();
      for (const actor of [member, vendor, visitor]) {
        await refused(
          server.as(actor)(publicationApi.get, { params: { id } }),
          actor === visitor ? 401 : 403,
        );
        await refused(server.as(actor)(publicationApi.list), actor === visitor ? 401 : 403);
      }
      for (const role of ['MEM', 'VEN', 'GOV', 'RES', 'TRN', 'ADM'] as const) {
        const actor: Actor = { ...member, organisation: ana.organisation, roles: [role] };
        const tables = [
          'publication',
          'publication_block',
          'publication_hand',
          'publication_step',
          'publication_version',
        ];
        for (const table of tables)
          assert.deepEqual(
            await server.database.as(
              actor,
              async (tx) => (await sql`select * from ${sql.table(table)}`.execute(tx)).rows,
            ),
            [],
            `${role} ${table}`,
          );
      }
    });

    it('and of that CERT only: to another it is as if it were not there', async () => {
      const id = await whole();
      const other = await (await server.organisation('Other CERT', 'cert')).person('LEAD');
      await refused(read(id, other), 404, 'not-found');
      assert.deepEqual((await server.as(other)(publicationApi.list)).items, []);
    });

    it('found by state, kind, label, words, and by who has a hand in them', async () => {
      const id = await begin(cleo, 'Halden FlowMaster: default password');
      const found = async (query: object, actor = cleo) =>
        (await server.as(actor)(publicationApi.list, { query })).items.map((line) => line.id);
      assert.deepEqual(await found({ search: 'flowmaster PASSWORD' }), [id]);
      assert.deepEqual(await found({ search: 'flowmaster', state: 'published' }), []);
      assert.deepEqual(await found({ search: 'flowmaster', label: 'GREEN' }), []);
      assert.deepEqual(await found({ search: '100%' }), []);
      assert.ok((await found({ mine: 'true' })).includes(id));
      assert.ok(!(await found({ mine: 'true' }, lead)).includes(id));
      const first = await server.as(ana)(publicationApi.list, { query: { limit: 2 } });
      const second = await server.as(ana)(publicationApi.list, { query: { limit: 2, after: first.next! } });
      assert.equal(new Set([...first.items, ...second.items].map((line) => line.id)).size, 4);
    });

    it('go out no further than their label allows', async () => {
      const id = await begin();
      const describeIt = (body: object) => server.as(ana)(publicationApi.describe, { params: { id }, body });
      await describeIt({ label: 'AMBER' });
      assert.deepEqual([(await read(id)).label, (await read(id)).scope], ['AMBER', 'clients']);
      await refused(describeIt({ scope: 'public' }), 400, 'scope-not-allowed');
    });
  });

  describe('stand on claims', () => {
    it('that two people decided, and begin with what these said', async () => {
      const file = { '1.json': json(csaf()) };
      await server.house.imports.importStream(ana, 'x.tar', bytes(await tar(file)));
      const [{ ref } = { ref: '' }] = (await server.as(ana)(vulnerabilityApi.list)).items;
      const { facts } = await server.as(ana)(vulnerabilityApi.get, { params: { ref } });
      const fact = facts.find(({ kind, aspect }) => kind === 'productStatus' && aspect === 'affected')!;
      const answer = {
        value: fact.claims[0]!.value,
        verification: 'reproducedByUs' as const,
        evidence: 'Lab run 17',
        links: [],
        claims: [],
      };
      const { verdict } = await server.as(ana)(vulnerabilityApi.decide, {
        params: { ref },
        body: { ...answer, fact: fact.key },
      });

      const early = await whole();
      await put(early, {
        kind: 'vulnerability',
        heading: '',
        text: '',
        cve: ref,
        cwe: '',
        vectors: [],
        claims: [verdict],
      });
      await move(early, 'sourced');
      await refused(move(early, 'checked', ben), 409, 'claims-undecided');
      await server.as(cleo)(vulnerabilityApi.check, { params: { id: verdict }, body: answer });
      await move(early, 'checked', ben);

      const { id } = await server.as(ana)(publicationApi.create, {
        body: { kind: 'advisory', language: 'en', title: 'As decided', vulnerability: ref },
      });
      const blocks = (await read(id)).blocks.map(({ content }) => content);
      const product = blocks.find(({ kind }) => kind === 'product');
      assert.ok(product?.kind === 'product');
      assert.deepEqual([product.claim, product.status], [verdict, 'affected']);
      assert.ok(blocks.some((content) => content.kind === 'vulnerability' && content.cve === ref));
      await refused(
        server.as(ana)(publicationApi.create, {
          body: { kind: 'advisory', language: 'en', title: 'x', vulnerability: 'CVE-1999-0001' },
        }),
        404,
        'not-found',
      );
    });
  });

  describe('are proposed by others', () => {
    const propose = (actor: Actor) =>
      server.as(actor)(publicationApi.propose, {
        body: {
          kind: 'lesson',
          language: 'en',
          title: 'What a blocked backup taught us',
          summary: 'We could not restore a controller.',
          impact: '',
          mitigation: 'Try the restore every quarter.',
          references: ['https://example.org'],
        },
      });

    it('and become a draft when the CERT accepts them, once', async () => {
      const { id, state, publication } = await propose(member);
      assert.deepEqual([state, publication], ['proposed', null]);
      const take = (actor: Actor) =>
        server.as(actor)(publicationApi.create, {
          body: { kind: 'lesson', language: 'en', title: 'Try the restore', proposal: id },
        });
      const taken = await Promise.allSettled([take(ana), take(ben)]);
      assert.deepEqual(taken.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const draft = taken.find((one) => one.status === 'fulfilled')!.value.id;
      const { blocks, proposedBy } = await read(draft);
      assert.deepEqual(
        [proposedBy, ...blocks.map(({ content }) => content.kind)],
        ['Nordwasser', 'title', 'summary', 'mitigation', 'reference'],
      );
      const seen = await server.as(member)(publicationApi.proposal, { params: { id } });
      assert.deepEqual(
        [seen.state, seen.publication],
        ['accepted', null],
        'its proposer does not see the draft',
      );
    });

    it('and seen by the proposer and the CERT, by nobody else', async () => {
      const { id } = await propose(member);
      await refused(server.as(vendor)(publicationApi.proposal, { params: { id } }), 404, 'not-found');
      assert.deepEqual((await server.as(vendor)(publicationApi.proposals)).items, []);
      assert.equal(
        (await server.as(ana)(publicationApi.proposal, { params: { id } })).organisation,
        'Nordwasser',
      );
      await refused(server.as(visitor)(publicationApi.proposals), 401);
    });

    it('and declined with a reason, or taken back, but not after they are answered', async () => {
      const declined = await propose(vendor);
      await server.as(lead)(publicationApi.decline, {
        params: { id: declined.id },
        body: { reason: 'Known' },
      });
      const takeBack = (id: string, actor = vendor) =>
        server.as(actor)(publicationApi.takeBack, { params: { id }, body: {} });
      await refused(takeBack(declined.id), 409, 'proposal-answered');
      assert.equal(
        (await server.as(vendor)(publicationApi.proposal, { params: { id: declined.id } })).answer,
        'Known',
      );
      const regretted = await propose(vendor);
      await refused(takeBack(regretted.id, member), 404, 'not-found');
      assert.equal((await takeBack(regretted.id)).state, 'withdrawn');
    });

    it('and rewritten by nobody, not even around the service', async () => {
      const { id } = await propose(member);
      const write = (actor: Actor, assignment: string) =>
        server.database.as(actor, (tx) =>
          sql`update publication_proposal set ${sql.raw(assignment)} where id = ${id}`.execute(tx),
        );
      await assert.rejects(write(ana, `content = '{}'`), /not open/);
      await assert.rejects(write(member, `state = 'accepted'`), /not open/);
      await assert.rejects(write(ana, `state = 'withdrawn'`), /not open/);
    });
  });
});

/** Refused at the door of the API, or by the service itself where the gate asks it. */
async function refused(call: Promise<unknown>, status: number, code?: string): Promise<void> {
  await assert.rejects(call, (error) => {
    const told =
      error instanceof Refusal ? { status: error.status, code: error.told.code } : (error as Problem);
    assert.ok(error instanceof Refusal || error instanceof Problem, String(error));
    assert.deepEqual([told.status, code && told.code], [status, code]);
    return true;
  });
}
