import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFile, readdir, readFile, truncate } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { auditApi, captureApi, type Refusal } from '@busbar/contract';
import { sql } from 'kysely';

import { sendCapture, sender } from '../testing/sending.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { type Actor, founder } from './actor.ts';
import { keyring, masterKeyWrapper } from './keys.ts';
import { sealFrame } from './sealed.ts';

const bytes = randomBytes(300_000);
const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');

describe('uploads', () => {
  let server: TestServer;
  let member: Actor;
  let colleague: Actor;
  let stranger: Actor;
  before(async () => {
    server = await startTestServer();
    const plant = await server.organisation('Nordwasser', 'operator');
    [member, colleague] = [await plant.person('MEM'), await plant.person('MAD')];
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MEM');
  });
  after(() => server.close());

  describe('by the tus protocol', () => {
    it('go on where they broke off, also by a colleague', async () => {
      const { upload } = await begin(member, bytes.length);
      assert.deepEqual(await at(member, upload), { offset: 0, length: bytes.length });
      const first = await sender(server, member).patch(upload, 0, bytes.subarray(0, 100_000));
      assert.deepEqual([first.status, first.offset], [204, 100_000]);
      assert.deepEqual(await at(colleague, upload), { offset: 100_000, length: bytes.length });
      const rest = await sender(server, colleague).patch(upload, 100_000, bytes.subarray(100_000));
      assert.deepEqual([rest.status, rest.offset], [204, bytes.length]);
    });

    it('keep what arrived before the connection broke', async () => {
      const { upload } = await begin(member, bytes.length);
      await breakOff(upload, member, bytes.subarray(0, 123_456));
      const { offset } = await at(member, upload);
      assert.ok(offset > 0 && offset <= 123_456, `${offset}`);
      const { status } = await sender(server, member).patch(upload, offset, bytes.subarray(offset));
      assert.equal(status, 204);
      assert.equal((await captureOf(upload)).sha256, sha256(bytes));
    });

    it('are not moved by a lie about the offset', async () => {
      const { upload } = await begin(member, 10);
      for (const offset of [1, 10, 1000]) {
        const answer = await sender(server, member).patch(upload, offset, Buffer.from('x'));
        assert.deepEqual([answer.status, answer.problem], [409, 'upload-offset']);
      }
      assert.equal((await at(member, upload)).offset, 0);
    });

    it('end where they were announced to end', async () => {
      const { upload } = await begin(member, 10);
      const answer = await sender(server, member).patch(upload, 0, Buffer.alloc(11));
      assert.deepEqual([answer.status, answer.problem], [413, 'upload-beyond-end']);
    });

    it('are not made at this door', async () => {
      const answer = await sender(server, member).create('/api/uploads/');
      assert.deepEqual([answer.status, answer.problem], [405, 'upload-not-announced']);
    });

    it('of two senders at once come out as one whole file', async () => {
      const { upload } = await begin(member, bytes.length);
      const both = await Promise.all([
        sender(server, member).patch(upload, 0, bytes),
        sender(server, colleague).patch(upload, 0, bytes),
      ]);
      assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([204, 409]));
      assert.equal((await captureOf(upload)).sha256, sha256(bytes));
    });

    it('may be empty', async () => {
      const capture = await sendCapture(server, member, 'nothing.pcap', Buffer.alloc(0));
      assert.equal(capture.evidence.state, 'stored');
      assert.equal(capture.evidence.sha256, sha256(Buffer.alloc(0)));
    });
  });

  describe('are there for their owner alone', () => {
    it('and for others as if they had never been', async () => {
      const { upload } = await begin(member, 10);
      const nowhere = `/api/uploads/${randomUUID()}`;
      for (const url of [upload, nowhere, '/api/uploads/..%2f..%2fx']) {
        const { status, offset } = await sender(server, stranger).ask(url);
        assert.deepEqual([status, offset], [404, NaN]);
        const answer = await sender(server, stranger).patch(url, 0, Buffer.from('x'));
        assert.deepEqual([answer.status, answer.problem], [404, 'not-found']);
      }
      assert.equal((await at(member, upload)).offset, 0);
    });

    it('whoever runs the platform does not see them', async () => {
      const { upload } = await begin(member, 10);
      const administrator = await (await server.organisation('CERT', 'cert')).person('ADM');
      assert.equal((await sender(server, administrator).ask(upload)).status, 404);
      assert.equal((await sender(server, null).ask(upload)).status, 401);
    });

    it('also when two owners hold the same file', async () => {
      const ours = await sendCapture(server, member, 'same.pcap', bytes);
      const theirs = await sendCapture(server, stranger, 'same.pcap', bytes);
      assert.equal(ours.evidence.sha256, theirs.evidence.sha256);
      const [one, other] = [await blobOf(ours.evidence.id), await blobOf(theirs.evidence.id)];
      assert.notEqual(one.id, other.id);
      assert.notEqual(one.address, other.address);
      assert.equal(one.address.includes(ours.evidence.sha256!), false);
    });
  });

  it('of the same file by one owner are stored once, and go with the last capture', async () => {
    const file = randomBytes(5000);
    const first = await sendCapture(server, member, 'a.pcap', file);
    const second = await sendCapture(server, colleague, 'b.pcap', file);
    const blob = await blobOf(first.evidence.id);
    assert.equal((await blobOf(second.evidence.id)).id, blob.id);

    await server.as(member)(captureApi.remove, { params: { id: first.id } });
    assert.deepEqual(await download(member, second.id), file);
    await server.as(member)(captureApi.remove, { params: { id: second.id } });
    await eventually(async () =>
      assert.equal((await filesUnder('evidence')).join().includes(blob.address), false),
    );
  });

  it('are nowhere on the disk as they were sent', async () => {
    const secret = Buffer.from('rotate the pump at 1450'.repeat(100));
    const { upload } = await begin(member, secret.length);
    await sender(server, member).patch(upload, 0, secret.subarray(0, 1000));
    for (const file of [...(await filesUnder('spool')), ...(await filesUnder('evidence'))])
      assert.equal((await readFile(file)).includes('rotate the pump'), false, file);
  });

  it('are compared with the hash that the sender announced', async () => {
    const whole = await sendCapture(server, member, 'whole.pcap', bytes, { sha256: sha256(bytes) });
    assert.deepEqual([whole.evidence.state, whole.job?.state], ['stored', 'queued']);
    const bent = await sendCapture(server, member, 'bent.pcap', bytes, {
      sha256: sha256(Buffer.from('other')),
    });
    assert.deepEqual([bent.evidence.state, bent.job], ['damaged', null]);
    assert.deepEqual(await download(member, bent.id), bytes);
  });

  it('are compared with the hash that the sender tells at the end', async () => {
    const { id } = await sendCapture(server, member, 'later.pcap', bytes);
    const claim = (hash: string) =>
      server.as(member)(captureApi.claimHash, { params: { id }, body: { sha256: hash } });
    assert.equal((await claim(sha256(bytes))).evidence.state, 'stored');
    assert.equal((await claim(sha256(Buffer.from('other')))).evidence.state, 'damaged');
    assert.deepEqual(await custody(id), ['evidence damaged', 'evidence stored']);
  });

  it('leave a line of custody with what arrived', async () => {
    const { id } = await sendCapture(server, member, 'custody.pcap', bytes);
    const { items } = await server.as(member)(auditApi.accesses, {
      query: { object: id, action: 'evidence stored' },
    });
    assert.deepEqual(
      items.map(({ details, person }) => [details['sha256'], details['size'], person.id]),
      [[sha256(bytes), bytes.length, member.person]],
    );
  });

  it('are refused before they begin when they are too large or too many', async () => {
    await setLimits({ largest: 1000, quota: 1e12 });
    await assert.rejects(begin(stranger, 1001), refused(413, 'upload-too-large'));
    await setLimits({ largest: 2 ** 43, quota: 400_000 });
    await assert.rejects(begin(stranger, 200_000), refused(413, 'quota-exceeded'));
    await setLimits({ largest: 2 ** 43, quota: 2 ** 43 });
    await assert.rejects(begin(stranger, 2 ** 42), refused(507, 'storage-full'));
    await setLimits({});
  });

  describe('survive that the program starts anew', () => {
    it('with every acknowledged byte, and without the torn half of a frame behind them', async () => {
      const { upload } = await begin(member, bytes.length);
      await sender(server, member).patch(upload, 0, bytes.subarray(0, 200_000));
      await appendFile(spoolOf(upload), Buffer.from([0, 0, 1, 0, 1, 2, 3]));
      await anew(async (again) => {
        const { ask, patch } = sender(again, member);
        assert.equal((await ask(upload)).offset, 200_000);
        assert.equal((await patch(upload, 200_000, bytes.subarray(200_000))).status, 204);
      });
      assert.equal((await captureOf(upload)).sha256, sha256(bytes));
    });

    it('and are finished when all was there but nobody had been told', async () => {
      const { upload } = await begin(member, bytes.length);
      await sender(server, member).patch(upload, 0, bytes.subarray(0, 200_000));
      const key = await server.database.as(member, (tx) =>
        keyring(masterKeyWrapper(server.config.masterKey)).of(tx, member.organisation!, 'plant'),
      );
      const id = idOf(upload);
      await appendFile(spoolOf(upload), sealFrame(key.sealing(id), id, 1, 200_000, bytes.subarray(200_000)));
      await anew(() => eventually(async () => assert.equal((await captureOf(upload)).sha256, sha256(bytes))));
    });

    it('and say so when acknowledged bytes are gone from the disk', async () => {
      const { upload } = await begin(member, bytes.length);
      await sender(server, member).patch(upload, 0, bytes.subarray(0, 200_000));
      await truncate(spoolOf(upload), 1000);
      await anew(async (again) => {
        const answer = await sender(again, member).patch(upload, 200_000, bytes.subarray(200_000));
        assert.deepEqual([answer.status, answer.problem], [410, 'upload-lost']);
      });
    });
  });

  it('cannot be read again once their key is destroyed', async () => {
    const plant = await server.organisation('Delta Motors', 'operator');
    const owner = await plant.person('MAD');
    const { id, evidence } = await sendCapture(server, owner, 'purged.pcap', bytes);
    await server.database.as(owner, async (tx) => {
      const { key_id } = await tx
        .selectFrom('evidence')
        .select('key_id')
        .where('id', '=', evidence.id)
        .executeTakeFirstOrThrow();
      await tx.deleteFrom('data_key').where('id', '=', key_id).execute();
    });
    await assert.rejects(download(owner, id), refused(410, 'purged'));
    const { evidence: left } = await server.as(owner)(captureApi.get, { params: { id } });
    assert.equal(left.sha256, sha256(bytes));
  });

  const begin = (actor: Actor, size: number) =>
    server.as(actor)(captureApi.begin, { body: { name: 'x.pcap', size } });

  async function at(actor: Actor, upload: string) {
    const { offset, length } = await sender(server, actor).ask(upload);
    return { offset, length };
  }

  const idOf = (upload: string) => upload.split('/').at(-1)!;
  const spoolOf = (upload: string) =>
    join(server.config.data, 'spool', member.organisation!, `${idOf(upload)}.part`);

  async function captureOf(upload: string) {
    const { items } = await server.as(member)(captureApi.list, { query: { limit: 200 } });
    return items.find(({ evidence }) => evidence.id === idOf(upload))!.evidence;
  }

  async function download(actor: Actor, id: string): Promise<Buffer> {
    const answer = await server.app.inject({
      url: `/api/captures/${id}/original`,
      headers: { 'x-test-actor': JSON.stringify(actor) },
    });
    if (answer.statusCode === 200) return answer.rawPayload;
    throw Object.assign(new Error(answer.body), { status: answer.statusCode, told: answer.json() as object });
  }

  async function custody(id: string) {
    const { items } = await server.as(member)(auditApi.accesses, { query: { object: id } });
    return items.map(({ action }) => action).filter((action) => action.startsWith('evidence'));
  }

  /** As the database knows it, whoever asks. */
  async function blobOf(evidence: string): Promise<{ id: string; address: string }> {
    for (const actor of [member, stranger]) {
      const { rows } = await server.database.as(actor, (tx) =>
        sql<{ id: string; address: string }>`
          select b.id, b.address from evidence e join blob b on b.id = e.blob_id where e.id = ${evidence}`.execute(
          tx,
        ),
      );
      if (rows[0]) return rows[0];
    }
    throw new Error('There is no such blob');
  }

  async function filesUnder(folder: string): Promise<string[]> {
    const path = join(server.config.data, folder);
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  async function setLimits(value: object) {
    await server.database.as(founder, (tx) =>
      sql`insert into setting values ('evidence', ${JSON.stringify(value)}::jsonb)
        on conflict (name) do update set value = excluded.value`.execute(tx),
    );
  }

  /** The program a second time, over the same data. */
  async function anew(work: (again: TestServer) => Promise<void>) {
    const { data, databaseUrl } = server.config;
    const again = await startTestServer({ data, databaseUrl });
    try {
      await work(again);
    } finally {
      await again.close();
    }
  }

  /** A real connection that ends in the middle. */
  async function breakOff(upload: string, actor: Actor, part: Uint8Array) {
    await server.app.listen({ port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    const sending = request({
      port,
      method: 'PATCH',
      path: upload,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': bytes.length,
        'x-test-actor': JSON.stringify(actor),
      },
    });
    sending.on('error', () => {});
    sending.write(part);
    await sleep(300);
    sending.destroy();
    await sleep(100);
  }
});

function refused(status: number, code: string) {
  return (error: Refusal | { status: number; told: { code: string } }) =>
    error.status === status && error.told.code === code;
}

async function eventually(check: () => Promise<void>) {
  for (let tries = 0; ; tries++) {
    try {
      return await check();
    } catch (error) {
      if (tries > 40) throw error;
      await sleep(50);
    }
  }
}
