import { Gathered } from './gathered.ts';

/** One direction of a TCP connection. */
export class Stream {
  /** The sequence number that comes next; -1 before the first segment. */
  next = -1;
  /** What has arrived in order and is not yet a whole message. */
  readonly pending = new Gathered(1 << 20);
}
