import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import {
  caseApi,
  caseConcernApi,
  caseConsentApi,
  evidenceApi,
  findingApi,
  investigationApi,
  learningApi,
  plantApi,
  publicationApi,
  type IncidentReport,
  type Language,
  reportTranslationApi,
  timelineApi,
} from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('the report of an investigation', { timeout: 240_000 }, () => {
  let server: TestServer;
  let [writer, second, checker, outsider, translator, member, authoriser, electrician, stranger]: Actor[] =
    [];
  let id: string;
  let message: string;

  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    [writer, second, checker, outsider, translator] = await Promise.all(
      ['ANA', 'ANA', 'LEAD', 'ANA', 'ANA'].map((role) => cert.person(role as 'ANA')),
    );
    const delta = await server.organisation('Delta Motors', 'operator');
    [member, authoriser] = [await delta.person('MEM'), await delta.person('MAD')];
    electrician = await delta.person('MEM');
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    const { reference } = await server.as(authoriser)(caseApi.report, {
      body: { danger: 'no', control: 'partly', sees: 'Line 3 stopped', naming: 'member' } as IncidentReport,
    });
    const { items } = await server.as(writer!)(caseApi.list, { query: { search: reference } });
    id = items[0]!.id;
    await server.as(writer!)(caseApi.move, { params: { id }, body: { to: 'triaged' } as never });
    await server.owner.query(`alter table "case" disable trigger user`);
    await server.owner.query(`update "case" set team = team || $2::uuid[] where id = $1`, [
      id,
      [second!.person, checker!.person, translator!.person],
    ]);
    await server.owner.query(`alter table "case" enable trigger user`);
    const written = await server.as(authoriser)(caseApi.write, {
      params: { id },
      body: { body: 'The logic of PLC 7 was loaded at 02:41', internal: false, asIs: false },
    });
    message = written.id;
  });
  after(() => server.close());

  it('stands on facts with numbers of their own for ever, each with its evidence', async () => {
    const one = await addFact('PLC 7 was loaded at 02:41.');
    const two = await addFact('Nobody of the shift did it.');
    assert.deepEqual([one.number, two.number], [1, 2]);
    assert.equal(one.evidence[0]!.name, 'The logic of PLC 7 was loaded at 02:41');
    await server.as(writer!)(investigationApi.withdrawFact, {
      params: { id, fact: two.id },
      body: { reason: 'The shift corrected itself' },
    });
    const both = await Promise.all([
      addFact('It came from the workstation.', second),
      addFact('It was remote.'),
    ]);
    assert.deepEqual(
      both.map(({ number }) => number).toSorted((a, b) => a - b),
      [3, 4],
    );
    for (let n = 0; n < 205; n++)
      await server.as(writer!)(timelineApi.note, {
        params: { id },
        body: {
          kind: 'note',
          precision: 'minute',
          what: `${n === 0 ? 'Kurzschluss' : 'later'} ${n}`,
          from: new Date(Date.UTC(2026, 10, 1, 0, n)).toISOString(),
        },
      });
    const sources = async (search: string) =>
      (await server.as(writer!)(investigationApi.sources, { params: { id }, query: { search } })).items;
    assert.deepEqual(
      (await sources('kurzschluss')).map(({ source, name }) => [source, name]),
      [['observation', 'Kurzschluss 0']],
      'behind the two hundred newest',
    );
    assert.equal((await sources('no such words')).length, 0);
    const long = `${'The line stood. '.repeat(30)}Erdschluss`;
    await server.as(writer!)(caseApi.write, {
      params: { id },
      body: { body: long, internal: true, asIs: false },
    });
    assert.deepEqual(
      (await sources('erdschluss')).map(({ source, name }) => [source, name.length]),
      [['message', 160]],
      'far into a long message',
    );
    await assert.rejects(
      server.as(writer!)(investigationApi.addFact, {
        params: { id },
        body: { says: 'x', evidence: [{ source: 'message', id: crypto.randomUUID(), place: '' }] },
      }),
      refused(404, 'not-found'),
    );
    await assert.rejects(
      server.database.as(writer!, (tx) =>
        sql`update case_fact set revision = revision + 1 where id = ${two.id}`.execute(tx),
      ),
      /not open for this/,
    );
    const { rows } = await server.owner.query(`select string_agg(f::text, '') as kept from case_fact f`);
    assert.ok(
      !rows[0].kept.includes(Buffer.from('PLC 7').toString('hex')) && !rows[0].kept.includes('PLC 7'),
    );
    for (const actor of [member, stranger])
      await assert.rejects(
        server.as(actor!)(investigationApi.facts, { params: { id } }),
        refused(403, 'role-not-allowed'),
      );
    await assert.rejects(
      server.as(outsider!)(investigationApi.facts, { params: { id } }),
      refused(404, 'not-found'),
    );
  });

  it('is not closed while a sentence names no fact, or one that is not there, does not hold or has no evidence', async () => {
    // Pressed twice at once, and sent again by a reload: one fact with one number.
    const guess = () =>
      server.as(writer!)(investigationApi.addFact, {
        params: { id },
        body: { key: 'f'.repeat(22), says: 'A guess', evidence: [] },
      });
    const guesses = [...(await Promise.all([guess(), guess()])), await guess()];
    assert.deepEqual(
      guesses.map(({ number }) => number),
      [5, 5, 5],
    );
    const { items } = await server.as(writer!)(investigationApi.facts, { params: { id } });
    assert.equal(items.length, 5);
    const saved = await save(
      0,
      'PLC 7 was loaded [F1]. It was the shift [F2]. We believe so. It was so [F9]. A guess [F5].',
    );
    await assert.rejects(submit(saved.revision), (error: any) => {
      assert.deepEqual([error.told.code, error.told.params.count], ['report-has-flaws', 4]);
      return true;
    });
    await assert.rejects(save(0, 'x [F1].'), refused(409, 'changed-meanwhile'));
  });

  it('is final by another hand than those that wrote in it, its facts or its recommendations; then it never changes', async () => {
    const recommend = () =>
      server.as(writer!)(findingApi.add, { params: { id }, body: { ...recommended, key: 'r'.repeat(22) } });
    const [{ id: finding, revision: first }, twin] = await Promise.all([recommend(), recommend()]);
    assert.deepEqual([twin.id, (await recommend()).id], [finding, finding]);
    const { items } = await server.as(writer!)(findingApi.list, { query: { case: id } });
    assert.deepEqual(
      items.map(({ number }) => number),
      [1],
    );
    const reword = (revisionRead: number) =>
      server.as(second!)(findingApi.change, {
        params: { id: finding },
        body: { ...recommended, kind: 'gap', revision: revisionRead },
      });
    const changed = await reword(first);
    assert.deepEqual([changed.kind, changed.changedBy], ['gap', second!.name]);
    await assert.rejects(reword(first), refused(409, 'changed-meanwhile'));
    const slip = await server.as(writer!)(findingApi.add, { params: { id }, body: recommended });
    await server.as(writer!)(findingApi.remove, { params: { id: slip.id } });
    const left = await server.as(writer!)(findingApi.list, { query: { case: id } });
    assert.deepEqual(
      left.items.map((one) => one.id),
      [finding],
    );
    const { current } = await server.as(writer!)(investigationApi.report, { params: { id } });
    const { revision } = await save(
      current!.revision,
      'PLC 7 was loaded [F1]. It came from the workstation [F3–F4].',
    );
    assert.equal((await server.as(member!)(investigationApi.report, { params: { id } })).current, null);
    await assert.rejects(version(member!), refused(404, 'not-found'));
    assert.equal((await server.as(member!)(findingApi.list)).items.length, 0);

    const closed = await submit(revision);
    for (const actor of [writer, second]) {
      const by = actor!;
      await assert.rejects(check(by, closed.sha256!), refused(403, 'checker-wrote'));
      await assert.rejects(
        server.database.as(by, (tx) =>
          sql`update case_report set state = 'final', checker_id = ${by.person}, checker = 'x', revision = revision + 1
            where case_id = ${id}`.execute(tx),
        ),
        /checker_wrote/,
      );
    }
    await assert.rejects(save(closed.revision, 'other [F1].'), refused(409, 'report-closed'));
    await assert.rejects(
      server.as(writer!)(findingApi.add, { params: { id }, body: recommended }),
      refused(409, 'report-closed'),
    );
    await assert.rejects(check(checker!, '0'.repeat(64)), refused(409, 'report-other-snapshot'));
    await server.as(checker!)(investigationApi.check, {
      params: { id },
      body: { sha256: closed.sha256!, agrees: false, reason: 'Say when' },
    });
    const back = (await server.as(writer!)(investigationApi.report, { params: { id } })).current!;
    assert.deepEqual([back.state, back.sentBack, back.sha256], ['draft', 'Say when', null]);
    const again = await submit(back.revision);
    await check(checker!, again.sha256!);
    await assert.rejects(
      server.database.as(checker!, (tx) =>
        sql`update case_report set language = 'ru' where case_id = ${id}`.execute(tx),
      ),
      /not open for this/,
    );
    const { document, authors } = await version(member!);
    assert.deepEqual(
      document.facts.map(({ number }) => number),
      [1, 3, 4],
    );
    assert.deepEqual(authors, []);
    await assert.rejects(version(stranger!), refused(404, 'not-found'));
  });

  it('is one set of facts as JSON with the hash that was checked, as HTML and as PDF of the same bytes each time', async () => {
    const { sha256 } = await version(member!);
    assert.equal(
      createHash('sha256')
        .update(await download('json'))
        .digest('hex'),
      sha256,
    );
    assert.match((await download('html')).toString(), /<a href="#F1">\[F1\]<\/a>/);
    for (const language of ['en', 'ru', 'zh']) {
      const pdf = await download('pdf', language);
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
      assert.ok(pdf.equals(await download('pdf', language)));
    }
  });

  it('recommends what becomes findings of whoever the case belongs to, and nobody else moves them', async () => {
    const [finding] = (await server.as(member!)(findingApi.list, { query: { search: 'remote access' } }))
      .items;
    assert.deepEqual([finding!.state, finding!.mayMove, finding!.number], ['open', true, 1]);
    const move = (actor: Actor, body: object) =>
      server.as(actor)(findingApi.move, { params: { id: finding!.id }, body: body as never });
    await assert.rejects(move(member!, { to: 'accepted' }), refused(400, 'finding-needs'));
    await assert.rejects(move(writer!, { to: 'declined', reason: 'x' }), refused(404, 'not-found'));
    await assert.rejects(move(stranger!, { to: 'declined', reason: 'x' }), refused(404, 'not-found'));
    await assert.rejects(
      server.database.as(writer!, (tx) =>
        sql`update case_finding set state = 'declined' where id = ${finding!.id}`.execute(tx),
      ),
      /not open for this/,
    );
    const accepted = await move(member!, { to: 'accepted', owner: 'Head of OT', due: '2020-01-01' });
    assert.deepEqual([accepted.owner, accepted.overdue], ['Head of OT', true]);
    assert.equal((await server.as(member!)(findingApi.list, { query: { overdue: 'true' } })).items.length, 1);
    const moved = await move(member!, { to: 'accepted', owner: 'Shift lead', due: '2020-02-01' });
    assert.deepEqual([moved.state, moved.owner, moved.due], ['accepted', 'Shift lead', '2020-02-01']);
    await assert.rejects(move(member!, { to: 'open' }), refused(409, 'finding-move'));
    assert.equal((await move(member!, { to: 'done' })).state, 'done');
    assert.equal((await server.as(stranger!)(findingApi.list)).items.length, 0);
  });

  it('is in each language beside its original: what is missing or stale is shown as it was written, with the same numbers', async () => {
    const text = 'PLC 7 was loaded [F1]. It came from the workstation [F3–F4].';
    const begun = await save(0, text);
    const list = async (language: Language) =>
      (await server.as(translator!)(reportTranslationApi.list, { params: { id, language } })).items;
    const translate = async (language: Language, name: string, words: object, actor = translator) => {
      const piece = (await list(language)).find((one) => `${one.piece} ${one.number}` === name)!;
      return server.as(actor!)(reportTranslationApi.save, {
        params: { id, language },
        body: {
          piece: piece.piece,
          number: piece.number,
          source: piece.source,
          revision: piece.translation?.revision ?? 0,
          heading: '',
          text: '',
          note: '',
          ...words,
        },
      });
    };
    assert.deepEqual(
      (await list('ru')).map(({ piece, number }) => `${piece} ${number}`),
      ['title 0', 'section 1', 'recommendation 1', 'fact 1', 'fact 3', 'fact 4'],
    );
    assert.deepEqual(await list('en'), [], 'written in it');
    const heading = 'Что случилось с ПЛК 7';
    const early = (await translate('ru', 'title 0', { heading: 'ПЛК 7' })).translation!;
    // Taken away and written anew, it is another: whoever still has the first before him does not write over it.
    await translate('ru', 'title 0', {});
    await translate('ru', 'title 0', { heading });
    const [title] = await list('ru');
    await assert.rejects(
      server.as(translator!)(reportTranslationApi.save, {
        params: { id, language: 'ru' },
        body: {
          ...title!.original,
          piece: 'title',
          number: 0,
          source: title!.source,
          revision: early.revision,
        },
      }),
      refused(409, 'changed-meanwhile'),
    );
    await translate('ru', 'fact 1', { text: 'В 02:41 в ПЛК 7 загрузили программу.' });
    await assert.rejects(
      translate('ru', 'section 1', { text: 'Без заголовка [F1].' }),
      refused(400, 'translation-unlike'),
    );
    await translate('ru', 'section 1', {
      heading: 'Что случилось',
      text: 'В ПЛК 7 загрузили программу [Ф1]. Мы так думаем.',
    });
    const [, stale] = await list('ru');
    await assert.rejects(submit(begun.revision), (error: any) => {
      // A sentence without a fact, and F3 and F4 that the original names.
      assert.deepEqual([error.told.code, error.told.params.count], ['report-has-flaws', 3]);
      return true;
    });
    // The original changes: the translation is stale, and of the old words nothing more is written.
    const { revision } = await save(begun.revision, `${text} It was remote [F4].`);
    const now = (await list('ru'))[1]!.translation!;
    assert.deepEqual([now.isStale, now.from.text, now.version], [true, text, 2]);
    assert.equal(now.by, translator!.name);
    await assert.rejects(
      server.as(translator!)(reportTranslationApi.save, {
        params: { id, language: 'ru' },
        body: { ...stale!.original, piece: 'section', number: 1, source: stale!.source, revision: 1 },
      }),
      refused(409, 'original-changed'),
    );
    const hostile = '<img src=x onerror=alert(1)>[x](javascript:alert(1)){{7*7}}=HYPERLINK("x")';
    await translate('zh', 'title 0', { heading: hostile });
    await translate('zh', 'section 1', {
      heading: '经过',
      text: 'PLC 7 被下载了程序 [F1]。来自工作站 [F3–F4]。是远程操作 [F4]。',
    });
    const closed = await submit(revision);
    await assert.rejects(
      translate('ru', 'fact 3', { text: 'С рабочей станции.' }),
      refused(409, 'report-closed'),
    );
    await assert.rejects(check(translator!, closed.sha256!), refused(403, 'checker-wrote'));
    await check(checker!, closed.sha256!);
    for (const actor of [member, stranger])
      await assert.rejects(
        server.as(actor!)(reportTranslationApi.list, { params: { id, language: 'ru' } }),
        refused(403, 'role-not-allowed'),
      );
    const [ru, zh] = await Promise.all(
      ['ru', 'zh'].map(async (language) => (await download('html', language, 2)).toString()),
    );
    assert.match(ru!, /<h1>Что случилось с ПЛК 7<\/h1><p class="mark">Тексты на языке оригинала: 4 из 6/);
    assert.match(ru!, /<span>В 02:41 в ПЛК 7 загрузили программу.<\/span>/);
    assert.match(ru!, /<section lang="en" class="original"><h2>What happened<\/h2>/);
    assert.match(zh!, /是远程操作 <a href="#F4">/);
    assert.match(zh!, /<h1>&lt;img src=x onerror=alert\(1\)&gt;\[x\]\(javascript:alert\(1\)\)\{\{7\*7\}\}/);
    assert.doesNotMatch(zh!, /<img|<script|href="(?!#)/);
    const marks = (html: string) => [...html.matchAll(/id="([FR]\d+)"|href="#F\d+"/g)].map(String);
    assert.deepEqual(marks(ru!), marks(zh!));
    for (const language of ['ru', 'zh'])
      assert.equal((await download('pdf', language, 2)).subarray(0, 5).toString(), '%PDF-');
    const { translations } = JSON.parse((await download('json', '', 2)).toString());
    assert.equal(translations.length, 4);
  });

  it('lends its facts only by consent: what is asked for is what the fact said then', async () => {
    const { items } = await server.as(writer!)(investigationApi.facts, { params: { id } });
    const asked = await server.as(writer!)(caseConsentApi.ask, {
      params: { id },
      body: {
        purpose: 'A lesson',
        items: [{ kind: 'fact', id: items[0]!.id }],
        audience: 'members',
        label: 'GREEN',
        attribution: 'anonymous',
        days: 30,
      },
    });
    assert.equal(asked.items[0]!.says, 'F1: PLC 7 was loaded at 02:41.');
  });

  it('leaves a lesson and an exercise for others: by consent, read by a person, with nobody in it whom the program knows', async () => {
    const newSite = async (name: string) =>
      (
        await server.as(authoriser!)(plantApi.addSite, {
          body: { name, sector: '', country: '', process: '' },
        })
      ).id;
    const [site] = [await newSite('Brixton Works'), await newSite('Cobalt Yard')];
    await server.as(member!)(caseConcernApi.add, { params: { id }, body: { site } });
    await server.as(electrician!)(evidenceApi.begin, {
      params: { id },
      body: { name: 'door.log', size: 1, note: '' },
    });
    const note = `${authoriser!.name} of Delta Motors at Brixton Works on eng-ws-03 (10.7.8.9, 10.7.8.10), told shift@delta.example; CVE-2026-1234; Cobalt Yard, ${member!.name}; log by ${electrician!.name}`;
    await server.as(writer!)(timelineApi.note, {
      params: { id },
      body: { kind: 'note', precision: 'minute', what: note, from: '2026-11-20T04:00:00Z' },
    });
    const suggest = () => server.as(writer!)(learningApi.suggest, { params: { id } });
    const draft = await suggest();
    const last = draft.exercise.injects.at(-1)!.says;
    const [, one, other] = /\((10\.[\d.]+), (10\.[\d.]+)\)/.exec(last) ?? [];
    assert.equal(
      last,
      `[person 1] of [the operator] at [site 1] on [host 1] (${one}, ${other}), told [mailbox 1]; CVE-2026-1234; Cobalt Yard, ${member!.name}; log by [person 2]`,
      'what the case does not name is not told by its absence',
    );
    assert.ok(one !== '10.7.8.9' && other !== '10.7.8.10');
    assert.equal(
      one!.split('.').slice(0, 3).join(),
      other!.split('.').slice(0, 3).join(),
      'still neighbours',
    );
    for (const name of ['Delta', 'Brixton', '10.7.8.', authoriser!.name, '[F1]'])
      assert.ok(!JSON.stringify([draft.lesson, draft.exercise]).includes(name), name);
    const lesson = () =>
      server.as(writer!)(learningApi.lesson, { params: { id }, body: { ...draft.lesson, read: true } });
    const exercise = (revision = 0, title = draft.exercise.title, by = writer) =>
      server.as(by!)(learningApi.exercise, {
        params: { id },
        body: { ...draft.exercise, title, revision, read: true },
      });
    assert.equal(draft.consents, false);
    for (const make of [lesson, () => exercise()])
      await assert.rejects(make(), refused(409, 'lesson-no-consent'));
    const asked = await server.as(writer!)(caseConsentApi.ask, {
      params: { id },
      body: {
        purpose: 'A lesson',
        items: [{ kind: 'lesson', says: 'What happened, without names' }],
        audience: 'members',
        label: 'GREEN',
        attribution: 'anonymous',
        days: 30,
      },
    });
    assert.equal((await suggest()).consents, false, 'asked is not agreed');
    await server.as(authoriser!)(caseConsentApi.answer, {
      params: { id: asked.id },
      body: {
        to: 'granted',
        parts: ['lesson'],
        audience: 'members',
        label: 'GREEN',
        attribution: 'anonymous',
        days: 30,
      } as never,
    });
    const begun = await lesson();
    const publication = await server.as(writer!)(publicationApi.get, { params: { id: begun.id } });
    assert.deepEqual([publication.kind, publication.state], ['lesson', 'draft']);
    assert.ok(publication.blocks.some(({ content }) => content.text.includes('PLC 7 was loaded.')));
    const { uses } = await server.as(writer!)(caseConsentApi.ofCase, { params: { id } });
    assert.deepEqual(
      uses.map(({ subject, parts }) => [subject.id, parts]),
      [[begun.id, ['lesson']]],
      'the gate asks the consent again',
    );
    const kept = [...(await Promise.all([exercise(), exercise()])), await exercise()];
    assert.deepEqual(
      kept.map(({ revision }) => revision),
      [1, 1, 1],
      'sent again, also at the same moment, it is there once',
    );
    const late = await Promise.allSettled([exercise(1, 'One'), exercise(1, 'Another', second)]);
    assert.deepEqual(late.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await assert.rejects(exercise(0, 'Of an older page', second), refused(409, 'changed-meanwhile'));
    const third = '<img src=x onerror=alert(1)>{{7*7}}';
    await exercise(2, third, second);
    const editions = (after?: number) =>
      server.as(second!)(learningApi.exercises, { params: { id }, query: { after, limit: 2 } });
    const { items, next, earlier } = await editions();
    assert.deepEqual(
      items.map(({ revision, by, title }) => [revision, by, title]),
      [
        [3, second!.name, third],
        late[0]!.status === 'fulfilled' ? [2, writer!.name, 'One'] : [2, second!.name, 'Another'],
      ],
    );
    assert.deepEqual([next, earlier?.title], ['2', draft.exercise.title]);
    assert.deepEqual((await editions(2)).items, [earlier]);
    assert.equal((await suggest()).kept?.revision, 3);
    await assert.rejects(
      server.database.as(writer!, (tx) =>
        sql`update case_exercise set person_name = 'Somebody' where case_id = ${id}`.execute(tx),
      ),
      /permission denied/,
    );
    const fileOf = (edition: string) =>
      server.app.inject({
        method: 'GET',
        url: `/api/cases/${id}/exercise.html${edition}`,
        headers: { 'x-test-actor': JSON.stringify(writer) },
      });
    assert.match((await fileOf('')).body, /<h1>&lt;img src=x onerror=alert\(1\)&gt;\{\{7\*7\}\}<\/h1>/);
    assert.equal((await fileOf('?edition=4')).statusCode, 404);
    const file = await fileOf('?edition=1');
    assert.match(file.body, /<td>T\+\d+:\d\d<\/td><td>\[person 1\] of \[the operator\]/);
    await server.as(authoriser!)(caseConsentApi.answer, {
      params: { id: asked.id },
      body: { to: 'withdrawn' } as never,
    });
    await assert.rejects(lesson(), refused(409, 'lesson-no-consent'));
  });

  it('says nothing any more once the key of its case is destroyed', async () => {
    const { items } = await server.as(authoriser!)(caseConsentApi.list, { query: {} });
    assert.equal(items.length, 2);
    await server.owner.query(`delete from data_key where case_id = $1`, [id]);
    for (const read of [
      () => server.as(writer!)(investigationApi.facts, { params: { id } }),
      () => server.as(writer!)(investigationApi.report, { params: { id } }),
      () => version(member!),
      () => server.as(writer!)(learningApi.suggest, { params: { id } }),
      () => server.as(writer!)(reportTranslationApi.list, { params: { id, language: 'ru' } }),
      () => server.as(authoriser!)(caseConsentApi.ofCase, { params: { id } }),
      () => save(0, 'It was so [F1].'),
    ])
      await assert.rejects(read(), refused(410, 'purged'));
    assert.deepEqual((await server.as(member!)(findingApi.list)).items, []);
    assert.deepEqual((await server.as(authoriser!)(caseConsentApi.list, { query: {} })).items, []);
  });

  const recommended = {
    title: 'Close the remote access at the firewall',
    because: 'It came that way [F1].',
    kind: 'weakness',
    severity: 'high',
    effort: 'hours',
    effect: 'none',
    effectNote: '',
  } as const;
  const download = async (name: string, language = '', of = 1) => {
    const answer = await server.app.inject({
      method: 'GET',
      url: `/api/cases/${id}/reports/${of}/report.${name}${language && `?language=${language}`}`,
      headers: { 'x-test-actor': JSON.stringify(member) },
    });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.rawPayload;
  };
  const addFact = (says: string, by = writer) =>
    server.as(by!)(investigationApi.addFact, {
      params: { id },
      body: { says, evidence: [{ source: 'message', id: message, place: '' }] },
    });
  const save = (revision: number, text: string) =>
    server.as(writer!)(investigationApi.save, {
      params: { id },
      body: {
        revision,
        language: 'en',
        title: 'What happened to PLC 7',
        sections: [{ number: 1, heading: 'What happened', text }],
      },
    });
  const submit = (revision: number) =>
    server.as(writer!)(investigationApi.submit, { params: { id }, body: { revision } });
  const check = (actor: Actor, sha256: string) =>
    server.as(actor)(investigationApi.check, { params: { id }, body: { sha256, agrees: true, reason: '' } });
  const version = (actor: Actor) =>
    server.as(actor)(investigationApi.version, { params: { id, version: 1 } });
});
