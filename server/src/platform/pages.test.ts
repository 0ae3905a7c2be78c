import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { startTestServer, type TestServer } from '../testing/test-server.ts';

describe('what is sent to browsers', { timeout: 60_000 }, () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ pages: true });
  });
  after(() => server.close());

  it('is compressed as they understand it, page and script, and is the same', async () => {
    const [script] = readdirSync(new URL('../../../portal/build/client/assets', import.meta.url)).filter(
      (name) => name.startsWith('desk-') && name.endsWith('.js'),
    );
    for (const [url, least] of [
      ['/report', 2],
      [`/assets/${script}`, 3],
    ] as const) {
      const plain = await fetched(url, {});
      assert.equal(plain.encoding, undefined);
      for (const [encoding, opened] of [
        ['br', brotliDecompressSync],
        ['gzip', gunzipSync],
      ] as const) {
        const packed = await fetched(url, { 'accept-encoding': encoding });
        assert.deepEqual([packed.encoding, packed.type], [encoding, plain.type]);
        assert.match(packed.vary, /accept-encoding/i);
        assert.ok(packed.bytes.length * least < plain.bytes.length, `${url}: ${packed.bytes.length}`);
        // Each page has numbers of its own in it.
        const length = opened(packed.bytes).length;
        assert.ok(Math.abs(length - plain.bytes.length) < 100, `${url}: ${length}`);
      }
    }
  });

  it('is not compressed for who asks from a page of somebody else', async () => {
    const wants = { 'accept-encoding': 'br, gzip' };
    assert.equal((await fetched('/report', { ...wants, 'sec-fetch-site': 'same-origin' })).encoding, 'br');
    // A neighbour in the same domain is somebody else, too, and so is he whose browser tells only where he comes from.
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://neighbour.example' },
    ])
      assert.equal((await fetched('/report', { ...wants, ...foreign })).encoding, undefined);
  });

  it('and what they send is taken as it stands, and never unpacked', async () => {
    await server.organisation('CERT', 'cert');
    const report = Buffer.from(JSON.stringify({ danger: 'no', control: 'partly', sees: 'Line 3 stopped' }));
    const statusOf = async (payload: Buffer, headers: Record<string, string>) => {
      const asked = { method: 'POST', url: '/api/reports', payload } as const;
      const type = { 'content-type': 'application/json' };
      return (await server.app.inject({ ...asked, headers: { ...type, ...headers } })).statusCode;
    };
    assert.equal(await statusOf(report, {}), 200);
    assert.equal(await statusOf(gzipSync(report), { 'content-encoding': 'gzip' }), 400);
  });

  async function fetched(url: string, headers: Record<string, string>) {
    const answer = await server.app.inject({ url, headers });
    assert.equal(answer.statusCode, 200, url);
    const one = (name: string) => answer.headers[name] as string | undefined;
    return {
      encoding: one('content-encoding'),
      type: one('content-type'),
      vary: one('vary') ?? '',
      bytes: answer.rawPayload,
    };
  }
});
