import { apis, type Pack } from '@busbar/contract';

import type { Actor } from '../platform/actor.ts';
import { sender } from './sending.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

/** Makes it a CERT with a name and a key, as setting up does, and gives its people; or makes one of a CERT that is there. */
export async function setUpCert(server: TestServer, of: string) {
  const isThere = /^[0-9a-f-]{36}$/.test(of);
  const name = isThere ? 'CERT' : of;
  const { id, person } = isThere ? server.known(of, name) : await server.organisation(name, 'cert');
  const contact = { name, shortName: name, country: 'DE', phone: '1', email: 'a@b.example', url: '' };
  await server.owner.query(`insert into setting (name, value) values ('cert', $1)`, [contact]);
  const [lead, analyst, administrator] = [await person('LEAD'), await person('ANA'), await person('ADM')];
  const key = await server.as(administrator)(apis.signingKeys.create, { body: { years: 1 } });
  return { id, lead, analyst, administrator, key };
}

/** Orders a pack, waits for it, and downloads it. */
export async function makePack(
  server: TestServer,
  actor: Actor,
  body: Parameters<typeof orderOf>[0] = {},
): Promise<{ number: number; id: string; bytes: Buffer }> {
  const { id, number } = await server.as(actor)(apis.madePacks.make, { body: orderOf(body) });
  await until('the pack is made', async () => {
    const { items } = await server.as(actor)(apis.madePacks.list);
    const made = items.find((one) => one.id === id)!;
    if (made.job?.problem) throw Object.assign(new Error(made.job.problem.text), { told: made.job.problem });
    return made.canDownload;
  });
  const answer = await server.app.inject({
    url: `/api/made-packs/${id}/file`,
    headers: { 'x-test-actor': JSON.stringify(actor) },
  });
  return { id, number, bytes: answer.rawPayload };
}

const orderOf = (body: { tlp?: 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER+STRICT'; since?: number }) => ({
  tlp: body.tlp ?? 'CLEAR',
  since: body.since ?? null,
});

/** Sends a pack, and waits until it is checked. */
export async function bringPack(server: TestServer, actor: Actor, bytes: Uint8Array): Promise<Pack> {
  const { pack, upload } = await server.as(actor)(apis.packs.begin, {
    body: { name: 'pack.tar.zst', size: bytes.length },
  });
  const { patch } = sender(server, actor);
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    const { status, problem } = await patch(upload, at, bytes.subarray(at, at + (1 << 20)));
    if (status !== 204) throw new Error(`Refused: ${status} ${problem}`);
  }
  return settledPack(server, actor, pack);
}

export async function installPack(server: TestServer, actor: Actor, id: string): Promise<Pack> {
  await server.as(actor)(apis.packs.install, { params: { id } });
  return settledPack(server, actor, id);
}

/** Once nothing works on it any more. */
export const settledPack = (server: TestServer, actor: Actor, id: string): Promise<Pack> =>
  until(
    'the pack is settled',
    async () => {
      const pack = await server.as(actor)(apis.packs.get, { params: { id } });
      return ['arriving', 'checking', 'installing'].includes(pack.state) ? undefined : pack;
    },
    300,
  );
