import { tlv } from '../../testing/ber.ts';
import { join, u16, u32 } from '../../testing/wire.ts';

/** GOOSE and sampled values, for tests. */
export interface GooseFields {
  readonly reference?: string;
  readonly allowed?: number;
  readonly state?: number;
  readonly sequence?: number;
  readonly simulation?: boolean;
  readonly revision?: number;
  readonly commissioning?: boolean;
  readonly entries?: number;
  readonly data?: Uint8Array;
}

export const T = [0x48, 0x88, 0x90, 0xc1, 0x24, 0, 0, 0x27];
export const on = tlv(0x83, [0xff]);
export const off = tlv(0x83, [0]);

export function goosePdu({
  reference = 'IED1LD0/LLN0$GO$gcb01',
  allowed = 2_000,
  state = 5,
  sequence = 0,
  simulation = false,
  revision = 1,
  commissioning = false,
  entries = 1,
  data = off,
}: GooseFields = {}): Uint8Array {
  return tlv(
    0x61,
    tlv(0x80, reference),
    tlv(0x81, u16(allowed)),
    tlv(0x82, 'IED1LD0/LLN0$Trips'),
    tlv(0x83, 'Trips'),
    tlv(0x84, T),
    tlv(0x85, u32(state)),
    tlv(0x86, u32(sequence)),
    tlv(0x87, [Number(simulation)]),
    tlv(0x88, [revision]),
    tlv(0x89, [Number(commissioning)]),
    tlv(0x8a, [entries]),
    tlv(0xab, data),
  );
}

/** APPID, length and two reserved fields before it. */
export function framed(pdu: Uint8Array, appId = 1, simulated = false): Uint8Array {
  return join(u16(appId), u16(8 + pdu.length), [simulated ? 0x80 : 0, 0, 0, 0], pdu);
}

export const goose = (fields: GooseFields = {}) => framed(goosePdu(fields));

export interface SampleFields {
  readonly id?: string;
  readonly count?: number;
  readonly synchronization?: number;
  readonly revision?: number;
  readonly values?: ArrayLike<number>;
}

/** 9-2LE: a current of 1 A in phase a, 100 V in phase a, all good. */
export const lightEdition = join(
  ...[1_000, -500, -500, 0, 10_000, -5_000, -5_000, 0].map((value) => join(u32(value), u32(0))),
);

export function samples(...asdus: SampleFields[]): Uint8Array {
  const encoded = asdus.map(
    ({ id = 'MU01', count = 0, synchronization = 2, revision = 1, values = lightEdition }) =>
      tlv(
        0x30,
        tlv(0x80, id),
        tlv(0x82, u16(count)),
        tlv(0x83, u32(revision)),
        tlv(0x85, [synchronization]),
        tlv(0x87, values),
      ),
  );
  return framed(tlv(0x60, tlv(0x80, [encoded.length]), tlv(0xa2, ...encoded)), 0x4000);
}
