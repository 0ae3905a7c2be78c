import { Scope, Tlp } from '@busbar/contract';

import { blocked, type Check } from './check.ts';

const open = Tlp.options;
const wide = Scope.options;

/** A document made of parts takes the strictest label, and goes only where each of them may go (docs/access.md). */
export const composition: Check = {
  name: 'composition',
  *find({ label, scope, audience, parts }) {
    for (const part of parts) {
      if (part.consent === 'granted') continue;
      if (open.indexOf(part.label) > open.indexOf(label))
        yield blocked(
          part.name,
          'part-stricter',
          `${part.name} is TLP:${part.label}. Take it out, label the whole TLP:${part.label}, or ask its owner`,
          { part: part.name, label: part.label },
        );
      const narrower = wide.indexOf(part.scope) < wide.indexOf(scope);
      const others = part.audience.length > 0 && audience.some((one) => !part.audience.includes(one));
      if (narrower || others)
        yield blocked(
          part.name,
          'part-narrower',
          `${part.name} is for fewer readers than the whole. Take it out, narrow the audience, or ask its owner`,
          { part: part.name },
        );
    }
  },
};
