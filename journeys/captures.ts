import { hex } from '../engines/dissect/src/testing/hex.ts';
import { ethernet, ipv4, join, u16, udp, Wire } from '../engines/dissect/src/testing/wire.ts';

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

export const firmware = Uint8Array.from({ length: 1_124 }, (_, place) => place % 251);

/** Somebody sends that to a device over TFTP (RFC 1350), under a name that leads elsewhere. */
export const withFirmware = (() => {
  const wire = new Wire({ on: 'udp', at: [69] });
  wire.say('request', join(u16(2), new TextEncoder().encode('../boot/plc5_firmware.upd\0octet\0')));
  const [from, to] = [2_001, 49_152];
  wire.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([from, to], join(u16(4), u16(0))))));
  for (let block = 1; block <= 3; block++) {
    const data = firmware.subarray((block - 1) * 512, block * 512);
    wire.add(
      ethernet('request', 0x0800, ipv4('request', 17, udp([to, from], join(u16(3), u16(block), data)))),
    );
  }
  return wire.pcap();
})();
