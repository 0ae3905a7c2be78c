import { createHash } from 'node:crypto';

import { apis, bundleHead, type BundleManifest, bundleTypes, type SharedReport } from '@busbar/contract';
import { Analysis } from '@busbar/dissect';
import { Encrypter } from 'age-encryption';

import { hex } from '../../../engines/dissect/src/testing/hex.ts';
import { Wire } from '../../../engines/dissect/src/testing/wire.ts';
import type { Actor } from '../platform/actor.ts';
import { sender } from './sending.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

const write = hex`0007 0000 0006 11 06 0001 05AA`;
/** A capture in which one register is written. */
export const oneWrite = Wire.speaking({ on: 'tcp', at: [502] }, [
  ['request', write],
  ['reply', write],
]).pcap();

export interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** An honest manifest of an hour ago. */
export const manifestOf = (files: readonly File[], recipient: string): BundleManifest => ({
  format: 1,
  program: '0.9.0',
  madeAt: new Date(Date.now() - 3_600_000).toISOString(),
  cert: { name: 'CERT for Industry', recipient },
  member: null,
  files: files.map(({ name, type, bytes }) => ({
    name,
    type,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })),
});

export async function encryptedTo(recipient: string, clear: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(clear);
}

export const bundleOf = (
  files: readonly File[],
  recipient: string,
  manifest = manifestOf(files, recipient),
) => encryptedTo(recipient, Buffer.concat([bundleHead(manifest), ...files.map(({ bytes }) => bytes)]));

/** What the engine says of a capture, with what a test changes of it. */
export function reportOf(capture: Uint8Array, changes: object = {}): string {
  const analysis = new Analysis({ strict: true });
  analysis.push(capture);
  return JSON.stringify({ ...analysis.finish(), ...changes });
}

/** What somebody ticked of a capture, with what a test changes of it. */
export function shareOf(changes: Partial<SharedReport> = {}): File {
  const at = '2026-11-20T08:00:00.000Z';
  const report: SharedReport = {
    format: 'busbar-share-1',
    madeAt: at,
    engine: '0.9.0',
    capture: { name: null, packets: 2, firstSeen: at, lastSeen: at },
    pseudonyms: { vendors: true, times: false },
    devices: [],
    findings: [
      {
        code: 'controller-stopped',
        severity: 'high',
        certainty: 'stated',
        techniques: ['T0858'],
        source: { name: 'qkzw', address: '198.51.100.7' },
        target: null,
        count: 3,
        refused: 1,
        firstSeen: at,
        lastSeen: at,
      },
    ],
    warnings: [],
    slice: null,
    ...changes,
  };
  return { name: 'report.json', type: bundleTypes.share, bytes: Buffer.from(JSON.stringify(report)) };
}

/** Announces a bundle and sends it whole. */
export async function sendBundle(server: TestServer, actor: Actor, bytes: Uint8Array): Promise<string> {
  const begun = await server.as(actor)(apis.bundles.begin, {
    body: { name: 'night.age', size: bytes.length },
  });
  const { patch, ask } = sender(server, actor);
  if (bytes.length === 0) await ask(begun.upload);
  else {
    const { status, problem } = await patch(begun.upload, 0, bytes);
    if (status !== 204) throw new Error(`Refused: ${status} ${problem}`);
  }
  return begun.bundle.id;
}

/** The bundle once its job has ended, one way or the other. */
export const openedBundle = (server: TestServer, actor: Actor, id: string) =>
  until(`bundle ${id} was opened`, async () => {
    const bundle = await server.as(actor)(apis.bundles.get, { params: { id } });
    return bundle.job !== null && !['queued', 'running'].includes(bundle.job.state) && bundle;
  });

/** A report of a capture comes in a bundle, beside what somebody shares of another, and is taken over. */
export async function bringReport(server: TestServer, actor: Actor, capture: Uint8Array): Promise<string> {
  const { recipient } = await server.as(null)(apis.bundles.recipient);
  const report = { name: 'night.pcap.json', type: bundleTypes.report, bytes: Buffer.from(reportOf(capture)) };
  const id = await sendBundle(server, actor, await bundleOf([shareOf(), report], recipient));
  await openedBundle(server, actor, id);
  return id;
}
