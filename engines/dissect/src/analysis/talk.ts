/** That somebody talks to somebody by a protocol. */
export class Talk {
  /** By the addresses of the hosts that carried it, it is counted as well. */
  readonly isCarried: boolean;
  /** Packets in which it was spoken. */
  frames = 0;
  /** Whether the source was heard asking (`ASKED`), answering (`ANSWERED`), or both. */
  sides = 0;

  constructor(isCarried: boolean) {
    this.isCarried = isCarried;
  }
}

export const ASKED = 1;
export const ANSWERED = 2;
