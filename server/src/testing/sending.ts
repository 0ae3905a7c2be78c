import { setTimeout as sleep } from 'node:timers/promises';

import { type Capture, captureApi, type Job } from '@busbar/contract';

import type { Actor } from '../platform/actor.ts';
import type { TestServer } from './test-server.ts';

const tus = { 'tus-resumable': '1.0.0' };

/** A sender that speaks the tus protocol, one step at a time. */
export function sender(server: TestServer, actor: Actor | null) {
  const as = actor && { 'x-test-actor': JSON.stringify(actor) };
  const send = async (method: 'HEAD' | 'PATCH' | 'POST', url: string, headers: object, payload?: Buffer) => {
    const answer = await server.app.inject({
      method,
      url,
      headers: { ...tus, ...as, ...headers },
      ...(payload && { payload }),
    });
    return {
      status: answer.statusCode,
      offset: Number(answer.headers['upload-offset'] ?? NaN),
      length: Number(answer.headers['upload-length'] ?? NaN),
      problem: answer.statusCode >= 400 && answer.body ? (answer.json() as { code: string }).code : undefined,
    };
  };
  return {
    create: (url: string) => send('POST', url, { 'upload-length': 1 }),
    ask: (url: string) => send('HEAD', url, {}),
    patch: (url: string, offset: number, bytes: Uint8Array) =>
      send(
        'PATCH',
        url,
        { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        Buffer.from(bytes),
      ),
  };
}

/** Announces a capture and sends it whole, in pieces. */
export async function sendCapture(
  server: TestServer,
  actor: Actor,
  name: string,
  bytes: Uint8Array,
  { piece = 1 << 20, site, sha256 }: { piece?: number; site?: string; sha256?: string } = {},
): Promise<Capture> {
  const begun = await server.as(actor)(captureApi.begin, {
    body: { name, size: bytes.length, ...(site && { site }), ...(sha256 && { sha256 }) },
  });
  const { patch, ask } = sender(server, actor);
  for (let at = 0; at < bytes.length; at += piece) {
    const answer = await patch(begun.upload, at, bytes.subarray(at, at + piece));
    if (answer.status !== 204) throw new Error(`Refused: ${answer.status} ${answer.problem}`);
  }
  if (bytes.length === 0) await ask(begun.upload);
  return server.as(actor)(captureApi.get, { params: { id: begun.capture.id } });
}

/** The capture once its last analysis has ended, one way or the other. */
export async function analysed(
  server: TestServer,
  actor: Actor,
  id: string,
): Promise<Capture & { job: Job }> {
  for (let wait = 0; wait < 600; wait++) {
    const capture = await server.as(actor)(captureApi.get, { params: { id } });
    const { job } = capture;
    if (job && !['queued', 'running'].includes(job.state)) return { ...capture, job };
    await sleep(50);
  }
  throw new Error('The analysis did not end');
}
