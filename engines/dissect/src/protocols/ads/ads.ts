import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type AmsMessage, COMMAND_AT, FLAGS_AT, HEADER, LENGTH_AT, readAms, TCP_HEADER } from './ams.ts';
import { ADS_COMMAND, LAST_COMMAND } from './names.ts';
import { refusals } from './refusals.ts';
import { AdsSession } from './session.ts';

/** What a router takes at once is less. */
const LONGEST = 262_144 - TCP_HEADER;
/** Response, no return, ADS command, system command, high priority, time stamp, UDP, init, broadcast. */
const FLAGS = 0x80ff;

export const ads: Dissector<AmsMessage> = {
  name: 'beckhoff-ads',
  title: 'Beckhoff ADS/AMS',
  reference: 'Beckhoff Information System: TwinCAT ADS, ADS/AMS specification',
  industrial: true,
  carriers: [{ on: 'tcp', at: [48_898] }],
  claims: ['ads_cmd'],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'beckhoff-ads.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'beckhoff-ads.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== 0 || (length > 1 && bytes[start + 1] !== 0)) return NOT_OURS;
    if (length < TCP_HEADER + HEADER) return expected ? PERHAPS : NOT_OURS;
    return isHeader(bytes, start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (bytes[start] !== 0 || (length > 1 && bytes[start + 1] !== 0)) return LOST;
    if (length < TCP_HEADER + HEADER) return 0;
    return isHeader(bytes, start) ? TCP_HEADER + u32leAt(bytes, start + 2) : LOST;
  },

  read: readAms,

  begin: (capture) => new AdsSession(capture),
};

/** Both lengths agree, it is an ADS command that exists, and both Net Ids and ports are somebody's. */
function isHeader(bytes: Uint8Array, start: number): boolean {
  const length = u32leAt(bytes, start + 2);
  const flags = u16leAt(bytes, start + FLAGS_AT);
  return (
    length >= HEADER &&
    length <= LONGEST &&
    u32leAt(bytes, start + LENGTH_AT) === length - HEADER &&
    u16leAt(bytes, start + COMMAND_AT) <= LAST_COMMAND &&
    (flags & ADS_COMMAND) !== 0 &&
    (flags & ~FLAGS) === 0 &&
    u32leAt(bytes, start + TCP_HEADER) !== 0
  );
}
