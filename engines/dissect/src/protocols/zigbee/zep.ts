import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { WITH_CHECK, WITH_QUALITY } from './ieee802154.ts';

const PORT = 17_754;
const MAGIC = 0x4558;
const OLD_HEADER = 16;
const HEADER = 32;
const ACKNOWLEDGEMENT = 2;

/** The frame of a radio network, as a sniffer sends it on over UDP. There is no standard; sniffers agree on this. */
export const zep: Dissector<void> = {
  name: 'zep',
  title: 'Zigbee Encapsulation Protocol',
  reference: 'as sniffers write it, versions 1 and 2',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    if (!expected || end - start < 4 || u16At(bytes, start) !== MAGIC) return NOT_OURS;
    return frameStart(bytes, start, end) >= 0 ? OURS : NOT_OURS;
  },

  read: (reader) => readHeader(reader),

  begin: () => ({
    message(here, bytes, start, end) {
      readHeader(here.reader.reset(bytes, start, end));
      const at = start + frameStart(bytes, start, end);
      const stop = Math.min(end, at + bytes[at - 1]!);
      const isQuality = bytes[start + (bytes[start + 2] === 1 ? 6 : 7)] === 0;
      if (at < stop) here.carry('link', bytes, at, stop, isQuality ? WITH_QUALITY : WITH_CHECK);
    },
  }),
};

/** Where the frame begins, from the beginning; -1 when this is no such packet. */
function frameStart(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (bytes[start + 2] === 1) return length >= OLD_HEADER ? OLD_HEADER : -1;
  if (bytes[start + 2] !== 2) return -1;
  if (bytes[start + 3] === ACKNOWLEDGEMENT) return length;
  return length >= HEADER ? HEADER : -1;
}

function readHeader(reader: ByteReader): void {
  reader.open('ZEP');
  reader.u16('preamble', { [MAGIC]: 'EX' });
  const version = reader.u8('version');
  const kind = version === 2 ? reader.u8('kind', { 1: 'data', [ACKNOWLEDGEMENT]: 'acknowledgement' }) : 1;
  if (kind === ACKNOWLEDGEMENT) {
    reader.u32('sequence number');
  } else {
    reader.u8('channel');
    reader.u16('device');
    reader.u8('last two octets', { 0: 'signal and quality', 1: 'check sequence' });
    reader.u8('link quality');
    if (version === 2) {
      reader.u32('seconds since 1900');
      reader.u32('fraction of a second');
      reader.u32('sequence number');
      reader.bytes(10, 'reserved');
    } else reader.bytes(7, 'reserved');
    reader.u8('frame length');
  }
  reader.close();
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'frame');
}
