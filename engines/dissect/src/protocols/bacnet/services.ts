import type { Words } from '../../analysis/refusals.ts';
import {
  communicationStates,
  eventStates,
  eventTypes,
  lifeSafetyModes,
  lifeSafetyOperations,
  lifeSafetyStates,
  lightingOperations,
  notifyTypes,
  objectTypes,
  reinitializedStates,
  reliabilities,
  segmentation,
} from './enumerations.ts';
import { errorClasses, errorCodes } from './errors.ts';
import { ANY, at, choice, list, plain, primitive, sequence, type Shape } from './shapes.ts';
import {
  BITS,
  BOOLEAN,
  DATE,
  ENUMERATED,
  OBJECT,
  OCTETS,
  PROPERTY,
  REAL,
  SECRET,
  SIGNED,
  TEXT,
  TIME,
  UNSIGNED,
} from './values.ts';

// ANSI/ASHRAE 135-2020, clause 21.

export const ACKNOWLEDGE_ALARM = 0;
export const COV_NOTIFICATION = 1;
export const EVENT_NOTIFICATION = 2;
export const GET_ALARM_SUMMARY = 3;
export const GET_ENROLLMENT_SUMMARY = 4;
export const SUBSCRIBE_COV = 5;
export const ATOMIC_READ_FILE = 6;
export const ATOMIC_WRITE_FILE = 7;
export const ADD_LIST_ELEMENT = 8;
export const REMOVE_LIST_ELEMENT = 9;
export const CREATE_OBJECT = 10;
export const DELETE_OBJECT = 11;
export const READ_PROPERTY = 12;
export const READ_PROPERTY_MULTIPLE = 14;
export const WRITE_PROPERTY = 15;
export const WRITE_PROPERTY_MULTIPLE = 16;
export const DEVICE_COMMUNICATION_CONTROL = 17;
export const PRIVATE_TRANSFER = 18;
export const TEXT_MESSAGE = 19;
export const REINITIALIZE_DEVICE = 20;
export const READ_RANGE = 26;
export const LIFE_SAFETY_OPERATION = 27;
export const SUBSCRIBE_COV_PROPERTY = 28;
export const GET_EVENT_INFORMATION = 29;
export const SUBSCRIBE_COV_PROPERTY_MULTIPLE = 30;
export const COV_NOTIFICATION_MULTIPLE = 31;

/** BACnetConfirmedServiceChoice. */
export const confirmedServices: Words = {
  [ACKNOWLEDGE_ALARM]: 'acknowledge-alarm',
  [COV_NOTIFICATION]: 'confirmed-cov-notification',
  [EVENT_NOTIFICATION]: 'confirmed-event-notification',
  [GET_ALARM_SUMMARY]: 'get-alarm-summary',
  [GET_ENROLLMENT_SUMMARY]: 'get-enrollment-summary',
  [SUBSCRIBE_COV]: 'subscribe-cov',
  [ATOMIC_READ_FILE]: 'atomic-read-file',
  [ATOMIC_WRITE_FILE]: 'atomic-write-file',
  [ADD_LIST_ELEMENT]: 'add-list-element',
  [REMOVE_LIST_ELEMENT]: 'remove-list-element',
  [CREATE_OBJECT]: 'create-object',
  [DELETE_OBJECT]: 'delete-object',
  [READ_PROPERTY]: 'read-property',
  13: 'read-property-conditional',
  [READ_PROPERTY_MULTIPLE]: 'read-property-multiple',
  [WRITE_PROPERTY]: 'write-property',
  [WRITE_PROPERTY_MULTIPLE]: 'write-property-multiple',
  [DEVICE_COMMUNICATION_CONTROL]: 'device-communication-control',
  [PRIVATE_TRANSFER]: 'confirmed-private-transfer',
  [TEXT_MESSAGE]: 'confirmed-text-message',
  [REINITIALIZE_DEVICE]: 'reinitialize-device',
  21: 'vt-open',
  22: 'vt-close',
  23: 'vt-data',
  24: 'authenticate',
  25: 'request-key',
  [READ_RANGE]: 'read-range',
  [LIFE_SAFETY_OPERATION]: 'life-safety-operation',
  [SUBSCRIBE_COV_PROPERTY]: 'subscribe-cov-property',
  [GET_EVENT_INFORMATION]: 'get-event-information',
  [SUBSCRIBE_COV_PROPERTY_MULTIPLE]: 'subscribe-cov-property-multiple',
  [COV_NOTIFICATION_MULTIPLE]: 'confirmed-cov-notification-multiple',
  32: 'confirmed-audit-notification',
  33: 'audit-log-query',
};

