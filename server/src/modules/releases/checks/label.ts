import type { Tlp } from '@busbar/contract';
import { read } from '@busbar/csaf';

import { textsOf } from '../snapshot.ts';
import { blocked, type Check } from './check.ts';

const marking = /TLP\s*[:：]\s*(CLEAR|WHITE|GREEN|AMBER\+STRICT|AMBER|RED)/gi;

/** Exactly one label (FIRST, TLP 2.0): what the text says of itself is what it carries. */
export const label: Check = {
  name: 'label',
  *find(snapshot) {
    for (const { where, text } of textsOf(snapshot))
      for (const [found, name] of text.matchAll(marking)) {
        const other = name!.toUpperCase().replace('WHITE', 'CLEAR') as Tlp;
        if (other !== snapshot.label)
          yield blocked(
            where,
            'second-label',
            `It says ${found} and is labelled TLP:${snapshot.label}. Take out what belongs to the other label, or correct the marking`,
            { found, label: snapshot.label },
          );
      }
    for (const { name, type, bytes } of snapshot.files) {
      if (type !== 'application/json') continue;
      const reading = read(Buffer.from(bytes).toString('utf8'));
      const stated = reading.ok ? reading.document.tlp : undefined;
      if (stated !== snapshot.label)
        yield blocked(
          `${name}#/document/distribution/tlp/label`,
          'label-differs',
          `The document is labelled ${stated ?? 'not at all'} and the release TLP:${snapshot.label}. Give both the same label`,
          { stated: stated ?? '–', label: snapshot.label },
        );
    }
  },
};
