import type { Words } from '../../analysis/refusals.ts';
import {
  communicationStates,
  eventStates,
  eventTypes,
  lifeSafetyOperations,
  notifyTypes,
  objectTypes,
  reinitializedStates,
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

export const COV_NOTIFICATION = 1;
export const EVENT_NOTIFICATION = 2;
export const ATOMIC_READ_FILE = 6;
export const ATOMIC_WRITE_FILE = 7;
export const READ_PROPERTY = 12;
export const READ_PROPERTY_MULTIPLE = 14;
export const WRITE_PROPERTY = 15;
export const WRITE_PROPERTY_MULTIPLE = 16;
export const DEVICE_COMMUNICATION_CONTROL = 17;
export const REINITIALIZE_DEVICE = 20;
export const COV_NOTIFICATION_MULTIPLE = 31;

/** BACnetConfirmedServiceChoice. */
export const confirmedServices: Words = {
  0: 'acknowledge-alarm',
  [COV_NOTIFICATION]: 'confirmed-cov-notification',
  [EVENT_NOTIFICATION]: 'confirmed-event-notification',
  3: 'get-alarm-summary',
  4: 'get-enrollment-summary',
  5: 'subscribe-cov',
  [ATOMIC_READ_FILE]: 'atomic-read-file',
  [ATOMIC_WRITE_FILE]: 'atomic-write-file',
  8: 'add-list-element',
  9: 'remove-list-element',
  10: 'create-object',
  11: 'delete-object',
  [READ_PROPERTY]: 'read-property',
  13: 'read-property-conditional',
  [READ_PROPERTY_MULTIPLE]: 'read-property-multiple',
  [WRITE_PROPERTY]: 'write-property',
  [WRITE_PROPERTY_MULTIPLE]: 'write-property-multiple',
  [DEVICE_COMMUNICATION_CONTROL]: 'device-communication-control',
  18: 'confirmed-private-transfer',
  19: 'confirmed-text-message',
  [REINITIALIZE_DEVICE]: 'reinitialize-device',
  21: 'vt-open',
  22: 'vt-close',
  23: 'vt-data',
  24: 'authenticate',
  25: 'request-key',
  26: 'read-range',
  27: 'life-safety-operation',
  28: 'subscribe-cov-property',
  29: 'get-event-information',
  30: 'subscribe-cov-property-multiple',
  [COV_NOTIFICATION_MULTIPLE]: 'confirmed-cov-notification-multiple',
  32: 'confirmed-audit-notification',
  33: 'audit-log-query',
};

export const I_AM = 0;
export const I_HAVE = 1;
export const UNCONFIRMED_COV_NOTIFICATION = 2;
export const UNCONFIRMED_EVENT_NOTIFICATION = 3;
export const WHO_HAS = 7;
export const WHO_IS = 8;
export const UNCONFIRMED_COV_NOTIFICATION_MULTIPLE = 11;
export const WHO_AM_I = 13;
export const YOU_ARE = 14;

/** BACnetUnconfirmedServiceChoice. */
export const unconfirmedServices: Words = {
  [I_AM]: 'i-am',
  [I_HAVE]: 'i-have',
  [UNCONFIRMED_COV_NOTIFICATION]: 'unconfirmed-cov-notification',
  [UNCONFIRMED_EVENT_NOTIFICATION]: 'unconfirmed-event-notification',
  4: 'unconfirmed-private-transfer',
  5: 'unconfirmed-text-message',
  6: 'time-synchronization',
  [WHO_HAS]: 'who-has',
  [WHO_IS]: 'who-is',
  9: 'utc-time-synchronization',
  10: 'write-group',
  [UNCONFIRMED_COV_NOTIFICATION_MULTIPLE]: 'unconfirmed-cov-notification-multiple',
  12: 'unconfirmed-audit-notification',
  [WHO_AM_I]: 'who-am-i',
  [YOU_ARE]: 'you-are',
};

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
  at(12, 'event values', ANY),
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

/** The service requests by choice. */
export const confirmedRequests: Readonly<Record<number, Shape>> = {
  0: sequence(
    at(0, 'process', unsigned),
    at(1, 'object', object),
    at(2, 'state', enumerated(eventStates)),
    at(3, 'timestamp', timeStamp),
    at(4, 'source', text),
    at(5, 'time of acknowledgement', timeStamp),
  ),
  [COV_NOTIFICATION]: covNotification,
  [EVENT_NOTIFICATION]: eventNotification,
  3: nothing,
  4: sequence(
    at(0, 'acknowledgement', enumerated({ 0: 'all', 1: 'acked', 2: 'not-acked' })),
    at(1, 'enrollment', sequence(at(0, 'recipient', recipient), at(1, 'process', unsigned))),
    at(2, 'state', enumerated({ 0: 'offnormal', 1: 'fault', 2: 'normal', 3: 'all', 4: 'active' })),
    at(3, 'event type', enumerated(eventTypes)),
    at(4, 'priority', sequence(at(0, 'least', unsigned), at(1, 'most', unsigned))),
    at(5, 'notification class', unsigned),
  ),
  5: sequence(
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
  8: listElement,
  9: listElement,
  10: sequence(
    at(0, 'specifier', choice(at(0, 'object type', enumerated(objectTypes)), at(1, 'object', object))),
    at(1, 'values', list(propertyValue)),
  ),
  11: sequence(plain('object', object)),
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
  18: privateTransfer,
  19: textMessage,
  [REINITIALIZE_DEVICE]: sequence(
    at(0, 'state', enumerated(reinitializedStates)),
    at(1, 'password', primitive(SECRET)),
  ),
  21: sequence(plain('class', enumerated()), plain('session', unsigned)),
  22: list(unsigned),
  23: sequence(plain('session', unsigned), plain('data', octets), plain('flag', unsigned)),
  26: sequence(at(0, 'object', object), at(1, 'property', property), at(2, 'index', unsigned), ...range),
  27: sequence(
    at(0, 'process', unsigned),
    at(1, 'source', text),
    at(2, 'request', enumerated(lifeSafetyOperations)),
    at(3, 'object', object),
  ),
  28: sequence(
    at(0, 'process', unsigned),
    at(1, 'object', object),
    at(2, 'confirmed', boolean),
    at(3, 'lifetime', unsigned),
    at(4, 'monitored', propertyReference),
    at(5, 'increment', real),
  ),
  29: sequence(at(0, 'object', object)),
  30: sequence(
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
  3: list(
    sequence(
      plain('object', object),
      plain('state', enumerated(eventStates)),
      plain('acknowledged transitions', bits),
    ),
  ),
  4: list(
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
  10: sequence(plain('object', object)),
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
  18: privateTransfer,
  21: sequence(plain('session', unsigned)),
  23: sequence(at(0, 'all accepted', boolean), at(1, 'octets accepted', unsigned)),
  26: sequence(
    at(0, 'object', object),
    at(1, 'property', property),
    at(2, 'index', unsigned),
    at(3, 'first, last, more', bits),
    at(4, 'count', unsigned),
    at(5, 'items', ANY),
    at(6, 'first sequence number', unsigned),
  ),
  29: sequence(
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
  8: changeListError,
  9: changeListError,
  10: changeListError,
  [WRITE_PROPERTY_MULTIPLE]: sequence(
    at(0, 'error', error),
    at(1, 'first failed write', objectPropertyReference),
  ),
  18: sequence(
    at(0, 'error', error),
    at(1, 'vendor', unsigned),
    at(2, 'service', unsigned),
    at(3, 'parameters', ANY),
  ),
  22: sequence(at(0, 'error', error), at(1, 'sessions', list(unsigned))),
  30: sequence(
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
  4: privateTransfer,
  5: textMessage,
  6: dateTime,
  [WHO_HAS]: sequence(
    at(0, 'low', unsigned),
    at(1, 'high', unsigned),
    at(2, 'object', object),
    at(3, 'name', text),
  ),
  [WHO_IS]: sequence(at(0, 'low', unsigned), at(1, 'high', unsigned)),
  9: dateTime,
  10: sequence(
    at(0, 'group', unsigned),
    at(1, 'priority', unsigned),
    at(
      2,
      'channels',
      list(
        sequence(
          at(0, 'channel', unsigned),
          at(1, 'overriding priority', unsigned),
          plain('value', primitive(OCTETS)),
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