export const I_AM = 0;
export const I_HAVE = 1;
export const UNCONFIRMED_COV_NOTIFICATION = 2;
export const UNCONFIRMED_EVENT_NOTIFICATION = 3;
export const UNCONFIRMED_PRIVATE_TRANSFER = 4;
export const UNCONFIRMED_TEXT_MESSAGE = 5;
export const TIME_SYNCHRONIZATION = 6;
export const WHO_HAS = 7;
export const WHO_IS = 8;
export const UTC_TIME_SYNCHRONIZATION = 9;
export const WRITE_GROUP = 10;
export const UNCONFIRMED_COV_NOTIFICATION_MULTIPLE = 11;
export const WHO_AM_I = 13;
export const YOU_ARE = 14;

/** BACnetUnconfirmedServiceChoice. */
export const unconfirmedServices: Words = {
  [I_AM]: 'i-am',
  [I_HAVE]: 'i-have',
  [UNCONFIRMED_COV_NOTIFICATION]: 'unconfirmed-cov-notification',
  [UNCONFIRMED_EVENT_NOTIFICATION]: 'unconfirmed-event-notification',
  [UNCONFIRMED_PRIVATE_TRANSFER]: 'unconfirmed-private-transfer',
  [UNCONFIRMED_TEXT_MESSAGE]: 'unconfirmed-text-message',
  [TIME_SYNCHRONIZATION]: 'time-synchronization',
  [WHO_HAS]: 'who-has',
  [WHO_IS]: 'who-is',
  [UTC_TIME_SYNCHRONIZATION]: 'utc-time-synchronization',
  [WRITE_GROUP]: 'write-group',
  [UNCONFIRMED_COV_NOTIFICATION_MULTIPLE]: 'unconfirmed-cov-notification-multiple',
  12: 'unconfirmed-audit-notification',
  [WHO_AM_I]: 'who-am-i',
  [YOU_ARE]: 'you-are',
};

/** Unconfirmed services with the parameters of a confirmed one. */
const confirmedLike: Readonly<Record<number, number>> = {
  [UNCONFIRMED_COV_NOTIFICATION]: COV_NOTIFICATION,
  [UNCONFIRMED_EVENT_NOTIFICATION]: EVENT_NOTIFICATION,
  [UNCONFIRMED_PRIVATE_TRANSFER]: PRIVATE_TRANSFER,
  [UNCONFIRMED_TEXT_MESSAGE]: TEXT_MESSAGE,
  [UNCONFIRMED_COV_NOTIFICATION_MULTIPLE]: COV_NOTIFICATION_MULTIPLE,
};

export const asConfirmed = (unconfirmed: number) => confirmedLike[unconfirmed] ?? -1;

const unsigned = primitive(UNSIGNED);
const signed = primitive(SIGNED);
const boolean = primitive(BOOLEAN);
const real = primitive(REAL);
const text = primitive(TEXT);
const octets = primitive(OCTETS);
const bits = primitive(BITS);
const date = primitive(DATE);
const time = primitive(TIME);
const object = primitive(OBJECT);
const property = primitive(PROPERTY);
const enumerated = (names?: Words) => primitive(ENUMERATED, names);
const nothing = sequence();

