import { type Dissector, NOT_OURS, OURS } from '../dissector.ts';

export const POINTS = 40_001;
const BEGIN = 0xb5;

/** The least protocol that has process variables, for tests of what is made of them: set point (u8) to value (u8). */
export const points: Dissector = {
  name: 'points',
  title: 'Points',
  reference: 'for tests',
  industrial: true,
  carriers: [{ on: 'tcp', at: [POINTS] }],
  claims: [],
  roles: { asked: { role: 'controller', certainty: 'guessed', because: 'points.answers' } },
  recognises: (bytes, start, _end, expected) => (expected && bytes[start] === BEGIN ? OURS : NOT_OURS),
  messageLength: (_bytes, start, end) => (end - start >= 3 ? 3 : 0),
  read: (reader) => reader.bytes(3, 'message'),
  begin(capture) {
    const family = capture.variables((index) => `point ${index}`);
    const kind = capture.operation({
      code: 'points.set',
      title: 'Set a point',
      text: 'set point {point} to {value}',
      access: 'write',
      dangerous: true,
      techniques: ['T0855'],
    });
    return {
      message(here, bytes, start) {
        if (here.direction === 'reply') return;
        const [point, value] = [bytes[start + 1]!, bytes[start + 2]!];
        const note = here.operation(kind);
        if (here.wanted(note)) here.describe(note, { point, value });
        here.variable(here.target, family, point, value, true);
      },
    };
  },
};
