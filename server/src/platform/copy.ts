import { once } from 'node:events';
import { Readable } from 'node:stream';

import type pg from 'pg';

/** What the client of PostgreSQL calls while a statement runs that copies; the rest of its protocol does not concern one. */
interface Wire {
  readonly stream: import('node:net').Socket;
  query(statement: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  sendCopyFail(why: string): void;
  endCopyFrom(): void;
}

/** `copy … to stdout`, read no faster than it is taken. At its end `copied` says how many rows it was. */
export function copyOut(client: pg.ClientBase, statement: string): Readable & { copied: number } {
  let wire: Wire | undefined;
  const stream = new Readable({
    highWaterMark: 1 << 20,
    read: () => void wire?.stream.resume(),
    destroy(error, done) {
      // What is still on its way is thrown away, so that the connection can go on.
      wire?.stream.resume();
      done(error);
    },
  });
  const rows = Object.assign(stream, { copied: 0 });
  submit(client, {
    submit(connection: Wire) {
      wire = connection;
      connection.query(statement);
    },
    handleCopyData({ chunk }: { chunk: Buffer }, { stream }: Wire) {
      // The bytes lie in a buffer that the client uses again.
      if (!rows.destroyed && !rows.push(Buffer.from(chunk))) stream.pause();
    },
    handleCommandComplete({ text }: { text: string }) {
      rows.copied = Number(/^COPY (\d+)$/.exec(text)![1]);
    },
    handleReadyForQuery: () => void rows.push(null),
    handleError: (error: Error) => void rows.destroy(error),
  });
  return rows;
}

/** `copy … from stdin`. When the source fails nothing of it is kept. */
export async function copyIn(
  client: pg.ClientBase,
  statement: string,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  await new Promise<void>((done, failed) => {
    let over = false;
    let broken: Error | undefined;
    submit(client, {
      submit: (wire: Wire) => wire.query(statement),
      handleCopyInResponse(wire: Wire) {
        feed(wire).catch((error: Error) => {
          broken = error;
          wire.sendCopyFail('The source broke off');
        });
      },
      handleReadyForQuery: () => done(),
      handleError(error: Error) {
        over = true;
        failed(broken ?? error);
      },
    });

    async function feed(wire: Wire): Promise<void> {
      for await (const chunk of source) {
        if (over) return;
        wire.sendCopyFromChunk(chunk);
        if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
      }
      wire.endCopyFrom();
    }
  });
}

function submit(client: pg.ClientBase, handlers: Record<string, unknown>): void {
  const nothing = () => {};
  client.query({
    handleRowDescription: nothing,
    handleDataRow: nothing,
    handlePortalSuspended: nothing,
    handleEmptyQuery: nothing,
    handleCommandComplete: nothing,
    ...handlers,
  } as unknown as pg.Submittable);
}
