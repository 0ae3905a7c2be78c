import { textsOf } from '../snapshot.ts';
import { blocked, type Check, warning } from './check.ts';

const wordBoundary = (name: string) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')}(?![\\p{L}\\p{N}])`,
    'iu',
  );

/** Nobody learns from what we publish who our members are, or what stands in their plants. */
export const members: Check = {
  name: 'members',
  *find(snapshot, { memberNames, isSerial }) {
    const names = memberNames.map((name) => ({
      name,
      pattern: wordBoundary(name),
      certain: isDistinct(name),
    }));
    for (const { where, text } of textsOf(snapshot)) {
      for (const { name, pattern, certain } of names)
        if (pattern.test(text)) {
          const say = certain ? blocked : warning;
          yield say(
            where,
            'member-named',
            `“${name}” is the name of a member. Take it out, or write what kind of plant it is`,
            { name },
          );
        }
      for (const [word] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}./-]{4,60}[\p{L}\p{N}]/gu))
        if (/\d/.test(word) && isSerial(word))
          yield blocked(
            where,
            'serial-named',
            `“${word}” is the serial number of a device in somebody’s plant. Take it out`,
            { serial: word },
          );
    }
  },
};

/** A name of one short word may be a word of the language. */
const isDistinct = (name: string) => /\s/.test(name.trim()) || name.trim().length >= 6;
