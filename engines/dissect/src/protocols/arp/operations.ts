import type { OperationKind } from '../../dissector.ts';

/** Many addresses asked for in a row. Techniques: ATT&CK for ICS 18.1. */
export const SWEEP: OperationKind = {
  code: 'arp.sweep',
  title: 'Search for hosts',
  text: 'ask who has one of {quantity} addresses from {from} to {destination}',
  access: 'identify',
  techniques: ['T0846'],
};
