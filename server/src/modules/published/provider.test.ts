import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { publishedApi, releaseApi } from '@busbar/contract';
import { checkProvider, type CheckTools, findingInEnglish, validate } from '@busbar/csaf';
import * as openpgp from 'openpgp';

import type { Actor } from '../../platform/actor.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../../shared');
const schemas = join(shared, 'data/standards/csaf/oasis');
const skip = existsSync(schemas) ? false : 'the schemas of OASIS are not beside the project';

/** The demo publishes an advisory through the editor and the gate; here it is asked for as by any stranger. */
describe('the CSAF provider', { timeout: 240_000 }, () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ work: true, origin: 'https://busbar.example' });
    await server.house.demo.fill();
    for (let wait = 0; wait < 600; wait++) {
      const { items } = await server.as(server.visitor)(publishedApi.list);
      if (items.length > 0) break;
      await sleep(100);
    }
  });
  after(() => server.close());

  for (const root of ['/.well-known/csaf', '/.well-known/csaf/v2.1'])
    it(`meets every requirement of a trusted provider at ${root}`, async () => {
      const report = await checkProvider(`https://busbar.example${root}/provider-metadata.json`, tools());
      const faults = report.requirements
        .filter(({ state }) => state === 'notMet')
        .flatMap(({ number, findings }) =>
          findings
            .filter(({ weight }) => weight === 'fault')
            .map((one) => `${number}: ${findingInEnglish(one)}`),
        );
      assert.deepEqual(faults, []);
      assert.equal(report.looked, 1);
    });

  it('publishes what another validator finds valid, too', async () => {
    const { default: judge } = await import('@secvisogram/csaf-validator-lib/validate.js');
    const mandatory = await import('@secvisogram/csaf-validator-lib/mandatoryTests.js');
    const { csaf_2_0_strict } = await import('@secvisogram/csaf-validator-lib/schemaTests.js');
    const all = [csaf_2_0_strict, ...Object.values(mandatory).filter((one) => typeof one === 'function')];
    const document = JSON.parse((await document20()).toString('utf8')) as object;
    const { tests } = await judge(all, document);
    assert.ok(tests.length > 30);
    assert.deepEqual(
      tests.filter(({ isValid }) => !isValid),
      [],
    );
  });

  it('is described by the schemas of OASIS', { skip }, async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    for (const [version, root, schema] of [
      ['2.0', '/.well-known/csaf', 'csaf_2.0/json_schema/provider_json_schema.json'],
    ] as const) {
      const ajv = new Ajv2020({ strict: false, validateFormats: false, loadSchema });
      const accepts = await ajv.compileAsync(JSON.parse(readFileSync(join(schemas, schema), 'utf8')));
      const metadata: unknown = JSON.parse((await get(`${root}/provider-metadata.json`)).body.toString());
      assert.ok(accepts(metadata), `${version}: ${JSON.stringify(accepts.errors)}`);
    }
  });

  it('says in security.txt where it is, and when that ends', async () => {
    const text = (await get('/.well-known/security.txt')).body.toString();
    assert.match(text, /^CSAF: https:\/\/busbar\.example\/\.well-known\/csaf\/provider-metadata\.json$/m);
    const [, expires] = /^Expires: (.+)$/m.exec(text) ?? [];
    const left = Date.parse(expires!) - Date.now();
    assert.ok(left > 0 && left < 366 * 86_400_000, text);
  });

  it('stops the demo’s warning that names a member, and lets nobody else see any of it', async () => {
    const { items } = await server.as(await lead())(releaseApi.list, { query: { open: 'true' } });
    const states = items.map(({ kind, state }) => `${kind} ${state}`).sort();
    assert.deepEqual(states, ['advisory proposed', 'earlyWarning blocked']);
  });

  it('serves a document in a few milliseconds', async (test) => {
    const path = await pathOf20();
    const took: number[] = [];
    for (let n = 0; n < 200; n++) {
      const begun = performance.now();
      await get(path);
      took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    test.diagnostic(`median ${took[100]!.toFixed(2)} ms, 95 % ${took[190]!.toFixed(2)} ms`);
    assert.ok(took[100]! < 50);
  });

  const pathOf20 = async () =>
    `/.well-known/csaf/white/${(await get('/.well-known/csaf/white/index.txt')).body.toString().trim()}`;
  const document20 = async () => (await get(await pathOf20())).body;

  async function lead(): Promise<Actor> {
    const { rows } = await server.database.app.query<{ set: string }>(`select 1 as set`);
    assert.equal(rows.length, 1);
    return server.database.as({ ...server.visitor, roles: ['FOUNDER'], ceiling: 'RED' }, async (tx) => {
      const row = await tx
        .selectFrom('membership as m')
        .innerJoin('person as p', 'p.id', 'm.person_id')
        .select(['p.id', 'p.name', 'm.organisation_id'])
        .where('p.name', '=', 'Lena Vogt')
        .executeTakeFirstOrThrow();
      return {
        person: row.id,
        name: row.name,
        organisation: row.organisation_id,
        roles: ['LEAD' as const],
        ceiling: 'RED' as const,
        restricted: false,
      };
    });
  }

  async function get(url: string) {
    const { statusCode, headers, rawPayload } = await server.app.inject(url);
    return { status: statusCode, headers: headers as Record<string, string>, body: rawPayload };
  }

  /** Asks the server in this process as if it were on the other side of the network. */
  function tools(): CheckTools {
    return {
      fetch: async (url) => {
        const { protocol, host, pathname, search } = new URL(url);
        return protocol === 'https:' && host === 'busbar.example'
          ? get(pathname + search)
          : { status: 404, headers: {}, body: new Uint8Array() };
      },
      digest: async (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex'),
      verify: async (signature, bytes, keys) => {
        const { signatures } = await openpgp.verify({
          message: await openpgp.createMessage({ binary: bytes }),
          signature: await openpgp.readSignature({ armoredSignature: signature }),
          verificationKeys: await Promise.all(keys.map((armoredKey) => openpgp.readKey({ armoredKey }))),
        });
        return { valid: await signatures[0]!.verified.catch(() => false) };
      },
      fingerprint: async (armoredKey) =>
        (await openpgp.readKey({ armoredKey })).getFingerprint().toUpperCase(),
      validate: (document) =>
        validate(document)
          .findings.filter(({ severity }) => severity === 'error')
          .map(({ message }) => message),
      now: new Date().toISOString(),
    };
  }
});

/** Of the schemas that are referred to, that of the documents is needed; those of the scores are not. */
async function loadSchema(address: string): Promise<object> {
  const file = 'csaf_2.0/json_schema/csaf_json_schema.json';
  return address.endsWith('csaf_json_schema.json')
    ? (JSON.parse(readFileSync(join(schemas, file), 'utf8')) as object)
    : {};
}
