import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** Sends a file by the tus protocol in pieces, one after another, as a browser does; says when all has arrived. */
const { file, size, piece } = workerData as { file: string; size: number; piece: number };
const content = readFileSync(file);
const agent = new Agent({ keepAlive: true });

parentPort!.on('message', (to: To) => void send(to));

interface To {
  readonly port: number;
  readonly path: string;
  readonly actor: string;
}

async function send({ port, path, actor }: To): Promise<void> {
  for (let offset = 0; offset < size; offset += piece) {
    const bytes = content.subarray(offset, offset + piece);
    const sending = request({
      agent,
      port,
      path,
      method: 'PATCH',
      headers: {
        'x-test-actor': actor,
        'tus-resumable': '1.0.0',
        'upload-offset': offset,
        'content-type': 'application/offset+octet-stream',
        'content-length': bytes.length,
      },
    }).end(bytes);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    if (answer.statusCode !== 204) throw new Error(`Answered ${answer.statusCode} at ${offset}`);
  }
  parentPort!.postMessage('sent');
}
