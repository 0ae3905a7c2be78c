import { type Endpoint, type Here, NOBODY } from '../../dissector.ts';

/** Numbers ahead or behind that are what was lost, or what came late. */
const NEAR = 256;
/** Equal steps after which the next is known. */
const SURE = 8;
/** Each of two counters was gone back to twice: no restart does that. */
const RETURNS = 4;
export const IN_TURN = -1;
const ROUND = 0xffff;
const NONE = -1;

/**
 * Follows the counter of one part of a list, or of one variable. What is counted is nowhere said, and programs that speak
 * the protocol disagree: packets of a sender, sendings of a list, or of a variable. So the step is learnt.
 */
export class Counting {
  #target: Endpoint = NOBODY;
  #mac: Endpoint = NOBODY;
  #last = NONE;
  #step = 0;
  #equal = 0;
  /** Where the counter was before it jumped. */
  #other = NONE;
  #returns = 0;

  /**
   * How many numbers were skipped, or `IN_TURN`, once two counters were found to take turns.
   * @param isNext it is the number behind the last one of this sender, whatever list that was of
   */
  next({ target, sourceMac }: Here, counter: number, isNext: boolean): number {
    if (target !== this.#target || sourceMac !== this.#mac) {
      this.#target = target;
      this.#mac = sourceMac;
      this.#last = counter;
      this.#other = NONE;
      this.#equal = this.#returns = 0;
      return 0;
    }
    const ahead = (counter - this.#last) & ROUND;
    if (ahead === 0 || ahead > ROUND - NEAR) return 0;
    if (ahead > NEAR) return this.#jumped(counter);
    this.#last = counter;
    return this.#skipped(ahead, isNext);
  }

  #skipped(ahead: number, isNext: boolean): number {
    if (ahead === this.#step) this.#equal++;
    else if (this.#equal >= SURE && ahead % this.#step === 0) return isNext ? 0 : ahead / this.#step - 1;
    else {
      this.#step = ahead;
      this.#equal = 1;
    }
    return 0;
  }

  /** Far away: a restart, which never comes back to where it was, or another counter. */
  #jumped(counter: number): number {
    const isReturn = this.#other !== NONE && ((counter - this.#other) & ROUND) <= NEAR;
    this.#returns = isReturn ? this.#returns + 1 : 0;
    this.#other = this.#last;
    this.#last = counter;
    this.#equal = 0;
    return this.#returns === RETURNS ? IN_TURN : 0;
  }
}
