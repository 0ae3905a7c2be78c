import type { OperationKind } from '../../dissector.ts';

/** RFC 5936: all names of a zone at once. Techniques: ATT&CK for ICS 18.1. */
export const ZONE_TRANSFER: OperationKind = {
  code: 'dns.zone-transfer',
  title: 'Zone transfer',
  text: 'ask for all names of {name}',
  access: 'identify',
  techniques: ['T0846'],
};
