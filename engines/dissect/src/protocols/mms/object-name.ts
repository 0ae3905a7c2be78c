import { choice, latin1, mapped, sequence, type Type } from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';

const domainSpecific = mapped(
  sequence([ber.VISIBLE_STRING, 'domainId', latin1], [ber.VISIBLE_STRING, 'itemId', latin1]),
  ({ domainId = '', itemId = '' }) => `${domainId}/${itemId}`,
);

/** ObjectName: `item`, `domain/item`, or `@item` of this association alone. */
export const objectName: Type<string> = choice({
  0x80: latin1,
  0xa1: domainSpecific,
  0x82: mapped(latin1, (item) => `@${item}`),
});
export const objectNameTags = [0x80, 0xa1, 0x82];
