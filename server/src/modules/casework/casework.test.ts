import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { caseApi, caseworkApi, type IncidentReport } from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { dataFiles } from './data-files.ts';
import { missingWords } from './missing-words.ts';

const fire = {
  danger: 'no',
  control: 'partly',
  sees: 'Two pumps stand still, the HMI shows them running',
  naming: 'member',
} as const;

describe('the work of a case', { timeout: 120_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let operator: Actor;
  let colleague: Actor;
  let stranger: Actor;
  let outsider: Actor;
  let id: string;

  before(async () => {
    server = await startTestServer();
    const cert = await server.organisation('CERT', 'cert');
    const delta = await server.organisation('Delta Motors', 'operator');
    const other = await server.organisation('Nordwasser', 'operator');
    [analyst, outsider] = [await cert.person('ANA'), await cert.person('ANA')];
    [operator, colleague] = [await delta.person('MEM'), await delta.person('MEM')];
    stranger = await other.person('MAD');
    const { reference } = await server.as(operator)(caseApi.report, {
      body: { ...fire } as unknown as IncidentReport,
    });
    const { items } = await server.as(operator)(caseApi.list, { query: {} });
    id = items.find((line) => line.reference === reference)!.id;
    await server.as(analyst)(caseApi.move, { params: { id }, body: { to: 'triaged' } });
  });
  after(() => server.close());

  const board = (actor: Actor, query: object = {}) =>
    server.as(actor)(caseworkApi.tasks, { params: { id }, query });
  const add = (actor: Actor, body: object) =>
    server.as(actor)(caseworkApi.addTask, { params: { id }, body: { title: 'x', ...body } as never });
  const change = (actor: Actor, task: { id: string; revision: number }, body: object) =>
    server.as(actor)(caseworkApi.changeTask, {
      params: { id, task: task.id },
      body: { revision: task.revision, ...body },
    });

  describe('tasks', () => {
    it('are given to people of one’s side, found by their words, and listed by what is due first', async () => {
      const later = await add(analyst, { title: 'Compare the firewall log', due: '2026-12-24T00:00:00Z' });
      const soon = await add(operator, {
        title: 'Photograph the HMI',
        side: 'member',
        assignee: colleague.person,
        due: '2026-12-01T00:00:00Z',
        effect: 'none',
      });
      assert.equal(soon.assignee!.name, colleague.name);
      const { items, counts } = await board(colleague);
      assert.deepEqual(
        items.map((task) => task.id),
        [soon.id, later.id],
      );
      assert.deepEqual([counts.open, counts.mine], [2, 1]);
      assert.deepEqual(
        (await board(analyst, { search: 'FIREWALL log' })).items.map((task) => task.id),
        [later.id],
      );
      const page = await board(analyst, { limit: 1 });
      assert.deepEqual(
        (await board(analyst, { limit: 1, after: page.next })).items.map((task) => task.id),
        [later.id],
      );
      await assert.rejects(add(operator, { assignee: analyst.person }), refused(400, 'assignee-unknown'));
      await change(analyst, later, { state: 'dropped' });
      assert.deepEqual((await board(analyst, { view: 'ended' })).items.length, 1);
    });

    it('are changed by one after the other, and the last change can be taken back, and that again', async () => {
      // Whoever comes late is told whose words stand there.
      const other = await add(operator, { title: 'Ask the plant', side: 'member' });
      const changed = await change(analyst, other, { effect: 'none' });
      assert.deepEqual([other.changedBy, changed.changedBy], [operator.name, analyst.name]);
      const task = await add(operator, { title: 'Ask the vendor', side: 'member' });
      const doing = await change(operator, task, { state: 'doing', title: 'Ask the vendor of the pumps' });
      await assert.rejects(change(analyst, task, { state: 'done' }), refused(409, 'changed-meanwhile'));
      const { undo } = await board(operator);
      assert.deepEqual([undo!.task, undo!.revision], [task.id, doing.revision]);
      assert.equal((await board(analyst)).undo?.task === task.id, false);
      const back = await server.as(operator)(caseworkApi.undoTask, {
        params: { id, task: task.id },
        body: { revision: doing.revision },
      });
      assert.deepEqual([back.state, back.title.en], ['open', 'Ask the vendor']);
      const again = await server.as(operator)(caseworkApi.undoTask, {
        params: { id, task: task.id },
        body: { revision: back.revision },
      });
      assert.deepEqual([again.state, again.title.en], ['doing', 'Ask the vendor of the pumps']);
    });

    it('that are notes of the CERT are shown to nobody else, and nobody else makes one', async () => {
      const note = await add(analyst, { title: 'Like the case of spring', internal: true });
      assert.equal(
        (await board(operator)).items.some((task) => task.id === note.id),
        false,
      );
      await assert.rejects(change(operator, note, { state: 'done' }), refused(404, 'not-found'));
      await assert.rejects(add(operator, { internal: true }), refused(400, 'note-not-yours'));
    });

    it('are there for nobody for whom the case does not open', async () => {
      const [task] = (await board(operator)).items;
      for (const actor of [stranger, outsider]) {
        await assert.rejects(board(actor), refused(404, 'not-found'));
        await assert.rejects(change(actor, task!, { state: 'done' }), refused(404, 'not-found'));
      }
      const seen = await server.database.as(stranger, (tx) =>
        tx.selectFrom('case_task').selectAll().execute(),
      );
      assert.deepEqual(seen, []);
    });

    it('keep no word of theirs in any column', async () => {
      await add(operator, { title: 'Canary sparrow-77', detail: 'Canary wren-78' });
      const { rows } = await server.owner.query(
        `select 1 from case_task t where t::text ~ 'sparrow|wren' or encode(sealed, 'escape') ~ 'sparrow|wren'`,
      );
      assert.deepEqual(rows, []);
    });
  });

  describe('playbooks', () => {
    it('come in five kinds, with words in three languages, and each forbids something first', async () => {
      const { items, broken } = await server.as(operator)(caseworkApi.playbooks);
      assert.deepEqual(broken, []);
      assert.deepEqual(items.map((one) => one.id).toSorted(), [
        'engineering-workstation-malware',
        'loss-of-view',
        'ransomware-in-ot',
        'remote-access-abuse',
        'unauthorised-logic-change',
      ]);
      assert.deepEqual(
        items.flatMap((one) => missingWords(one, one.id)),
        [],
      );
      for (const { measures, id: name } of items)
        assert.ok(
          measures.every(({ effect, confirm }) => effect === 'none' || confirm !== 'nobody'),
          name,
        );
    });

    it('make tasks and proposed measures once, and the file that was chosen stays recorded', async () => {
      const choose = (body: object) =>
        server.as(analyst)(caseworkApi.choose, { params: { id }, body: body as never });
      await assert.rejects(
        choose({ playbook: 'loss-of-view', sha256: '0'.repeat(64) }),
        refused(409, 'playbook-changed'),
      );
      await assert.rejects(choose({ playbook: 'none-such' }), refused(404, 'not-found'));
      const chosen = await choose({ playbook: 'loss-of-view' });
      await assert.rejects(choose({ playbook: 'loss-of-view' }), refused(409, 'playbook-chosen'));
      await assert.rejects(
        server.as(operator)(caseworkApi.choose, { params: { id }, body: { playbook: 'ransomware-in-ot' } }),
        refused(403, 'role-not-allowed'),
      );
      const { items, playbooks } = await board(operator, { limit: 200 });
      const steps = items.filter(({ step }) => step?.playbook === 'loss-of-view');
      assert.equal(steps.length, chosen.tasks);
      assert.equal(steps[0]!.title.ru, 'Снять важные показания на месте');
      const file = (await server.as(operator)(caseworkApi.playbooks)).items.find(
        (one) => one.id === 'loss-of-view',
      )!;
      assert.deepEqual([playbooks[0]!.version, playbooks[0]!.sha256], [file.version, file.sha256]);
      const { items: measures } = await server.as(operator)(caseworkApi.measures, { params: { id } });
      assert.equal(measures.filter(({ state }) => state === 'proposed').length, chosen.measures);
    });

    it('are taken back with all that they added, until something of it is done', async () => {
      const takeBack = (actor: Actor, playbook: string) =>
        server.as(actor)(caseworkApi.unchoose, { params: { id, playbook } });
      const choose = () =>
        server.as(analyst)(caseworkApi.choose, { params: { id }, body: { playbook: 'ransomware-in-ot' } });
      const mine = async () => {
        const { items, playbooks } = await board(analyst, { limit: 200 });
        return {
          tasks: items.filter(({ step }) => step?.playbook === 'ransomware-in-ot'),
          taken: playbooks.find(({ playbook }) => playbook === 'ransomware-in-ot'),
        };
      };
      const before = (await server.as(analyst)(caseworkApi.measures, { params: { id } })).items.length;
      const { id: first, tasks } = await choose();
      assert.deepEqual([(await mine()).tasks.length, (await mine()).taken!.untouched], [tasks, true]);
      await assert.rejects(takeBack(operator, first), refused(403, 'role-not-allowed'));
      await takeBack(analyst, first);
      assert.deepEqual(await mine(), { tasks: [], taken: undefined });
      assert.equal((await server.as(analyst)(caseworkApi.measures, { params: { id } })).items.length, before);
      await assert.rejects(takeBack(analyst, first), refused(404, 'not-found'));

      const { id: second } = await choose();
      const [task] = (await mine()).tasks;
      await server.as(analyst)(caseworkApi.changeTask, {
        params: { id, task: task!.id },
        body: { revision: task!.revision, state: 'doing' },
      });
      await assert.rejects(takeBack(analyst, second), refused(409, 'playbook-begun'));
      assert.deepEqual([(await mine()).tasks.length, (await mine()).taken!.untouched], [tasks, false]);
      await assert.rejects(
        server.database.as(analyst, (tx) => sql`delete from case_playbook where id = ${second}`.execute(tx)),
        /violates foreign key/,
      );
    });

    it('of the instance are found in its folder, take the place of ours, and say what is wrong with them', async () => {
      const folder = join(server.config.data, 'playbooks');
      mkdirSync(folder, { recursive: true });
      const { sha256: _, from: __, ...ours } = (await dataFiles(tmpdir()).playbooks()).items[0]!;
      writeFileSync(join(folder, 'ours.yaml'), JSON.stringify({ ...ours, version: 7 }));
      writeFileSync(join(folder, 'unsafe.yaml'), JSON.stringify(unconfirmed(ours)));
      writeFileSync(join(folder, 'bomb.yaml'), bomb);
      writeFileSync(join(folder, 'broken.yaml'), 'id: [\n');
      const { items, broken } = await server.as(operator)(caseworkApi.playbooks);
      const found = items.find((one) => one.id === ours.id)!;
      assert.deepEqual([found.version, found.from, items.length], [7, 'instance', 5]);
      assert.deepEqual(
        broken.map(({ file }) => file),
        ['bomb.yaml', 'broken.yaml', 'unsafe.yaml'],
      );
      assert.match(broken[0]!.why, /alias/i);
      assert.match(broken.at(-1)!.why, /confirmed by somebody/);
    });
  });

  describe('measures', () => {
    const propose = (actor: Actor, body: object = {}) =>
      server.as(actor)(caseworkApi.addMeasure, {
        params: { id },
        body: {
          title: 'Stop line 3',
          effect: 'stops',
          does: 'Line 3 stands',
          confirm: 'shiftSupervisor',
          reversible: 'partly',
          ...body,
        } as never,
      });
    const move = (actor: Actor, measure: { id: string; revision: number }, to: string, more: object = {}) =>
      server.as(actor)(caseworkApi.moveMeasure, {
        params: { id, measure: measure.id },
        body: { to, revision: measure.revision, ...more } as never,
      });

    it('that reach the process are done after somebody of the member confirmed them, and can be undone', async () => {
      const proposed = await propose(analyst);
      await assert.rejects(move(analyst, proposed, 'done'), refused(409, 'measure-unconfirmed'));
      await assert.rejects(move(operator, proposed, 'done'), refused(409, 'measure-unconfirmed'));
      await assert.rejects(
        move(analyst, proposed, 'confirmed'),
        refused(409, 'measure-not-yours-to-confirm'),
      );
      const confirmed = await move(operator, proposed, 'confirmed', { note: 'At 04:00, after the batch' });
      assert.deepEqual(
        [confirmed.confirmed!.by, confirmed.confirmed!.telephone, confirmed.confirmed!.recordedBy],
        [operator.name, false, operator.name],
      );
      const isDone = await move(analyst, confirmed, 'done');
      const undone = await move(operator, isDone, 'undone');
      assert.deepEqual(
        undone.history.map(({ to }) => to),
        ['proposed', 'confirmed', 'done', 'undone'],
      );
      assert.equal(undone.history[1]!.note, 'At 04:00, after the batch');
      const anew = await move(analyst, undone, 'proposed');
      assert.equal(anew.confirmed, null);
    });

    it('are confirmed by telephone with a name and a time, written down by whoever heard it', async () => {
      const proposed = await propose(analyst);
      await assert.rejects(
        move(analyst, proposed, 'confirmed', {
          telephone: { name: 'Jo Weber', at: new Date(Date.now() + 3_600_000).toISOString() },
        }),
        refused(400, 'confirmed-in-future'),
      );
      const at = new Date(Date.now() - 60_000).toISOString();
      const { confirmed } = await move(analyst, proposed, 'confirmed', {
        telephone: { name: 'Jo Weber', at },
      });
      assert.deepEqual(confirmed, { by: 'Jo Weber', at, telephone: true, recordedBy: analyst.name });
    });

    it('stay as they were confirmed', async () => {
      const proposed = await propose(operator);
      const confirmed = await move(operator, proposed, 'confirmed');
      const fields = {
        title: 'Stop all lines',
        effect: 'stops',
        does: 'All stand',
        confirm: 'shiftSupervisor',
        reversible: 'no',
      } as const;
      await assert.rejects(
        server.as(operator)(caseworkApi.changeMeasure, {
          params: { id, measure: confirmed.id },
          body: { ...fields, undo: '', revision: confirmed.revision },
        }),
        refused(409, 'measure-not-proposed'),
      );
      await assert.rejects(
        server.database.as(operator, (tx) =>
          tx.updateTable('case_measure').set({ effect: 'none' }).where('id', '=', confirmed.id).execute(),
        ),
        /not proposed any more/,
      );
    });

    it('are done without a word only when nobody has to say one', async () => {
      await assert.rejects(propose(analyst, { confirm: 'nobody' }), refused(400, 'not-understood'));
      const harmless = await propose(analyst, { effect: 'none', confirm: 'nobody' });
      assert.equal((await move(analyst, harmless, 'done')).state, 'done');
    });

    it('are read by the holder of a receipt, who is told nobody’s name', async () => {
      await propose(analyst);
      const receipt: Actor = { ...operator, person: null, organisation: null, roles: ['RCP'], receipt: id };
      const asHolder = server.as(receipt);
      const [tasks, measures] = [
        await asHolder(caseworkApi.tasks, { params: { id } }),
        await asHolder(caseworkApi.measures, { params: { id } }),
      ];
      const told = JSON.stringify([tasks, measures]);
      assert.ok(measures.items.some(({ history }) => history.length > 0));
      assert.deepEqual(
        [analyst, operator].filter(({ name }) => told.includes(name)),
        [],
      );
    });

    it('are held to all of this by the database itself', async () => {
      const { id: measure } = await propose(analyst);
      const set = (actor: Actor, values: object) =>
        server.database.as(actor, (tx) =>
          tx
            .updateTable('case_measure')
            .set(values as never)
            .where('id', '=', measure)
            .execute(),
        );
      await assert.rejects(set(analyst, { state: 'done' }), /does not go this way/);
      await assert.rejects(set(analyst, { state: 'confirmed' }), /check constraint/);
      const said = {
        state: 'confirmed',
        confirmed_by: Buffer.alloc(40),
        confirmed_at: new Date(Date.now() - 1000),
        by_telephone: false,
        recorded_by: analyst.person,
        recorded_name: 'x',
      };
      await assert.rejects(set(analyst, said), /confirmed by whom it concerns/);
      await assert.rejects(
        set(operator, { ...said, recorded_by: analyst.person }),
        /confirmed by whom it concerns/,
      );
      await assert.rejects(
        set(analyst, { effect: 'none', confirm: 'nobody', state: 'done' }),
        /go this way|any more/,
      );
      // Whoever works for the CERT and is a member besides is no member whose process it is.
      await assert.rejects(set({ ...analyst, roles: ['ANA', 'MEM'] }, said), /confirmed by whom it concerns/);
      await set(operator, { ...said, recorded_by: operator.person });
    });

    it('are moved by the holder of a receipt nowhere', async () => {
      const { id: measure, revision } = await propose(analyst);
      const receipt: Actor = { ...operator, person: null, organisation: null, roles: ['RCP'], receipt: id };
      await assert.rejects(
        server.as(receipt)(caseworkApi.moveMeasure, {
          params: { id, measure },
          body: { to: 'confirmed', revision },
        }),
        refused(409, 'needs-account'),
      );
    });
  });
});

/** A playbook whose measures stop the process, and nobody is asked. */
const unconfirmed = (playbook: object) => ({
  ...playbook,
  id: 'unsafe',
  measures: [
    {
      id: 'stop',
      title: { en: 'Stop' },
      effect: 'stops',
      does: { en: 'Stops' },
      confirm: 'nobody',
      reversible: 'no',
      undo: { en: 'Never' },
    },
  ],
});

/** Few bytes that would become many. */
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d]
`;
