import { request } from 'node:http';

import { Mortal } from './mortal.ts';

/** One that is killed while somebody sends to it by the tus protocol. */
export class MortalSender extends Mortal {
  /** Sends in requests of `piece` bytes until all is sent or nobody answers any more. Tells up to where it was. */
  async patch(upload: string, from: number, bytes: Uint8Array, piece: number): Promise<number> {
    for (let at = 0; at < bytes.length; at += piece) {
      const answered = await this.#send('PATCH', upload, from + at, bytes.subarray(at, at + piece));
      if (answered !== 204) return from + at;
    }
    return from + bytes.length;
  }

  async head(upload: string): Promise<{ offset: number }> {
    const answer = await fetch(`${this.address}${upload}`, {
      method: 'HEAD',
      headers: { ...this.headers, 'tus-resumable': '1.0.0' },
    });
    return { offset: Number(answer.headers.get('upload-offset')) };
  }

  #send(method: string, path: string, offset: number, bytes: Uint8Array): Promise<number | undefined> {
    const headers = {
      ...this.headers,
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'content-length': bytes.length,
    };
    return new Promise((resolve) => {
      const sending = request(`${this.address}${path}`, { method, headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
        answer.once('error', () => resolve(undefined));
      });
      sending.once('error', () => resolve(undefined)).end(bytes);
    });
  }
}