const dateTime = sequence(plain('date', date), plain('time', time));
const timeStamp = choice(
  at(0, 'time', time),
  at(1, 'sequence number', unsigned),
  at(2, 'date and time', dateTime),
);
const propertyReference = sequence(at(0, 'property', property), at(1, 'index', unsigned));
const propertyValue = sequence(
  at(0, 'property', property),
  at(1, 'index', unsigned),
  at(2, 'value', ANY),
  at(3, 'priority', unsigned),
);
const objectPropertyReference = sequence(
  at(0, 'object', object),
  at(1, 'property', property),
  at(2, 'index', unsigned),
);
const error = sequence(
  plain('error class', enumerated(errorClasses)),
  plain('error code', enumerated(errorCodes)),
);

const listElement = sequence(
  at(0, 'object', object),
  at(1, 'property', property),
  at(2, 'index', unsigned),
  at(3, 'value', ANY),
);
const covNotification = sequence(
  at(0, 'process', unsigned),
  at(1, 'device', object),
  at(2, 'object', object),
  at(3, 'time remaining', unsigned),
  at(4, 'values', list(propertyValue)),
);
const covNotificationMultiple = sequence(
  at(0, 'process', unsigned),
  at(1, 'device', object),
  at(2, 'time remaining', unsigned),
  at(3, 'timestamp', dateTime),
  at(
    4,
    'objects',
    list(
      sequence(
        at(0, 'object', object),
        at(
          1,
          'values',
          list(
            sequence(
              at(0, 'property', property),
              at(1, 'index', unsigned),
              at(2, 'value', ANY),
              at(3, 'time of change', time),
            ),
          ),
        ),
      ),
    ),
  ),
);
/** BACnetNotificationParameters, those that objects of control report. */
const eventValues = choice(
  at(0, 'change of bitstring', sequence(at(0, 'value', bits), at(1, 'status flags', bits))),
  at(1, 'change of state', sequence(at(0, 'value', ANY), at(1, 'status flags', bits))),
  at(
    2,
    'change of value',
    sequence(
      at(0, 'value', choice(at(0, 'changed bits', bits), at(1, 'changed value', real))),
      at(1, 'status flags', bits),
    ),
  ),
  at(
    3,
    'command failure',
    sequence(at(0, 'value', ANY), at(1, 'status flags', bits), at(2, 'feedback value', ANY)),
  ),
  at(
    4,
    'floating limit',
    sequence(
      at(0, 'value', real),
      at(1, 'status flags', bits),
      at(2, 'setpoint value', real),
      at(3, 'error limit', real),
    ),
  ),
  at(
    5,
    'out of range',
    sequence(
      at(0, 'value', real),
      at(1, 'status flags', bits),
      at(2, 'deadband', real),
      at(3, 'exceeded limit', real),
    ),
  ),
  at(
    8,
    'change of life safety',
    sequence(
      at(0, 'value', enumerated(lifeSafetyStates)),
      at(1, 'new mode', enumerated(lifeSafetyModes)),
      at(2, 'status flags', bits),
      at(3, 'operation expected', enumerated(lifeSafetyOperations)),
    ),
  ),
  at(
    11,
    'unsigned range',
    sequence(at(0, 'value', unsigned), at(1, 'status flags', bits), at(2, 'exceeded limit', unsigned)),
  ),
  at(
    19,
    'change of reliability',
    sequence(
      at(0, 'value', enumerated(reliabilities)),
      at(1, 'status flags', bits),
      at(2, 'property values', list(propertyValue)),
    ),
  ),
);
const eventNotification = sequence(
  at(0, 'process', unsigned),
  at(1, 'device', object),
  at(2, 'object', object),
  at(3, 'timestamp', timeStamp),
  at(4, 'notification class', unsigned),
  at(5, 'priority', unsigned),
  at(6, 'event type', enumerated(eventTypes)),
  at(7, 'message', text),
  at(8, 'notify type', enumerated(notifyTypes)),
  at(9, 'acknowledgement required', boolean),
  at(10, 'from state', enumerated(eventStates)),
  at(11, 'to state', enumerated(eventStates)),
  at(12, 'event values', eventValues),
);
const privateTransfer = sequence(
  at(0, 'vendor', unsigned),
  at(1, 'service', unsigned),
  at(2, 'parameters', ANY),
);
const textMessage = sequence(
  at(0, 'device', object),
  at(1, 'class', choice(at(0, 'number', unsigned), at(1, 'text', text))),
  at(2, 'priority', enumerated({ 0: 'normal', 1: 'urgent' })),
  at(3, 'message', text),
);
const recipient = choice(
  at(0, 'device', object),
  at(1, 'address', sequence(plain('network', unsigned), plain('mac', octets))),
);
const range = [
  at(3, 'by position', sequence(plain('first', unsigned), plain('count', signed))),
  at(6, 'by sequence', sequence(plain('first', unsigned), plain('count', signed))),
  at(7, 'by time', sequence(plain('date', date), plain('time', time), plain('count', signed))),
];

