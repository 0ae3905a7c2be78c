import type { OperationKind } from '../../dissector.ts';
import {
  DISCONNECT_CONNECTION,
  ESTABLISH_CONNECTION,
  INITIALIZE_ROUTING_TABLE,
  REJECT_MESSAGE,
  ROUTER_AVAILABLE,
  ROUTER_BUSY,
  WHAT_IS_NETWORK_NUMBER,
  WHO_IS_ROUTER,
} from './npdu.ts';
import {
  ACKNOWLEDGE_ALARM,
  ADD_LIST_ELEMENT,
  ATOMIC_READ_FILE,
  ATOMIC_WRITE_FILE,
  COV_NOTIFICATION,
  COV_NOTIFICATION_MULTIPLE,
  CREATE_OBJECT,
  DELETE_OBJECT,
  DEVICE_COMMUNICATION_CONTROL,
  EVENT_NOTIFICATION,
  GET_ALARM_SUMMARY,
  GET_ENROLLMENT_SUMMARY,
  GET_EVENT_INFORMATION,
  LIFE_SAFETY_OPERATION,
  PRIVATE_TRANSFER,
  READ_PROPERTY,
  READ_PROPERTY_MULTIPLE,
  READ_RANGE,
  REINITIALIZE_DEVICE,
  REMOVE_LIST_ELEMENT,
  SUBSCRIBE_COV,
  SUBSCRIBE_COV_PROPERTY,
  SUBSCRIBE_COV_PROPERTY_MULTIPLE,
  TEXT_MESSAGE,
  TIME_SYNCHRONIZATION,
  UNCONFIRMED_COV_NOTIFICATION,
  UNCONFIRMED_COV_NOTIFICATION_MULTIPLE,
  UNCONFIRMED_EVENT_NOTIFICATION,
  UNCONFIRMED_PRIVATE_TRANSFER,
  UNCONFIRMED_TEXT_MESSAGE,
  UTC_TIME_SYNCHRONIZATION,
  WHO_AM_I,
  WHO_HAS,
  WHO_IS,
  WRITE_GROUP,
  WRITE_PROPERTY,
  WRITE_PROPERTY_MULTIPLE,
  YOU_ARE,
} from './services.ts';

// Techniques: ATT&CK for ICS 18.1.

const DEVICE = ' (station {station})';

const covNotification: OperationKind = {
  code: 'bacnet.cov-notification',
  title: 'Change of value reported',
  text: `report {items} = {values}${DEVICE}`,
  access: 'read',
};

const eventNotification: OperationKind = {
  code: 'bacnet.event-notification',
  title: 'Event reported',
  text: `report {type} of {object}: {from} → {to} (at {value}) ({message})${DEVICE}`,
  access: 'read',
};

const privateTransfer: OperationKind = {
  code: 'bacnet.private-transfer',
  title: 'Private transfer',
  text: `call service {service} of {vendor}${DEVICE}`,
  access: 'other',
};

const textMessage: OperationKind = {
  code: 'bacnet.text-message',
  title: 'Text message',
  text: `show the message {message}${DEVICE}`,
  access: 'other',
};

const subscription: OperationKind = {
  code: 'bacnet.subscribe-cov',
  title: 'Subscribe to changes of value',
  text: `subscribe to changes of {items}${DEVICE}`,
  access: 'read',
  techniques: ['T0801'],
};

