import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { type AdvisoryIndexFile, apis, type KitLabel, type KitProgram, type Refusal } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const built: KitProgram = {
  style: 'p { color: red }',
  noScript: '<p>Скрипты</p>',
  worker: 'onmessage = () => 1 < 2',
  program: "document.title = 'kit'",
};
const contact = {
  name: 'CERT </script> & Co',
  shortName: 'CERT',
  country: 'DE',
  phone: '1',
  email: 'a@b.example',
};

describe('a field kit', () => {
  let server: TestServer;
  let administrator: Actor;
  const make = () => server.house.kits.make(built);

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  it('is made once there is a CERT, and a key to sign it with', async () => {
    await assert.rejects(make(), { code: 'no-cert' });
    const cert = await server.organisation(contact.name, 'cert');
    await server.owner.query(`insert into setting (name, value) values ('cert', $1)`, [
      { ...contact, url: '' },
    ]);
    await assert.rejects(make(), { code: 'no-signing-key' });
    administrator = await cert.person('ADM');
    await server.as(administrator)(apis.signingKeys.create, { body: { years: 1 } });
    const lead = await cert.person('LEAD');
    const files = {
      'open.json': json(csaf({ id: 'NBC-2026-001' })),
      'closed.json': json(csaf({ id: 'NBC-2026-002', tlp: 'AMBER' })),
    };
    await server.house.imports.importStream(lead, 'advisories.tar', bytes(await tar(files)));
    await make();
  });

  it('holds what everybody may read, and nothing else', async () => {
    const { file, about } = await make();
    const [, packed] = />([\w+/=]*)<\/script>\n<script type="text\/plain" id="worker">/.exec(
      file.toString('utf8'),
    )!;
    const index = JSON.parse(
      gunzipSync(Buffer.from(packed!, 'base64')).toString('utf8'),
    ) as AdvisoryIndexFile;
    assert.deepEqual(
      index.advisories.map(({ label, facts }) => [label, (facts as { id: string }).id]),
      [['CLEAR', 'NBC-2026-001']],
    );
    assert.deepEqual([about.advisories, about.newest], [1, '2026-03-01T09:00:00.000Z']);
  });

  it('holds what a member may read up to a label, says which it carries, and for whom it is', async () => {
    const member = await server.organisation('Nordwasser', 'operator');
    const named = (await server.organisation('Elmira Grid', 'operator')).id;
    await server.owner.query(`update advisory set scope = 'orgs', audience = $1 where label = 'AMBER'`, [
      [member.id],
    ]);
    const labels = async (upTo: KitLabel, name?: string) => {
      const { about } = await server.house.kits.makeFor(built, upTo, name);
      return [about.label, about.advisories, about.member?.name];
    };
    assert.deepEqual(await labels('AMBER', 'Nordwasser'), ['AMBER', 2, 'Nordwasser']);
    assert.deepEqual(await labels('GREEN', 'Nordwasser'), ['CLEAR', 1, 'Nordwasser']);
    assert.deepEqual(await labels('AMBER', 'Elmira Grid'), ['CLEAR', 1, 'Elmira Grid'], named);
    assert.deepEqual(await labels('AMBER'), ['AMBER', 2, undefined]);
    await assert.rejects(labels('AMBER', 'Nobody'), { code: 'no-such-member' });
  });

  it('is listed to whoever made it and to nobody else, with its hash', async () => {
    const stranger = await (await server.organisation('Harbour', 'operator')).person('MEM');
    assert.deepEqual((await server.as(stranger)(apis.kits.list)).items, []);
    await assert.rejects(server.as(server.visitor)(apis.kits.list), (error: Refusal) =>
      [401, 403].includes(error.status),
    );
    await assert.rejects(
      server.as(stranger)(apis.kits.make, { body: { upTo: 'RED' as KitLabel } }),
      (error: Refusal) => error.status === 400,
    );
  });

  it('is signed within, of everything but the signature, and beside, as a whole', async () => {
    const { file, about, signature, sha256 } = await make();
    const text = file.toString('utf8');
    const [within] = /-----BEGIN PGP SIGNATURE-----[^<]*/.exec(text)!;
    const verifies = (of: string) =>
      server.house.signing.verifies(about.key.publicKey, Buffer.from(text.replace(within, '')), of);
    assert.equal(await verifies(within), true);
    assert.equal(await verifies(signature), false);
    assert.equal(await server.house.signing.verifies(about.key.publicKey, file, signature), true);
    assert.equal(sha256, createHash('sha256').update(file).digest('hex'));
  });

  it('lets nothing run but its own program, whatever its words are', async () => {
    const text = (await make()).file.toString('utf8');
    const hash = createHash('sha256').update(built.program).digest('base64');
    assert.ok(text.includes(`default-src 'none'; script-src 'sha256-${hash}'; style-src 'sha256-`));
    assert.equal(text.match(/<\/script>/g)!.length, 5);
    assert.doesNotMatch(text, /unsafe-|connect-src/);
  });
});
