import type { Params } from '../../dissector.ts';
import { objectTypes } from './enumerations.ts';
import { itemsOf, MOST_SHOWN, type Said, saidOf, shownIn, shownOf } from './said.ts';
import {
  ACKNOWLEDGE_ALARM,
  asConfirmed,
  ATOMIC_READ_FILE,
  ATOMIC_WRITE_FILE,
  CREATE_OBJECT,
  DELETE_OBJECT,
  DEVICE_COMMUNICATION_CONTROL,
  EVENT_NOTIFICATION,
  GET_ALARM_SUMMARY,
  GET_ENROLLMENT_SUMMARY,
  GET_EVENT_INFORMATION,
  LIFE_SAFETY_OPERATION,
  PRIVATE_TRANSFER,
  READ_RANGE,
  REINITIALIZE_DEVICE,
  SUBSCRIBE_COV,
  SUBSCRIBE_COV_PROPERTY,
  SUBSCRIBE_COV_PROPERTY_MULTIPLE,
  TEXT_MESSAGE,
  TIME_SYNCHRONIZATION,
  UTC_TIME_SYNCHRONIZATION,
  WHO_HAS,
  WHO_IS,
  WRITE_GROUP,
  YOU_ARE,
} from './services.ts';
import { type Content, type Group, groupOf, listOf, numberIn, textIn, valueOf } from './shapes.ts';
import { objectName, propertyName } from './values.ts';
import { vendorName } from './vendors.ts';

/** What a request asks for, or a notification says. */
export function askedParams(service: number, group: Group, said: readonly Said[]): Params {
  switch (service) {
    case EVENT_NOTIFICATION:
      return {
        type: shownIn(group, 'event type'),
        object: shownIn(group, 'object'),
        from: shownIn(group, 'from state'),
        to: shownIn(group, 'to state'),
        ...(textIn(group, 'message') && { message: textIn(group, 'message') }),
        ...eventValue(group['event values']),
      };
    case ACKNOWLEDGE_ALARM:
      return {
        object: shownIn(group, 'object'),
        state: shownIn(group, 'state'),
        ...(textIn(group, 'source') && { source: textIn(group, 'source') }),
      };
    case ATOMIC_READ_FILE:
    case ATOMIC_WRITE_FILE: {
      const access = groupOf(group['stream'] ?? group['records']);
      const length = numberIn(access, 'count') ?? valueOf(access['data'])?.octets?.length ?? 0;
      return { object: shownIn(group, 'object'), offset: numberIn(access, 'first') ?? 0, length };
    }
    case CREATE_OBJECT: {
      const specifier = groupOf(group['specifier']);
      const type = numberIn(specifier, 'object type');
      const object = type === undefined ? shownIn(specifier, 'object') : (objectTypes[type] ?? type);
      const values = listOf(group['values']).map((one) => {
        const { property, value } = saidOf(groupOf(one), -1);
        return `${propertyName(property)} = ${shownOf(value)}`;
      });
      return { object, ...(values.length > 0 && { values: values.slice(0, MOST_SHOWN) }) };
    }
    case DELETE_OBJECT:
      return { object: shownIn(group, 'object') };
    case DEVICE_COMMUNICATION_CONTROL:
    case REINITIALIZE_DEVICE: {
      const minutes = numberIn(group, 'minutes');
      return { state: shownIn(group, 'state'), ...(minutes !== undefined && { minutes }) };
    }
    case PRIVATE_TRANSFER:
      return { vendor: vendorName(numberIn(group, 'vendor') ?? -1), service: shownIn(group, 'service') };
    case TEXT_MESSAGE:
      return { message: textIn(group, 'message') };
    case LIFE_SAFETY_OPERATION:
      return {
        command: shownIn(group, 'request'),
        ...(group['object'] && { object: shownIn(group, 'object') }),
        ...(textIn(group, 'source') && { source: textIn(group, 'source') }),
      };
    case SUBSCRIBE_COV_PROPERTY: {
      const { object } = saidOf(group, -1);
      const property = propertyName(numberIn(groupOf(group['monitored']), 'property') ?? -1);
      return { items: [`${objectName(object)} ${property}`] };
    }
    case SUBSCRIBE_COV_PROPERTY_MULTIPLE:
      return { items: listOf(group['objects']).map((one) => shownIn(groupOf(one), 'object')) };
    case SUBSCRIBE_COV:
      return { items: [shownIn(group, 'object')] };
    default:
      return said.length > 0 ? itemsOf(said) : {};
  }
}

/** What the object had when it reported the event. */
function eventValue(content: Content | undefined): Params {
  const [parameters] = Object.values(groupOf(content));
  const value = groupOf(parameters)['value'];
  return value === undefined ? {} : { value: shownOf(value) };
}

export function unaskedParams(service: number, group: Group, said: readonly Said[]): Params {
  return ownParams(service, group) ?? askedParams(asConfirmed(service), group, said);
}

function ownParams(service: number, group: Group): Params | undefined {
  const [low, high] = [numberIn(group, 'low'), numberIn(group, 'high')];
  const devices =
    low === undefined || high === undefined ? {} : { devices: low === high ? low : `${low}–${high}` };
  switch (service) {
    case WHO_IS:
      return devices;
    case WHO_HAS:
      return { object: group['object'] ? shownIn(group, 'object') : textIn(group, 'name'), ...devices };
    case TIME_SYNCHRONIZATION:
    case UTC_TIME_SYNCHRONIZATION:
      return { time: `${textIn(group, 'date')} ${textIn(group, 'time')}` };
    case WRITE_GROUP: {
      const channels = listOf(group['channels']).map((one) => {
        const channel = groupOf(one);
        const value = groupOf(channel['value']);
        const overriding = numberIn(channel, 'overriding priority');
        const text = `${numberIn(channel, 'channel')} = ${shownOf(value['value'] ?? Object.values(value)[0])}`;
        return overriding === undefined ? text : `${text} (priority ${overriding})`;
      });
      const priority = numberIn(group, 'priority');
      return {
        group: numberIn(group, 'group') ?? 0,
        items: channels.slice(0, MOST_SHOWN),
        ...(priority !== undefined && { priority }),
      };
    }
    case YOU_ARE:
      return { serial: textIn(group, 'serial'), device: shownIn(group, 'device') };
    default:
      return undefined;
  }
}

export function acknowledgedParams(service: number, group: Group, parameters: Content | undefined): Params {
  const objects = (content: Content | undefined) => {
    const names = listOf(content).map((one) => shownIn(groupOf(one), 'object'));
    return names.length > 0 ? { objects: names.slice(0, MOST_SHOWN) } : {};
  };
  switch (service) {
    case GET_ALARM_SUMMARY:
    case GET_ENROLLMENT_SUMMARY:
      return objects(parameters);
    case GET_EVENT_INFORMATION:
      return objects(group['events']);
    case CREATE_OBJECT:
      return { object: shownIn(group, 'object') };
    case READ_RANGE:
      return { values: listOf(group['items']).slice(0, MOST_SHOWN).map(shownOf) };
    default:
      return {};
  }
}
