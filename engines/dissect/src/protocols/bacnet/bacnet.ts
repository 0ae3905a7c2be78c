import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { refusals } from './errors.ts';
import { type Npdu, readNpdu, RESERVED, VERSION } from './npdu.ts';
import { BacnetSession, FORWARDED, SEGMENTS } from './session.ts';

/** LLC service access point: ANSI/ASHRAE 135-2020, 7.1. */
const SERVICE_ACCESS_POINT = 0x82;

/** Network and application layer; BVLL, LLC and MS/TP bring their NPDUs here. */
export const bacnet: Dissector<Npdu> = {
  name: 'bacnet',
  title: 'BACnet',
  reference: 'ANSI/ASHRAE 135-2020 (ISO 16484-5), clauses 6 and 20',
  industrial: true,
  carriers: [
    { on: 'bacnet-npdu' },
    { on: FORWARDED },
    { on: SEGMENTS },
    { on: 'llc', at: [SERVICE_ACCESS_POINT] },
  ],
  claims: ['bacnet_apdu', 'bacnet_confirmed_request', 'bacnet_confirmed_answer', 'bacnet_unconfirmed'],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (!expected || end - start < 2) return NOT_OURS;
    return bytes[start] === VERSION && (bytes[start + 1]! & RESERVED) === 0 ? OURS : NOT_OURS;
  },

  read: (reader, { context }) => readNpdu(reader, context?.['assembled'] === 1),

  begin: (capture) => new BacnetSession(capture),
};
