import { addressesIn } from '../../../platform/addresses.ts';
import { textsOf } from '../snapshot.ts';
import { type Check, warning } from './check.ts';

/** Kept for documents: RFC 5737 and RFC 3849; RFC 7042 section 2.1.2 for MAC addresses. */
const forExamples = /^(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:|00[:-]00[:-]5e[:-]00[:-]53)/i;

/** An address in a text is somebody’s device. Version numbers of four parts look the same: a person says which it is. */
export const addresses: Check = {
  name: 'addresses',
  *find(snapshot) {
    for (const { where, text } of textsOf(snapshot))
      for (const address of new Set(addressesIn(text)))
        if (!forExamples.test(address))
          yield warning(
            where,
            'address-found',
            `“${address}” reads like an address. Take it out, or say why it may stay: a version, an indicator, an example`,
            { address },
          );
  },
};
