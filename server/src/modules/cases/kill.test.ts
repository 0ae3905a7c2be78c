import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  breakGlassApi,
  type Call,
  caseApi,
  caseworkApi,
  deadlineApi,
  evidenceApi,
  guestApi,
  IncidentReport,
  investigationApi,
  Refusal,
  retentionApi,
  timelineApi,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

/** How often it is killed at any moment; more with BUSBAR_KILLS. */
const kills = Math.max(1, Math.round(Number(process.env['BUSBAR_KILLS'] ?? 4) / 4));
const KEY = 'the-key-of-this-form-0001';
const calm = { danger: 'no', control: 'partly', limit: 'analyse' } as const;

interface Moment {
  readonly what: string;
  /** The same each time: somebody who had no answer sends it again. */
  readonly send: (as: (actor: Actor) => Call) => Promise<unknown>;
  /** How much of it is there, in SQL: 0 or `whole`. */
  readonly there: string;
  readonly whole?: number;
  /** Told who sends it again when it is there; nothing where that is the same answer. */
  readonly refuses?: string;
}

/**
 * Each row is something that somebody does in a case and is told that it was done. All are sent at once, each in a case of
 * its own, and the program that answers is killed; the one that is asked afterwards is another.
 */
describe('what is done in a case, while the program is killed with -9,', { timeout: 300_000 }, () => {
  let witness: TestServer;
  let mortal: Mortal;
  let [analyst, checker, lead, administrator, member, authoriser, vendor]: Actor[] = [];
  const moments: Moment[] = [];

  before(async () => {
    witness = await startTestServer({ connections: 40 });
    await witness.owner.query(`insert into setting values ('cert', $1)`, [
      JSON.stringify({
        name: 'CERT of Tests',
        shortName: 'TCERT',
        country: 'DE',
        phone: '+49 30 555 0110',
        email: 'cert@cert.example',
        url: 'https://cert.example',
      }),
    ]);
    const cert = await witness.organisation('CERT', 'cert');
    const delta = await witness.organisation('Delta Motors', 'operator');
    [analyst, checker] = [await cert.person('ANA'), await cert.person('ANA')];
    [lead, administrator] = [await cert.person('LEAD'), await cert.person('ADM')];
    [member, authoriser] = [await delta.person('MEM'), await delta.person('MAD')];
    vendor = await (await witness.organisation('Aurum Controls', 'vendor')).person('VEN');
    mortal = new Mortal(witness, analyst, { work: false });
    for (const moment of [
      await report(),
      await claim(),
      ...(await threeReports()),
      ...(await forms()),
      await playbook(),
      await bulk(),
      await notice(),
      await final(),
      await guest(),
      await breakGlass(),
      await hold(),
    ])
      moments.push(moment);
  });
  after(async () => {
    await mortal.die();
    await witness.close();
  });

  it('is not there at all when it was killed at the last line that each of them writes', async () => {
    await mortal.live();
    await witness.owner.query('begin; lock table audit_event in share mode');
    const sent = sendAll();
    try {
      // Or wait for one that is: two become part of the same case.
      await until('all of them are about to be acknowledged', async () => {
        const { rows } = await witness.database.app.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows.length === moments.length;
      });
      await mortal.die();
    } finally {
      await witness.owner.query('rollback');
    }
    assert.deepEqual(acknowledged(await sent), []);
    for (const moment of moments) assert.equal(await there(moment), 0, moment.what);
  });

  it(`is there whole if it was acknowledged, and else whole or not at all (${kills} kills)`, async (test) => {
    for (let kill = 0; kill < kills; kill++) {
      await mortal.live();
      const sent = sendAll();
      await sleep(50 + Math.random() * 800);
      await mortal.die();
      const told = acknowledged(await sent);
      test.diagnostic(`killed; ${told.length} of ${moments.length} were acknowledged`);
      for (const moment of moments) {
        const found = await there(moment);
        assert.ok(found === (moment.whole ?? 1) || (found === 0 && !told.includes(moment)), moment.what);
      }
    }
  });

  it('is there once, however often it is sent again by whoever had no answer', async () => {
    await mortal.live();
    // Those that are there already say so, or answer as they did.
    for (const one of await sendAll()) if ('error' in one) expectRefusal(one);
    await mortal.die();
    await mortal.live();
    for (const one of await sendAll())
      if (one.moment.refuses) expectRefusal(one);
      else assert.ok('answer' in one, `${one.moment.what}: ${'error' in one && String(one.error)}`);
    for (const moment of moments) assert.equal(await there(moment), moment.whole ?? 1, moment.what);
    const { whole } = await witness.house.audit.verify();
    assert.equal(whole, true);
  });

  type Sent = { moment: Moment } & ({ answer: unknown } | { error: unknown });

  const sendAll = (): Promise<Sent[]> =>
    Promise.all(
      moments.map((moment) =>
        moment
          .send((actor) => mortal.as(actor))
          .then(
            (answer) => ({ moment, answer }),
            (error: unknown) => ({ moment, error }),
          ),
      ),
    );

  const acknowledged = (sent: readonly Sent[]) =>
    sent.filter((one) => 'answer' in one).map(({ moment }) => moment);

  function expectRefusal(one: Sent): void {
    const code = 'error' in one && one.error instanceof Refusal ? one.error.told.code : undefined;
    assert.equal(code, one.moment.refuses, `${one.moment.what}: ${'error' in one && String(one.error)}`);
  }

  const there = async ({ there: sql }: Moment): Promise<number> =>
    (await witness.owner.query(`select (${sql})::int as found`)).rows[0].found as number;

  async function report(): Promise<Moment> {
    const body = IncidentReport.parse({ ...calm, key: KEY, sees: 'The line stands', language: 'zh' });
    return {
      what: 'a report',
      send: (as) => as(witness.visitor)(caseApi.report, { body }),
      there: `select count(*) from "case" c join case_receipt r on r.case_id = c.id join case_content t on t.case_id = c.id
        where c.language = 'zh'`,
    };
  }

  async function claim(): Promise<Moment> {
    const { id, reference, words } = await reported();
    return {
      what: 'a claim',
      send: (as) => as(member!)(caseApi.claim, { body: { reference, words: words.join(' ') } }),
      there: `select count(*) from "case" where id = '${id}' and claimed_at is not null`,
    };
  }

  /** Three reporters, two cases: one stands alone, and one takes two reports. */
  async function threeReports(): Promise<Moment[]> {
    const main = await room();
    return Promise.all(
      [1, 2].map(async (number) => {
        const { id } = await reported();
        return {
          what: `report ${number} that becomes part of another case`,
          send: (as) =>
            as(analyst!)(caseApi.move, {
              params: { id },
              body: { to: 'duplicate', reason: 'The same incident', duplicateOf: main },
            }),
          there: `select count(*) from "case" c join case_step s on s.case_id = c.id and s.state = 'duplicate'
            where c.id = '${id}' and c.duplicate_of = '${main}'`,
          refuses: 'case-move',
        };
      }),
    );
  }

  async function forms(): Promise<Moment[]> {
    const counted = (table: string, id: string) => `select count(*) from ${table} where case_id = '${id}'`;
    const [message, password, note, task, file, seen] = await Promise.all([
      room(),
      room(),
      room(),
      room(),
      room(),
      room(),
    ]);
    const said = { key: KEY, body: 'It stopped again', asIs: false };
    return [
      {
        what: 'a message',
        send: (as) =>
          as(member!)(caseApi.write, { params: { id: message }, body: { ...said, internal: false } }),
        there: counted('case_message', message),
      },
      {
        what: 'a password that somebody pasted, was warned of, and sends all the same',
        send: (as) =>
          as(member!)(caseApi.write, {
            params: { id: password },
            body: { key: KEY, body: 'Password: Sommer2024!', asIs: true, internal: false },
          }),
        there: counted('case_message', password),
      },
      {
        what: 'a note of the CERT',
        send: (as) =>
          as(analyst!)(caseApi.write, { params: { id: note }, body: { ...said, internal: true } }),
        there: counted('case_message', note),
      },
      {
        what: 'a task',
        send: (as) =>
          as(analyst!)(caseworkApi.addTask, {
            params: { id: task },
            body: {
              key: KEY,
              title: 'Photograph the HMI',
              detail: '',
              side: 'member',
              assignee: null,
              due: null,
              effect: 'none',
              internal: false,
            },
          }),
        there: counted('case_task', task),
      },
      {
        what: 'a file that is announced',
        send: (as) =>
          as(member!)(evidenceApi.begin, {
            params: { id: file },
            body: { key: KEY, name: 'firewall.log', size: 100, note: '' },
          }),
        there: `select count(*) from case_evidence f join evidence e on e.subject_id = f.id where f.case_id = '${file}'`,
      },
      {
        what: 'an observation',
        send: (as) =>
          as(member!)(timelineApi.note, {
            params: { id: seen },
            body: { key: KEY, kind: 'note', what: 'The door was open', precision: 'minute' },
          }),
        there: counted('case_observation', seen),
      },
    ];
  }

  async function playbook(): Promise<Moment> {
    const id = await room();
    const { items } = await witness.as(analyst!)(caseworkApi.playbooks, {});
    const { id: chosen, steps, measures } = items[0]!;
    return {
      what: 'a playbook',
      send: (as) => as(analyst!)(caseworkApi.choose, { params: { id }, body: { playbook: chosen } }),
      there: `select (select count(*) from case_playbook where case_id = '${id}') + (select count(*) from case_task where case_id = '${id}')
        + (select count(*) from case_measure where case_id = '${id}')`,
      whole: 1 + steps.length + measures.length,
      refuses: 'playbook-chosen',
    };
  }

  async function bulk(): Promise<Moment> {
    const id = await room();
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const body = { kind: 'note', what: `Pump ${at} stood`, precision: 'minute' } as const;
        return (await witness.as(member!)(timelineApi.note, { params: { id }, body })).id;
      }),
    );
    return {
      what: 'observations accepted in bulk',
      send: (as) => as(analyst!)(timelineApi.decide, { params: { id }, body: { ids, to: 'accepted' } }),
      there: `select count(*) from case_observation where case_id = '${id}' and state = 'accepted'`,
      whole: ids.length,
    };
  }

  async function notice(): Promise<Moment> {
    const id = await room();
    const as = witness.as(authoriser!);
    const clock = await as(deadlineApi.start, { params: { id }, body: { law: 'eu-nis2' } as never });
    const { id: drafted } = await as(deadlineApi.draft, {
      params: { id },
      body: { clock: clock.id, stage: 'early-warning', language: 'en' },
    });
    const params = { id, notice: drafted };
    const { revision, fields } = await as(deadlineApi.notice, { params });
    const values = Object.fromEntries(
      fields.map((field) => [field.id, field.value || (field.options?.[0]?.id ?? 'as far as known')]),
    );
    const written = await as(deadlineApi.write, { params, body: { revision, values } });
    return {
      what: 'a legal notice',
      send: (asked) =>
        asked(authoriser!)(deadlineApi.send, {
          params,
          body: { revision: written.revision, how: 'ourselves', to: 'Portal of the CSIRT' },
        }),
      there: `select count(*) from case_notice n join case_deadline d on d.clock_id = n.clock_id and d.stage = n.stage
        where n.id = '${drafted}' and n.state = 'sent' and n.letter is not null`,
      refuses: 'notice-sent',
    };
  }

  async function final(): Promise<Moment> {
    const id = await room();
    const as = witness.as(analyst!);
    await as(caseApi.bring, { params: { id }, body: { person: checker!.person! } });
    const { id: message } = await witness.as(member!)(caseApi.write, {
      params: { id },
      body: { body: 'PLC 7 was loaded at 02:41', internal: false, asIs: false },
    });
    await as(investigationApi.addFact, {
      params: { id },
      body: { says: 'PLC 7 was loaded.', evidence: [{ source: 'message', id: message, place: '' }] },
    });
    const sections = [{ heading: 'What happened', text: 'PLC 7 was loaded [F1].' }];
    const { revision } = await as(investigationApi.save, {
      params: { id },
      body: { revision: 0, language: 'en', title: 'PLC 7', sections },
    });
    const { sha256 } = await as(investigationApi.submit, { params: { id }, body: { revision } });
    return {
      what: 'a report that becomes final',
      send: (asked) =>
        asked(checker!)(investigationApi.check, {
          params: { id },
          body: { sha256: sha256!, agrees: true, reason: '' },
        }),
      there: `select count(*) from case_report where case_id = '${id}' and state = 'final' and checker_id is not null`,
      refuses: 'not-found',
    };
  }

  async function guest(): Promise<Moment> {
    const id = await room();
    await witness.as(lead!)(caseApi.join, { params: { id } });
    const { id: participant } = await witness.as(lead!)(guestApi.invite, {
      params: { id },
      body: {
        role: 'vendor',
        name: 'Vera Vogel',
        email: 'psirt@aurum.example',
        home: 'Aurum Controls',
        language: 'en',
        note: '',
      },
    });
    const { path } = await witness.as(lead!)(guestApi.link, { params: { id, participant } });
    const params = { token: path.split('/').at(-1)! };
    return {
      what: 'a guest who accepts',
      send: (as) => as(vendor!)(guestApi.answer, { params, body: { accept: true } }),
      there: `select count(*) from case_participant p join "case" c on c.id = p.case_id and p.person_id = any (c.guests)
        where p.id = '${participant}'`,
    };
  }

  async function breakGlass(): Promise<Moment> {
    const id = await room();
    const { rows } = await witness.owner.query(`select ref from "case" where id = $1`, [id]);
    const asked = await witness.as(administrator!)(breakGlassApi.ask, {
      body: { reference: rows[0].ref, reason: 'Mailbox loops', hours: 1 },
    });
    return {
      what: 'a glass that is broken',
      send: (as) => as(lead!)(breakGlassApi.decide, { params: { id: asked.id }, body: { to: 'approved' } }),
      there: `select count(*) from break_glass where id = '${asked.id}' and state = 'approved' and until > now()`,
      refuses: 'glass-moved',
    };
  }

  async function hold(): Promise<Moment> {
    const id = await room();
    return {
      what: 'a hold',
      send: (as) =>
        as(authoriser!)(retentionApi.hold, { params: { id }, body: { reason: 'The insurer asks' } }),
      there: `select count(*) from case_hold where case_id = '${id}' and state = 'placed'`,
      refuses: 'hold-there',
    };
  }

  /** A report of nobody in particular. */
  async function reported() {
    const receipt = await witness.as(witness.visitor)(caseApi.report, {
      body: IncidentReport.parse({ ...calm, sees: 'Two pumps stand still' }),
    });
    return { ...receipt, id: await idOf(receipt.reference) };
  }

  /** A case of Delta Motors that the analyst has taken. */
  async function room(): Promise<string> {
    const { reference } = await witness.as(member!)(caseApi.report, {
      body: IncidentReport.parse({ ...calm, sees: 'Two pumps stand still', naming: 'member' }),
    });
    const id = await idOf(reference);
    await witness.as(analyst!)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
    return id;
  }

  const idOf = async (reference: string): Promise<string> =>
    (await witness.owner.query(`select id from "case" where ref = $1`, [reference])).rows[0].id as string;
});
