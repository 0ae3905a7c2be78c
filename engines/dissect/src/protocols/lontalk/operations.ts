import type { OperationKind } from '../../dissector.ts';
import {
  LEAVE_DOMAIN,
  QUERY_ID,
  QUERY_STATUS,
  READ_MEMORY,
  SET_MODE,
  UPDATE_ADDRESS,
  UPDATE_DOMAIN,
  UPDATE_KEY,
  UPDATE_VARIABLE,
  WINK,
  WRITE_MEMORY,
} from './packet.ts';

/** EN 14908-1, by message code. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [QUERY_STATUS]: {
    code: 'lontalk.query-status',
    title: 'Query status',
    text: 'ask {device} for its status',
    access: 'identify',
  },
  [QUERY_ID]: {
    code: 'lontalk.query-id',
    title: 'Query id',
    text: 'ask which nodes are there ({device})',
    access: 'identify',
    techniques: ['T0846'],
  },
  [UPDATE_DOMAIN]: configures('update-domain', 'Update domain', 'put {device} into another domain: {data}'),
  [LEAVE_DOMAIN]: configures('leave-domain', 'Leave domain', 'take {device} out of its domain'),
  [UPDATE_KEY]: {
    code: 'lontalk.update-key',
    title: 'Update key',
    text: 'set the authentication key of {device}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0892'],
  },
  [UPDATE_ADDRESS]: configures(
    'update-address',
    'Update address',
    'change the addresses {device} sends to: {data}',
  ),
  [UPDATE_VARIABLE]: configures(
    'update-binding',
    'Update binding',
    'change the bindings of {device}: {data}',
  ),
  [SET_MODE]: {
    code: 'lontalk.set-mode',
    title: 'Set node mode',
    text: 'set the mode of {device}: {mode}',
    access: 'control',
    dangerous: true,
    techniques: ['T0858', 'T0816'],
  },
  [READ_MEMORY]: {
    code: 'lontalk.read-memory',
    title: 'Read memory',
    text: 'read memory of {device}: {data}',
    access: 'program',
    techniques: ['T0845'],
  },
  [WRITE_MEMORY]: {
    code: 'lontalk.write-memory',
    title: 'Write memory',
    text: 'write memory of {device}: {data}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0889'],
  },
  [WINK]: { code: 'lontalk.wink', title: 'Wink', text: 'have {device} wink', access: 'other' },
};

function configures(name: string, title: string, text: string): OperationKind {
  return {
    code: `lontalk.${name}`,
    title,
    text,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  };
}

/** Nodes say their values to each other; whoever is bound to them acts. */
export const update: OperationKind = {
  code: 'lontalk.update-variable',
  title: 'Network variable',
  text: '{source} tells {device}: {name} = {value}',
  access: 'write',
};

export const poll: OperationKind = {
  code: 'lontalk.poll-variable',
  title: 'Poll network variable',
  text: '{source} asks {device} for {name}',
  access: 'read',
};

export const message: OperationKind = {
  code: 'lontalk.message',
  title: 'Message',
  text: '{source} sends {device} message {service}',
  access: 'other',
};
