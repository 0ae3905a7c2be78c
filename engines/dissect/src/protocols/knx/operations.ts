import type { OperationKind } from '../../dissector.ts';
import {
  ADDRESS_READ,
  ADDRESS_WRITE,
  AUTHORIZE,
  DESCRIPTOR_READ,
  GROUP_READ,
  GROUP_WRITE,
  KEY_WRITE,
  MEMORY_READ,
  MEMORY_WRITE,
  PROPERTY_READ,
  PROPERTY_WRITE,
  RESET,
  RESTART,
  VALUE_READ,
  VALUE_WRITE,
} from './cemi.ts';
import {
  CONNECT,
  DESCRIPTION,
  DISCONNECT,
  EXTENDED_SEARCH,
  REMOTE_BASIC,
  REMOTE_RESET,
  ROUTING_BUSY,
  SEARCH,
  SESSION,
} from './frame.ts';

const search: OperationKind = {
  code: 'knx.search',
  title: 'Search',
  text: 'ask which KNXnet/IP devices are there',
  access: 'identify',
  techniques: ['T0846'],
};

/** KNX 03_08, by service. Techniques: ATT&CK for ICS 18.1. */
export const frameOperations: Readonly<Record<number, OperationKind>> = {
  [SEARCH]: search,
  [EXTENDED_SEARCH]: search,
  [DESCRIPTION]: {
    code: 'knx.description',
    title: 'Ask for the description',
    access: 'identify',
    techniques: ['T0888'],
  },
  [CONNECT]: {
    code: 'knx.connect',
    title: 'Connect',
    text: 'open a connection for {mode} (as {address})',
    access: 'other',
    techniques: ['T0886'],
  },
  [DISCONNECT]: { code: 'knx.disconnect', title: 'Disconnect', access: 'other' },
  [ROUTING_BUSY]: {
    code: 'knx.routing-busy',
    title: 'Routing busy',
    text: 'tell all routers not to send',
    access: 'control',
    dangerous: true,
    techniques: ['T0814'],
  },
  [REMOTE_BASIC]: {
    code: 'knx.remote-configuration',
    title: 'Remote configuration',
    text: 'give a device another address from afar',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [REMOTE_RESET]: {
    code: 'knx.remote-reset',
    title: 'Remote reset',
    text: 'restart a device from afar',
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  [SESSION]: { code: 'knx.secure-session', title: 'Open a secure session', access: 'authenticate' },
};

/** KNX 03_03_07, by APCI: sent into the bus. */
export const busOperations: Readonly<Record<number, OperationKind>> = {
  [GROUP_READ]: {
    code: 'knx.group-read',
    title: 'Read group value',
    text: 'read {object} (= {value})',
    access: 'read',
    techniques: ['T0801'],
  },
  [GROUP_WRITE]: {
    code: 'knx.group-write',
    title: 'Write group value',
    text: 'write {object} := {value} (was {before})',
    access: 'write',
    dangerous: true,
    techniques: ['T0855', 'T0836'],
  },
  [ADDRESS_WRITE]: {
    code: 'knx.address-write',
    title: 'Write individual address',
    text: 'give the device in programming mode the address {address}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [ADDRESS_READ]: {
    code: 'knx.address-read',
    title: 'Read individual address',
    text: 'ask which devices are in programming mode',
    access: 'identify',
    techniques: ['T0846'],
  },
  [MEMORY_READ]: {
    code: 'knx.memory-read',
    title: 'Read memory',
    text: 'read {length} bytes of {device} from {offset} (= {data})',
    access: 'program',
    techniques: ['T0845'],
  },
  [MEMORY_WRITE]: {
    code: 'knx.memory-write',
    title: 'Write memory',
    text: 'write {length} bytes of {device} from {offset}: {data}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0889'],
  },
  [DESCRIPTOR_READ]: {
    code: 'knx.descriptor-read',
    title: 'Read device descriptor',
    text: 'ask {device} what it is (it is {value})',
    access: 'identify',
    techniques: ['T0888'],
  },
  [RESTART]: {
    code: 'knx.restart',
    title: 'Restart',
    text: 'restart {device}',
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  [AUTHORIZE]: {
    code: 'knx.authorize',
    title: 'Authorise',
    text: 'sign in at {device} with a key',
    access: 'authenticate',
    techniques: ['T0859'],
  },
  [KEY_WRITE]: {
    code: 'knx.key-write',
    title: 'Write key',
    text: 'set the access key of {device}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0892'],
  },
  [VALUE_READ]: {
    code: 'knx.property-read',
    title: 'Read property',
    text: 'read {object} {property} of {device} (= {data})',
    access: 'read',
    techniques: ['T0888'],
  },
  [VALUE_WRITE]: {
    code: 'knx.property-write',
    title: 'Write property',
    text: 'write {object} {property} of {device}: {data}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
};

/** KNX 03_06_03, 4.1.7: to the interface itself, by message code. */
export const localOperations: Readonly<Record<number, OperationKind>> = {
  [PROPERTY_READ]: {
    code: 'knx.interface-property-read',
    title: 'Read property of the interface',
    text: 'read {object} {property} (= {data})',
    access: 'read',
    techniques: ['T0888'],
  },
  [PROPERTY_WRITE]: {
    code: 'knx.interface-property-write',
    title: 'Write property of the interface',
    text: 'write {object} {property}: {data}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [RESET]: {
    code: 'knx.interface-reset',
    title: 'Reset the interface',
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
};

/** Heard on the bus rather than sent into it. */
export const groupValue: OperationKind = {
  code: 'knx.group-value',
  title: 'Group value on the bus',
  text: '{device} says {object} = {value}',
  access: 'read',
};

export const secured: OperationKind = {
  code: 'knx.secured',
  title: 'Secured message',
  access: 'other',
};