/** BACnetChannelValue: a value of any type, or what lamps are told. */
const channelValue = choice(
  plain('value', octets),
  at(
    0,
    'lighting command',
    sequence(
      at(0, 'operation', enumerated(lightingOperations)),
      at(1, 'target level', real),
      at(2, 'ramp rate', real),
      at(3, 'step increment', real),
      at(4, 'fade time', unsigned),
      at(5, 'priority', unsigned),
    ),
  ),
  at(1, 'colour', sequence(plain('x', real), plain('y', real))),
  at(2, 'colour command', ANY),
);

/** The service requests by choice. */
export const confirmedRequests: Readonly<Record<number, Shape>> = {
  [ACKNOWLEDGE_ALARM]: sequence(
    at(0, 'process', unsigned),
    at(1, 'object', object),
    at(2, 'state', enumerated(eventStates)),
    at(3, 'timestamp', timeStamp),
    at(4, 'source', text),
    at(5, 'time of acknowledgement', timeStamp),
  ),
  [COV_NOTIFICATION]: covNotification,
  [EVENT_NOTIFICATION]: eventNotification,
  [GET_ALARM_SUMMARY]: nothing,
  [GET_ENROLLMENT_SUMMARY]: sequence(
    at(0, 'acknowledgement', enumerated({ 0: 'all', 1: 'acked', 2: 'not-acked' })),
    at(1, 'enrollment', sequence(at(0, 'recipient', recipient), at(1, 'process', unsigned))),
    at(2, 'state', enumerated({ 0: 'offnormal', 1: 'fault', 2: 'normal', 3: 'all', 4: 'active' })),
    at(3, 'event type', enumerated(eventTypes)),
    at(4, 'priority', sequence(at(0, 'least', unsigned), at(1, 'most', unsigned))),
    at(5, 'notification class', unsigned),
  ),
  [SUBSCRIBE_COV]: sequence(
    at(0, 'process', unsigned),
    at(1, 'object', object),
    at(2, 'confirmed', boolean),
    at(3, 'lifetime', unsigned),
  ),
  [ATOMIC_READ_FILE]: sequence(
    plain('object', object),
    at(0, 'stream', sequence(plain('first', signed), plain('count', unsigned))),
    at(1, 'records', sequence(plain('first', signed), plain('count', unsigned))),
  ),
  [ATOMIC_WRITE_FILE]: sequence(
    plain('object', object),
    at(0, 'stream', sequence(plain('first', signed), plain('data', octets))),
    at(1, 'records', sequence(plain('first', signed), plain('count', unsigned), plain('data', list(octets)))),
  ),
  [ADD_LIST_ELEMENT]: listElement,
  [REMOVE_LIST_ELEMENT]: listElement,
  [CREATE_OBJECT]: sequence(
    at(0, 'specifier', choice(at(0, 'object type', enumerated(objectTypes)), at(1, 'object', object))),
    at(1, 'values', list(propertyValue)),
  ),
  [DELETE_OBJECT]: sequence(plain('object', object)),
  [READ_PROPERTY]: objectPropertyReference,
  [READ_PROPERTY_MULTIPLE]: list(
    sequence(at(0, 'object', object), at(1, 'properties', list(propertyReference))),
  ),
  [WRITE_PROPERTY]: sequence(
    at(0, 'object', object),
    at(1, 'property', property),
    at(2, 'index', unsigned),
    at(3, 'value', ANY),
    at(4, 'priority', unsigned),
  ),
  [WRITE_PROPERTY_MULTIPLE]: list(sequence(at(0, 'object', object), at(1, 'values', list(propertyValue)))),
  [DEVICE_COMMUNICATION_CONTROL]: sequence(
    at(0, 'minutes', unsigned),
    at(1, 'state', enumerated(communicationStates)),
    at(2, 'password', primitive(SECRET)),
  ),
  [PRIVATE_TRANSFER]: privateTransfer,
  [TEXT_MESSAGE]: textMessage,
  [REINITIALIZE_DEVICE]: sequence(
    at(0, 'state', enumerated(reinitializedStates)),
    at(1, 'password', primitive(SECRET)),
  ),
  21: sequence(plain('class', enumerated()), plain('session', unsigned)),
  22: list(unsigned),
  23: sequence(plain('session', unsigned), plain('data', octets), plain('flag', unsigned)),
  [READ_RANGE]: sequence(
    at(0, 'object', object),
    at(1, 'property', property),
    at(2, 'index', unsigned),
    ...range,
  ),
  [LIFE_SAFETY_OPERATION]: sequence(
    at(0, 'process', unsigned),
    at(1, 'source', text),
    at(2, 'request', enumerated(lifeSafetyOperations)),
    at(3, 'object', object),
  ),
  [SUBSCRIBE_COV_PROPERTY]: sequence(
    at(0, 'process', unsigned),
    at(1, 'object', object),
    at(2, 'confirmed', boolean),
    at(3, 'lifetime', unsigned),
    at(4, 'monitored', propertyReference),
    at(5, 'increment', real),
  ),
  [GET_EVENT_INFORMATION]: sequence(at(0, 'object', object)),
  [SUBSCRIBE_COV_PROPERTY_MULTIPLE]: sequence(
    at(0, 'process', unsigned),
    at(1, 'confirmed', boolean),
    at(2, 'lifetime', unsigned),
    at(3, 'longest delay', unsigned),
    at(
      4,
      'objects',
      list(
        sequence(
          at(0, 'object', object),
          at(
            1,
            'properties',
            list(
              sequence(
                at(0, 'monitored', propertyReference),
                at(1, 'increment', real),
                at(2, 'timestamped', boolean),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
  [COV_NOTIFICATION_MULTIPLE]: covNotificationMultiple,
};

const readPropertyAck = sequence(
  at(0, 'object', object),
  at(1, 'property', property),
  at(2, 'index', unsigned),
  at(3, 'value', ANY),
);

/** The service acknowledgements by choice. */
export const acknowledgements: Readonly<Record<number, Shape>> = {
  [GET_ALARM_SUMMARY]: list(
    sequence(
      plain('object', object),
      plain('state', enumerated(eventStates)),
      plain('acknowledged transitions', bits),
    ),
  ),
  [GET_ENROLLMENT_SUMMARY]: list(
    sequence(
      plain('object', object),
      plain('event type', enumerated(eventTypes)),
      plain('state', enumerated(eventStates)),
      plain('priority', unsigned),
      plain('notification class', unsigned),
    ),
  ),
  [ATOMIC_READ_FILE]: sequence(
    plain('end of file', boolean),
    at(0, 'stream', sequence(plain('first', signed), plain('data', octets))),
    at(1, 'records', sequence(plain('first', signed), plain('count', unsigned), plain('data', list(octets)))),
  ),
  [ATOMIC_WRITE_FILE]: choice(at(0, 'first octet', signed), at(1, 'first record', signed)),
  [CREATE_OBJECT]: sequence(plain('object', object)),
  [READ_PROPERTY]: readPropertyAck,
  [READ_PROPERTY_MULTIPLE]: list(
    sequence(
      at(0, 'object', object),
      at(
        1,
        'results',
        list(
          sequence(
            at(2, 'property', property),
            at(3, 'index', unsigned),
            at(4, 'value', ANY),
            at(5, 'error', error),
          ),
        ),
      ),
    ),
  ),
  [PRIVATE_TRANSFER]: privateTransfer,
  21: sequence(plain('session', unsigned)),
  23: sequence(at(0, 'all accepted', boolean), at(1, 'octets accepted', unsigned)),
  [READ_RANGE]: sequence(
    at(0, 'object', object),
    at(1, 'property', property),
    at(2, 'index', unsigned),
    at(3, 'first, last, more', bits),
    at(4, 'count', unsigned),
    at(5, 'items', ANY),
    at(6, 'first sequence number', unsigned),
  ),
  [GET_EVENT_INFORMATION]: sequence(
    at(
      0,
      'events',
      list(
        sequence(
          at(0, 'object', object),
          at(1, 'state', enumerated(eventStates)),
          at(2, 'acknowledged transitions', bits),
          at(3, 'timestamps', list(timeStamp)),
          at(4, 'notify type', enumerated(notifyTypes)),
          at(5, 'enabled', bits),
          at(6, 'priorities', list(unsigned)),
        ),
      ),
    ),
    at(1, 'more events', boolean),
  ),
};

const changeListError = sequence(at(0, 'error', error), at(1, 'first failed element', unsigned));

/** Errors by the service that failed; the others are an Error and nothing more. */
export const serviceErrors: Readonly<Record<number, Shape>> = {
  [ADD_LIST_ELEMENT]: changeListError,
  [REMOVE_LIST_ELEMENT]: changeListError,
  [CREATE_OBJECT]: changeListError,
  [WRITE_PROPERTY_MULTIPLE]: sequence(
    at(0, 'error', error),
    at(1, 'first failed write', objectPropertyReference),
  ),
  [PRIVATE_TRANSFER]: sequence(
    at(0, 'error', error),
    at(1, 'vendor', unsigned),
    at(2, 'service', unsigned),
    at(3, 'parameters', ANY),
  ),
  22: sequence(at(0, 'error', error), at(1, 'sessions', list(unsigned))),
  [SUBSCRIBE_COV_PROPERTY_MULTIPLE]: sequence(
    at(0, 'error', error),
    at(
      1,
      'first failed subscription',
      sequence(at(0, 'object', object), at(1, 'monitored', propertyReference)),
    ),
  ),
};
export const plainError: Shape = error;

export const unconfirmedRequests: Readonly<Record<number, Shape>> = {
  [I_AM]: sequence(
    plain('device', object),
    plain('longest APDU', unsigned),
    plain('segmentation', enumerated(segmentation)),
    plain('vendor', unsigned),
  ),
  [I_HAVE]: sequence(plain('device', object), plain('object', object), plain('name', text)),
  [UNCONFIRMED_COV_NOTIFICATION]: covNotification,
  [UNCONFIRMED_EVENT_NOTIFICATION]: eventNotification,
  [UNCONFIRMED_PRIVATE_TRANSFER]: privateTransfer,
  [UNCONFIRMED_TEXT_MESSAGE]: textMessage,
  [TIME_SYNCHRONIZATION]: dateTime,
  [WHO_HAS]: sequence(
    at(0, 'low', unsigned),
    at(1, 'high', unsigned),
    at(2, 'object', object),
    at(3, 'name', text),
  ),
  [WHO_IS]: sequence(at(0, 'low', unsigned), at(1, 'high', unsigned)),
  [UTC_TIME_SYNCHRONIZATION]: dateTime,
  [WRITE_GROUP]: sequence(
    at(0, 'group', unsigned),
    at(1, 'priority', unsigned),
    at(
      2,
      'channels',
      list(
        sequence(
          at(0, 'channel', unsigned),
          at(1, 'overriding priority', unsigned),
          plain('value', channelValue),
        ),
      ),
    ),
    at(3, 'inhibit delay', boolean),
  ),
  [UNCONFIRMED_COV_NOTIFICATION_MULTIPLE]: covNotificationMultiple,
  [WHO_AM_I]: sequence(plain('vendor', unsigned), plain('model', text), plain('serial', text)),
  [YOU_ARE]: sequence(
    plain('vendor', unsigned),
    plain('model', text),
    plain('serial', text),
    plain('device', object),
    plain('mac', octets),
  ),
};
