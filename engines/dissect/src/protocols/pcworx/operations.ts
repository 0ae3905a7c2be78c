import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

const kind = operationsOf('pcworx');

export const OPEN = 0x01;
export const CLOSE = 0x02;
export const REQUEST = 0x05;
export const FETCH = 0x06;

/** By service, as scripts of nmap and others use them. What is asked for with a request its code says. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [OPEN]: kind('open', 'Open a session', 'open a session as {name} (number {session})', 'other'),
  [CLOSE]: kind('close', 'Close the session', 'close the session (number {session})', 'other'),
  [REQUEST]: kind('select', 'Other request', 'request {request}', 'other'),
  [FETCH]: kind('fetch', 'Fetch an answer', 'fetch the answer (of session {session})', 'other'),
};

export const DEVICE_INFORMATION = 0x0295;
/** With names such as those of a device and of an action; what it does was never published. */
export const NAMED = 0x02b0;

/** By the code of a request. */
export const requests: Readonly<Record<number, OperationKind>> = {
  [DEVICE_INFORMATION]: kind(
    'identify',
    'Ask for the identity',
    'ask type, firmware and order number',
    'identify',
    'T0888',
  ),
  [NAMED]: kind('named', 'Request with names', 'request {request} with {items}', 'other'),
};

export const unknownService = kind('unknown-service', 'Other service', 'service {service}', 'other');
