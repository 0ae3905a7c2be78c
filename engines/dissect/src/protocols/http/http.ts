import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { headEnd, LONGEST_HEAD } from './head.ts';
import {
  beginning,
  chunkLineLength,
  endsWithVersion,
  type HttpMessage,
  lineEnd,
  readHttp,
  REQUEST_LINE,
  STATUS_LINE,
} from './message.ts';
import { refusals } from './refusals.ts';
import { HttpSession } from './session.ts';

const PORTS = [80, 8080, 8000, 8008, 8081, 5985, 3128, 5000];

export const http: Dissector<HttpMessage> = {
  name: 'http',
  title: 'HTTP/1.x',
  reference: 'RFC 9110; RFC 9112',
  industrial: false,
  carriers: [{ on: 'tcp', at: PORTS }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const begin = beginning(bytes, start, end);
    if (begin === STATUS_LINE) return OURS;
    if (begin !== REQUEST_LINE) return begin === PERHAPS ? PERHAPS : NOT_OURS;
    const line = lineEnd(bytes, start, end);
    if (line === 0) return expected ? PERHAPS : NOT_OURS;
    return endsWithVersion(bytes, start, line) ? OURS : NOT_OURS;
  },

  /** A head, or the line in front of a chunk. Bodies are content, which the head announces. */
  messageLength(bytes, start, end) {
    const begin = beginning(bytes, start, end);
    if (begin >= REQUEST_LINE) {
      const head = headEnd(bytes, start, end);
      if (head > 0) return head - start;
      return end - start > LONGEST_HEAD ? LOST : 0;
    }
    if (begin === PERHAPS) return 0;
    return chunkLineLength(bytes, start, end);
  },

  read: readHttp,
  begin: (capture) => new HttpSession(capture),
};
