import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import {
  CHECKSUM,
  COMMAND,
  crcAgrees,
  HEADER,
  isSized,
  readTriStation,
  type TriStationMessage,
} from './message.ts';
import { types } from './names.ts';
import { refusals } from './refusals.ts';
import { TriStationSession } from './session.ts';

/** What engineering stations speak with Triconex safety controllers. */
export const triStation: Dissector<TriStationMessage> = {
  name: 'tristation',
  title: 'Triconex TriStation',
  reference: 'No public specification; Nozomi Networks tricotools (2018) and captures',
  industrial: true,
  carriers: [{ on: 'udp', at: [1502] }],
  claims: ['tristation_command', 'tristation_type'],
  roles: {
    asking: { role: 'engineering', certainty: 'inferred', because: 'tristation.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'tristation.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER + CHECKSUM) return NOT_OURS;
    const type = bytes[start]!;
    if (!(type in types) || !isSized(bytes, start, end)) return NOT_OURS;
    if (expected) return OURS;
    // Without a command there is little to tell it by.
    return type === COMMAND && end - start > HEADER + CHECKSUM && crcAgrees(bytes, start, end)
      ? OURS
      : NOT_OURS;
  },

  read: (reader) => readTriStation(reader),

  begin: (capture) => new TriStationSession(capture),
};