/** ANSI/ASHRAE 135-2020, clauses 13 to 17, by confirmed service. */
export const confirmedOperations: Readonly<Record<number, OperationKind>> = {
  [ACKNOWLEDGE_ALARM]: {
    code: 'bacnet.acknowledge-alarm',
    title: 'Acknowledge alarm',
    text: `acknowledge the alarm of {object}, state {state} (as {source})${DEVICE}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0878'],
  },
  [COV_NOTIFICATION]: covNotification,
  [EVENT_NOTIFICATION]: eventNotification,
  [GET_ALARM_SUMMARY]: {
    code: 'bacnet.get-alarm-summary',
    title: 'Get alarm summary',
    text: `ask for the active alarms (of: {objects})${DEVICE}`,
    access: 'read',
  },
  [GET_ENROLLMENT_SUMMARY]: {
    code: 'bacnet.get-enrollment-summary',
    title: 'Get enrollment summary',
    text: `ask for the objects that report events (these: {objects})${DEVICE}`,
    access: 'read',
  },
  [SUBSCRIBE_COV]: subscription,
  [ATOMIC_READ_FILE]: {
    code: 'bacnet.read-file',
    title: 'Read file',
    text: `read {object} from {offset}, {length}${DEVICE}`,
    access: 'program',
    techniques: ['T0845'],
  },
  [ATOMIC_WRITE_FILE]: {
    code: 'bacnet.write-file',
    title: 'Write file',
    text: `write {object} from {offset}, {length}${DEVICE}`,
    access: 'program',
    dangerous: true,
    techniques: ['T0889'],
  },
  [ADD_LIST_ELEMENT]: {
    code: 'bacnet.add-list-element',
    title: 'Add list element',
    text: `add {values} to {items}${DEVICE}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0838'],
  },
  [REMOVE_LIST_ELEMENT]: {
    code: 'bacnet.remove-list-element',
    title: 'Remove list element',
    text: `remove {values} from {items}${DEVICE}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0878', 'T0838'],
  },
  [CREATE_OBJECT]: {
    code: 'bacnet.create-object',
    title: 'Create object',
    text: `create {object} (with {values})${DEVICE}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0835', 'T0836'],
  },
  [DELETE_OBJECT]: {
    code: 'bacnet.delete-object',
    title: 'Delete object',
    text: `delete {object}${DEVICE}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0835', 'T0836'],
  },
  [READ_PROPERTY]: {
    code: 'bacnet.read-property',
    title: 'Read property',
    text: `read {items} (= {values})${DEVICE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  [READ_PROPERTY_MULTIPLE]: {
    code: 'bacnet.read-property-multiple',
    title: 'Read properties',
    text: `read {items} (= {values})${DEVICE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  [WRITE_PROPERTY]: {
    code: 'bacnet.write-property',
    title: 'Write property',
    text: `write {items} := {values} (was {before}) (priority {priority})${DEVICE}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  [WRITE_PROPERTY_MULTIPLE]: {
    code: 'bacnet.write-property-multiple',
    title: 'Write properties',
    text: `write {items} := {values} (was {before}) (priority {priority})${DEVICE}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  [DEVICE_COMMUNICATION_CONTROL]: {
    code: 'bacnet.device-communication-control',
    title: 'Device communication control',
    text: `communication of the device: {state} (for {minutes} minutes)${DEVICE}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0814', 'T0804'],
  },
  [PRIVATE_TRANSFER]: privateTransfer,
  [TEXT_MESSAGE]: textMessage,
  [REINITIALIZE_DEVICE]: {
    code: 'bacnet.reinitialize-device',
    title: 'Reinitialize device',
    text: `reinitialize the device: {state}${DEVICE}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0816', 'T0858'],
  },
  21: { code: 'bacnet.vt-open', title: 'Open virtual terminal', access: 'configure', techniques: ['T0886'] },
  22: { code: 'bacnet.vt-close', title: 'Close virtual terminal', access: 'other' },
  23: { code: 'bacnet.vt-data', title: 'Virtual terminal data', access: 'other' },
  [READ_RANGE]: {
    code: 'bacnet.read-range',
    title: 'Read range',
    text: `read entries of {items}${DEVICE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  [LIFE_SAFETY_OPERATION]: {
    code: 'bacnet.life-safety-operation',
    title: 'Life safety operation',
    text: `life safety: {command} (of {object}) (as {source})${DEVICE}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0878', 'T0838'],
  },
  [SUBSCRIBE_COV_PROPERTY]: subscription,
  [GET_EVENT_INFORMATION]: {
    code: 'bacnet.get-event-information',
    title: 'Get event information',
    text: `ask for active events (of: {objects})${DEVICE}`,
    access: 'read',
  },
  [SUBSCRIBE_COV_PROPERTY_MULTIPLE]: subscription,
  [COV_NOTIFICATION_MULTIPLE]: covNotification,
};

/** Writing program-change of a program object (12.22) loads, runs or halts it. */
export const programChange: OperationKind = {
  code: 'bacnet.program-change',
  title: 'Program change',
  text: `{items}: {values}${DEVICE}`,
  access: 'program',
  dangerous: true,
  techniques: ['T0843', 'T0858'],
};

/** By unconfirmed service. I-Am and I-Have are answers: what they say are facts. */
export const unconfirmedOperations: Readonly<Record<number, OperationKind>> = {
  [UNCONFIRMED_COV_NOTIFICATION]: covNotification,
  [UNCONFIRMED_EVENT_NOTIFICATION]: eventNotification,
  [UNCONFIRMED_PRIVATE_TRANSFER]: privateTransfer,
  [UNCONFIRMED_TEXT_MESSAGE]: textMessage,
  [TIME_SYNCHRONIZATION]: {
    code: 'bacnet.time-synchronization',
    title: 'Set clocks',
    text: `set the clock to {time}${DEVICE}`,
    access: 'configure',
  },
  [WHO_HAS]: {
    code: 'bacnet.who-has',
    title: 'Who-Has',
    text: 'ask who has {object} (among devices {devices})',
    access: 'identify',
    techniques: ['T0846', 'T0888'],
  },
  [WHO_IS]: {
    code: 'bacnet.who-is',
    title: 'Who-Is',
    text: 'ask which devices are there (among {devices})',
    access: 'identify',
    techniques: ['T0846', 'T0888'],
  },
  [UTC_TIME_SYNCHRONIZATION]: {
    code: 'bacnet.time-synchronization',
    title: 'Set clocks',
    text: `set the clock to {time}${DEVICE}`,
    access: 'configure',
  },
  [WRITE_GROUP]: {
    code: 'bacnet.write-group',
    title: 'Write group',
    text: 'write channels {items} of group {group} (priority {priority})',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  [UNCONFIRMED_COV_NOTIFICATION_MULTIPLE]: covNotification,
  [WHO_AM_I]: { code: 'bacnet.who-am-i', title: 'Who-Am-I', access: 'identify' },
  [YOU_ARE]: {
    code: 'bacnet.you-are',
    title: 'You-Are',
    text: 'give the device with serial number {serial} the number {device}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
};

export const unknownService: OperationKind = {
  code: 'bacnet.unknown-service',
  title: 'Unknown service',
  text: `service {service}${DEVICE}`,
  access: 'other',
};

/** Clause 6.4. */
export const networkOperations: Readonly<Record<number, OperationKind>> = {
  [WHO_IS_ROUTER]: {
    code: 'bacnet.who-is-router',
    title: 'Who-Is-Router-To-Network',
    text: 'ask for routers (to {networks})',
    access: 'identify',
    techniques: ['T0846'],
  },
  [ROUTER_BUSY]: {
    code: 'bacnet.router-busy',
    title: 'Router-Busy-To-Network',
    text: 'tell all not to send (to networks {networks})',
    access: 'control',
    dangerous: true,
    techniques: ['T0814'],
  },
  [ROUTER_AVAILABLE]: {
    code: 'bacnet.router-available',
    title: 'Router-Available-To-Network',
    text: 'tell all to send again (to networks {networks})',
    access: 'control',
  },
  [INITIALIZE_ROUTING_TABLE]: {
    code: 'bacnet.initialize-routing-table',
    title: 'Initialize routing table',
    text: 'set the routes (to networks {networks})',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [ESTABLISH_CONNECTION]: {
    code: 'bacnet.establish-connection',
    title: 'Establish connection to network',
    text: 'have network {networks} dialled',
    access: 'control',
  },
  [DISCONNECT_CONNECTION]: {
    code: 'bacnet.disconnect-connection',
    title: 'Disconnect connection to network',
    text: 'have network {networks} hung up',
    access: 'control',
    dangerous: true,
    techniques: ['T0814'],
  },
  [WHAT_IS_NETWORK_NUMBER]: {
    code: 'bacnet.what-is-network-number',
    title: 'What-Is-Network-Number',
    access: 'identify',
  },
  [REJECT_MESSAGE]: {
    code: 'bacnet.reject-message',
    title: 'Message rejected by a router',
    text: 'a router rejects a message to network {networks}',
    access: 'other',
  },
};

export const objectSweep: OperationKind = {
  code: 'bacnet.object-sweep',
  title: 'Trying out objects',
  text: 'try out objects, of which the device does not have {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0888'],
};

export const propertySweep: OperationKind = {
  code: 'bacnet.property-sweep',
  title: 'Trying out properties',
  text: 'try out properties, of which the device does not have {tried}',
  access: 'identify',
  techniques: ['T0888'],
};

export const deviceSweep: OperationKind = {
  code: 'bacnet.device-sweep',
  title: 'Looking for devices range by range',
  text: 'look for devices range by range: {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0846'],
};
