import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { captureApi } from '@busbar/contract';
import S3rver from 's3rver';

import { sendCapture } from '../testing/sending.ts';
import { startTestServer } from '../testing/test-server.ts';
import { type BlobStore, fileStore, s3Store } from './blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'busbar-blobs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Another program that speaks S3. */
const peer = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(folder, 's3'),
  configureBuckets: [{ name: 'evidence', configs: [] }],
});

const stores: readonly [string, () => Promise<BlobStore>][] = [
  ['a folder', async () => fileStore(join(folder, 'files'))],
  ['S3', async () => s3Store(await bucket())],
];

for (const [name, make] of stores) {
  describe(`blobs in ${name}`, () => {
    let store: BlobStore;
    before(async () => void (store = await make()));

    for (const size of [0, 1000, 20 << 20]) {
      it(`come back from any offset (${size} bytes)`, async () => {
        const bytes = randomBytes(size);
        await store.put('owner/address', file(bytes));
        for (const from of [0, 1, 999, size - 1].filter(
          (offset) => offset >= 0 && (offset < size || offset === 0),
        ))
          assert.deepEqual(await all(store.read('owner/address', from)), bytes.subarray(from));
      });
    }

    it('are put again without harm, and removed twice without harm', async () => {
      const bytes = randomBytes(10);
      await store.put('owner/twice', file(bytes));
      await store.put('owner/twice', file(bytes));
      assert.deepEqual(await all(store.read('owner/twice', 0)), bytes);
      await store.remove('owner/twice');
      await store.remove('owner/twice');
      await assert.rejects(all(store.read('owner/twice', 0)));
    });
  });
}

describe('evidence in S3', () => {
  it('is stored, read and removed as it is on a disk', async () => {
    const server = await startTestServer({ s3: await bucket() });
    try {
      const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
      const bytes = randomBytes(3 << 20);
      const { id } = await sendCapture(server, member, 'far.pcap', bytes);
      const stored = await objects();
      assert.equal(
        stored.some((path) => path.includes(member.organisation!)),
        true,
      );
      const answer = await server.app.inject({
        url: `/api/captures/${id}/original`,
        headers: { 'x-test-actor': JSON.stringify(member) },
      });
      assert.deepEqual(answer.rawPayload, bytes);

      await server.as(member)(captureApi.remove, { params: { id } });
      await server.house.blobs.sweep();
      assert.equal(
        (await objects()).some((path) => path.includes(member.organisation!)),
        false,
      );
    } finally {
      await server.close();
    }
  });
});

let listening: Promise<AddressInfo> | undefined;

async function bucket() {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'S3RVER';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'S3RVER';
  listening ??= peer.run();
  const { port } = await listening;
  return { endpoint: `http://127.0.0.1:${port}`, bucket: 'evidence', region: 'us-east-1' };
}

after(() => peer.close());

async function objects(): Promise<string[]> {
  const entries = await readdir(join(folder, 's3'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

function file(bytes: Uint8Array): string {
  const path = join(folder, 'spooled');
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  return path;
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
