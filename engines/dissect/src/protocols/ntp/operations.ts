import type { OperationKind } from '../../dissector.ts';

/** Modes 6 and 7 ask and set the server itself: RFC 9327. Techniques: ATT&CK for ICS 18.1. */
export const CONTROL: OperationKind = {
  code: 'ntp.control',
  title: 'Ask the time server about itself',
  text: 'control message {command}',
  access: 'identify',
  techniques: ['T0888'],
};
