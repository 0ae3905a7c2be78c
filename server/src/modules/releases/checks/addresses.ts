import { isIPv6 } from 'node:net';

import { textsOf } from '../snapshot.ts';
import { type Check, warning } from './check.ts';

const ipv4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g;
const ipv6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;
const mac = /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/gi;

/** Kept for documents: RFC 5737 and RFC 3849; RFC 7042 section 2.1.2 for MAC addresses. */
const forExamples = /^(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:|00[:-]00[:-]5e[:-]00[:-]53)/i;

/** An address in a text is somebody’s device. Version numbers of four parts look the same: a person says which it is. */
export const addresses: Check = {
  name: 'addresses',
  *find(snapshot) {
    for (const { where, text } of textsOf(snapshot))
      for (const address of new Set(addressesIn(text)))
        yield warning(
          where,
          'address-found',
          `“${address}” reads like an address. Take it out, or say why it may stay: a version, an indicator, an example`,
          { address },
        );
  },
};

function* addressesIn(text: string): Generator<string> {
  for (const pattern of [ipv4, ipv6, mac])
    for (const [address] of text.matchAll(pattern)) {
      if (pattern === ipv6 && !isIPv6(address)) continue;
      if (!forExamples.test(address)) yield address;
    }
}
