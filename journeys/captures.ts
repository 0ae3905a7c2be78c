import { hex } from '../engines/dissect/src/testing/hex.ts';
import { Wire } from '../engines/dissect/src/testing/wire.ts';

const write = hex`0007 0000 0006 11 06 0001 05AA`;

/** A controller says who it is, and is written to: a Nordbruk NB-PX200 with firmware V2.3.0, over Modbus/TCP. */
export const smallPlant = Wire.speaking({ on: 'tcp', at: [502] }, [
  ['request', hex`0008 0000 0005 11 2B 0E 01 00`],
  [
    'reply',
    hex`
      0008 0000 0025 11
      2B 0E 01 01 00 00 03
      00 08 4E6F72646272756B
      01 09 4E422D50582D323030
      02 06 56322E332E30
    `,
  ],
  ['request', write],
  ['reply', write],
]).pcap();
