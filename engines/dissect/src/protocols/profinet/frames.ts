// IEC 61158-6-10, 4.7.3 (FrameID), cited from memory.
export const ALARM_HIGH_FRAME = 0xfc01;
export const ALARM_LOW_FRAME = 0xfe01;
export const RSI_FRAME = 0xfe02;
/** The identifier before everything. */
export const IDENTIFIER = 2;

const FIRST_CLASS_3 = 0x0100;
const LAST_CLASS_3 = 0x0fff;
const FIRST_CLASS_1 = 0x8000;
const FIRST_ACYCLIC = 0xfc00;

export function isCyclic(frame: number): boolean {
  if (frame >= FIRST_CLASS_1) return frame < FIRST_ACYCLIC;
  return frame >= FIRST_CLASS_3 && frame <= LAST_CLASS_3;
}

export function isAlarm(frame: number): boolean {
  return frame === ALARM_HIGH_FRAME || frame === ALARM_LOW_FRAME || frame === RSI_FRAME;
}

export function isTime(frame: number): boolean {
  return (
    frame < FIRST_CLASS_3 ||
    (frame & 0xfffe) === 0xff00 ||
    (frame & 0xfffe) === 0xff20 ||
    (frame & 0xfffc) === 0xff40
  );
}

const named: Readonly<Record<number, string>> = {
  0x0020: 'PTCP sync with follow-up, clock',
  0x0021: 'PTCP sync with follow-up, time',
  0x0080: 'PTCP sync, clock',
  0x0081: 'PTCP sync, time',
  [ALARM_HIGH_FRAME]: 'alarm, high priority',
  [ALARM_LOW_FRAME]: 'alarm, low priority',
  [RSI_FRAME]: 'remote service',
  0xfefc: 'DCP hello',
  0xfefd: 'DCP get or set',
  0xfefe: 'DCP identify request',
  0xfeff: 'DCP identify response',
  0xff00: 'PTCP announce, clock',
  0xff01: 'PTCP announce, time',
  0xff20: 'PTCP follow-up, clock',
  0xff21: 'PTCP follow-up, time',
  0xff40: 'PTCP delay request',
  0xff41: 'PTCP delay response with follow-up',
  0xff42: 'PTCP delay follow-up',
  0xff43: 'PTCP delay response',
};

export function frameName(frame: number): string {
  const known = named[frame];
  if (known !== undefined) return known;
  if (isTime(frame)) return 'PTCP';
  if (frame <= LAST_CLASS_3) return 'RT class 3';
  if (frame >= FIRST_CLASS_1 && frame < 0xc000) return 'RT class 2 or 1, unicast';
  if (frame >= 0xc000 && frame < 0xf800) return 'RT class 1 or UDP, unicast';
  if (frame >= 0xf800 && frame < FIRST_ACYCLIC) return 'RT class 1 or UDP, multicast';
  return frame >= 0xff80 && frame < 0xff90 ? 'fragment' : 'reserved';
}
