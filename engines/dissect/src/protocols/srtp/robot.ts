import type { Range } from './memory.ts';

/** FANUC robots take commands as text that is written to %G: B-82604EN, CIMPLICITY HMI for Robots, 6.10. */
const GLOBAL_BYTES = 0x38;
const C = 0x43;
const S = 0x53;
const LONGEST = 256;
const commands = /^(?:CLRASG|SETASG|SETVAR|CLRALM)\b[ -~\r\n]*/;

/** `SETVAR $SPEED 100`: what a robot is told to do, where the bytes are no such text undefined. */
export function robotCommandIn({ selector }: Range, data: Uint8Array): string | undefined {
  if (selector !== GLOBAL_BYTES || (data[0] !== C && data[0] !== S)) return undefined;
  const text = String.fromCharCode(...data.subarray(0, LONGEST));
  return commands
    .exec(text)?.[0]
    .trim()
    .replaceAll(/[\r\n]+/g, '; ');
}
