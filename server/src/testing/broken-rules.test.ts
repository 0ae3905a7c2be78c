import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { breakGlassApi, caseApi, IncidentReport, investigationApi, retentionApi } from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder } from '../platform/actor.ts';
import { closeCase } from './purge.ts';
import { startTestServer, type TestServer } from './test-server.ts';

interface Rule {
  readonly says: string;
  /** Whether the rule holds: what a test of it asks, past every service and as the program that serves people. */
  readonly holds: () => Promise<boolean>;
  /** By whoever owns the database. */
  readonly broken: string;
}

/**
 * A test that passes whether its rule is there or not proves nothing. Here each rule holds, is broken in a database that is
 * thrown away, and is seen to be broken by the same question.
 */
describe('a rule of the database that is broken', { timeout: 120_000 }, () => {
  let server: TestServer;
  let [writer, analyst, both, member, authoriser, stranger]: Actor[] = [];

  before(async () => {
    server = await startTestServer({ still: true });
    const cert = await server.organisation('CERT', 'cert');
    const delta = await server.organisation('Delta Motors', 'operator');
    [writer, analyst, both] = [
      await cert.person('ANA'),
      await cert.person('ANA'),
      await cert.person('ADM', 'LEAD'),
    ];
    [member, authoriser] = [await delta.person('MEM'), await delta.person('MAD')];
    stranger = await (await server.organisation('Nordwasser', 'operator')).person('MAD');
  });
  after(() => server.close());

  it('is seen to be broken by what asks for it', async () => {
    const rules = [
      await opensToItsOwn(),
      await forced(),
      await checkedByAnother(),
      await brokenByTwo(),
      await purgedByTwo(),
      await destroyedWithItsTombstone(),
      await writtenOnce(),
    ];
    for (const { says, holds, broken } of rules) {
      assert.equal(await holds(), true, `it holds: ${says}`);
      await server.owner.query(broken);
      assert.equal(await holds(), false, `it is seen to be broken: ${says}`);
    }
  });

  async function opensToItsOwn(): Promise<Rule> {
    await room();
    return {
      says: 'a case opens to its owner and its team',
      holds: async () => (await counted(stranger!, 'case')) === 0 && (await counted(member!, 'case')) > 0,
      broken: `create policy broken on "case" for select using (true)`,
    };
  }

  async function forced(): Promise<Rule> {
    const id = await room();
    await server.as(member!)(caseApi.write, {
      params: { id },
      body: { body: 'It stopped', internal: false, asIs: false },
    });
    return {
      says: 'rows of a table are judged at all',
      holds: async () => (await counted(stranger!, 'case_message')) === 0,
      broken: `alter table case_message disable row level security`,
    };
  }

  async function checkedByAnother(): Promise<Rule> {
    const id = await room();
    const as = server.as(writer!);
    const { id: message } = await server.as(member!)(caseApi.write, {
      params: { id },
      body: { body: 'PLC 7 stood', internal: false, asIs: false },
    });
    await as(investigationApi.addFact, {
      params: { id },
      body: { says: 'It stood.', evidence: [{ source: 'message', id: message, place: '' }] },
    });
    const sections = [{ heading: 'What happened', text: 'It stood [F1].' }];
    const { revision } = await as(investigationApi.save, {
      params: { id },
      body: { revision: 0, language: 'en', title: 'It stood', sections },
    });
    await as(investigationApi.submit, { params: { id }, body: { revision } });
    return {
      says: 'who wrote a report does not make it final',
      holds: () =>
        refuses(writer!, (tx) =>
          sql`update case_report set state = 'final', checker_id = ${writer!.person}, checker = 'x', revision = revision + 1
            where case_id = ${id}`.execute(tx),
        ),
      broken: `alter table case_report drop constraint case_report_checker_wrote`,
    };
  }

  async function brokenByTwo(): Promise<Rule> {
    const id = await room();
    const { rows } = await server.owner.query(`select ref from "case" where id = $1`, [id]);
    const asked = await server.as(both!)(breakGlassApi.ask, {
      body: { reference: rows[0].ref, reason: 'Mailbox loops', hours: 1 },
    });
    return {
      says: 'who asks for a case does not let himself in',
      holds: () =>
        refuses(both!, (tx) =>
          sql`update break_glass set state = 'approved', decided_by = ${both!.person}, decider_name = 'x' where id = ${asked.id}`.execute(
            tx,
          ),
        ),
      broken: dropping('break_glass', 'decided_by <> asked_by'),
    };
  }

  async function purgedByTwo(): Promise<Rule> {
    const id = await room();
    await closeCase(server, writer!, id);
    await server.as(authoriser!)(retentionApi.askPurge, { params: { id }, body: { reason: 'Forget it' } });
    return {
      says: 'who asks for a purge does not approve it',
      holds: () =>
        refuses(authoriser!, (tx) =>
          sql`update case_purge set state = 'approved', decided_by = ${authoriser!.person}, decided_side = 'owner', decider_name = 'x', decided_at = now()
            where case_id = ${id}`.execute(tx),
        ),
      broken: dropping('case_purge', 'decided_by <> asked_by'),
    };
  }

  async function destroyedWithItsTombstone(): Promise<Rule> {
    const id = await room();
    return {
      says: 'the key of a case goes with its tombstone only',
      holds: () =>
        server.database.as(founder, async (tx) => {
          const gone = await sql`delete from data_key where case_id = ${id}`.execute(tx);
          return gone.numAffectedRows === 0n;
        }),
      broken: `alter policy purge on data_key using ((select actor_is_founder())); create policy broken on data_key for select using (true)`,
    };
  }

  async function writtenOnce(): Promise<Rule> {
    await room();
    return {
      says: 'a line of the ledger stays as it was written',
      holds: async () => (await server.house.audit.verify()).whole,
      broken: `alter table audit_event disable trigger user;
        update audit_event set object_name = 'forged' where id = (select id from audit_event order by at limit 1)`,
    };
  }

  /** Whether the database refuses; what it takes is undone by nobody. */
  async function refuses(actor: Actor, work: Parameters<TestServer['database']['as']>[1]): Promise<boolean> {
    try {
      const { numAffectedRows } = (await server.database.as(actor, work)) as { numAffectedRows?: bigint };
      return numAffectedRows === 0n;
    } catch (error) {
      assert.match(String((error as { code?: string }).code), /^(?:23514|42501)$/, String(error));
      return true;
    }
  }

  const counted = (actor: Actor, table: string) =>
    server.database.as(actor, async (tx) => {
      const { rows } = await sql<{
        found: number;
      }>`select count(*)::int as found from ${sql.table(table)}`.execute(tx);
      return rows[0]!.found;
    });

  const dropping = (table: string, says: string) => `
    do $$ declare rule text; begin
      select conname into strict rule from pg_constraint
      where conrelid = '${table}'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%${says}%'
        and pg_get_constraintdef(oid) not like '%executed_by%';
      execute format('alter table ${table} drop constraint %I', rule);
    end $$`;

  /** A case of Delta Motors in which two analysts work. */
  async function room(): Promise<string> {
    const { reference } = await server.as(member!)(caseApi.report, {
      body: IncidentReport.parse({ danger: 'no', control: 'partly', sees: 'It stands', naming: 'member' }),
    });
    const { items } = await server.as(member!)(caseApi.list, { query: { search: reference } });
    const { id } = items[0]!;
    await server.as(writer!)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
    await server.as(writer!)(caseApi.bring, { params: { id }, body: { person: analyst!.person! } });
    return id;
  }
});
