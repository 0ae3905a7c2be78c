import { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

import { client, server } from 'jsmodbus';

/** A request of the client and the answer of the server, as they stood on the wire. */
export type Turn = readonly [ask: Uint8Array, answer: Uint8Array];

/** What a client may do; each step is one turn. */
export type Step =
  | { readonly read: number; readonly count: number; readonly holding?: readonly number[] }
  | { readonly register: number; readonly value: number }
  | { readonly coil: number; readonly on: boolean };

/**
 * Lets a real Modbus/TCP client and a real server speak, in memory, and gives back what they said: the bytes of the
 * demo's plants are not of our own making where somebody else's stack can make them.
 */
export async function speakModbus(steps: readonly Step[]): Promise<Turn[]> {
  const [near, far] = duplexPair();
  const said = { ask: listenTo(near), answer: listenTo(far) };
  const holding = Buffer.alloc(2 * 200);
  const door = new EventEmitter();
  new server.TCP(door as Server, { holding, coils: Buffer.alloc(8) });
  door.emit('connection', far);
  const asking = new client.TCP(near as Socket, 1);
  near.emit('connect');

  const turns: Turn[] = [];
  for (const step of steps) {
    if ('read' in step) {
      for (const [n, value] of (step.holding ?? []).entries())
        holding.writeUInt16BE(value, 2 * (step.read + n));
      await asking.readHoldingRegisters(step.read, step.count);
    } else if ('register' in step) await asking.writeSingleRegister(step.register, step.value);
    else await asking.writeSingleCoil(step.coil, step.on);
    turns.push([Buffer.concat(said.ask.splice(0)), Buffer.concat(said.answer.splice(0))]);
  }
  near.destroy();
  far.destroy();
  return turns;
}

function listenTo(side: Duplex): Buffer[] {
  const said: Buffer[] = [];
  const write = side.write.bind(side) as (chunk: Buffer, ...rest: unknown[]) => boolean;
  side.write = ((chunk: Buffer, ...rest: unknown[]) => {
    said.push(Buffer.from(chunk));
    return write(chunk, ...rest);
  }) as Duplex['write'];
  return said;
}
