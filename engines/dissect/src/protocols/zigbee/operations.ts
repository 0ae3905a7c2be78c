import type { OperationKind } from '../../dissector.ts';

// IEEE 802.15.4-2020, 7.5.
export const ASSOCIATE: OperationKind = {
  code: 'wpan.associate',
  title: 'Admit to the network',
  text: 'admit to the network with short address {address} (status {status})',
  access: 'configure',
};

export const DISASSOCIATE: OperationKind = {
  code: 'wpan.disassociate',
  title: 'Leave the network',
  text: 'leave the network (reason {reason})',
  access: 'configure',
};

export const REALIGN: OperationKind = {
  code: 'wpan.realign',
  title: 'Realign with the coordinator',
  text: 'move to other network settings (short address {address})',
  access: 'configure',
};

// Zigbee specification (05-3474), 3.4: commands of the network layer.
export const LEAVE: OperationKind = {
  code: 'zigbee.leave',
  title: 'Leave the network',
  text: 'leave the network',
  access: 'configure',
};

export const REJOIN: OperationKind = {
  code: 'zigbee.rejoin',
  title: 'Rejoin the network',
  text: 'rejoin the network',
  access: 'configure',
};

export const NETWORK_UPDATE: OperationKind = {
  code: 'zigbee.network-update',
  title: 'Change the network',
  text: 'change the identifier of the network',
  access: 'configure',
  dangerous: true,
};

// 4.4.10: commands of the application support sub-layer.
export const TRANSPORT_KEY: OperationKind = {
  code: 'zigbee.transport-key',
  title: 'Hand over a key',
  text: 'hand over a key in clear ({kind})',
  access: 'authenticate',
};

export const REMOVE_DEVICE: OperationKind = {
  code: 'zigbee.remove-device',
  title: 'Remove a device',
  text: 'remove a device from the network',
  access: 'configure',
  dangerous: true,
};

// 2.4.3 and 2.4.4: device profile.
export const DEVICE_PROFILE: OperationKind = {
  code: 'zigbee.ask-device-profile',
  title: 'Ask the device profile',
  text: 'ask the device profile: {what}',
  access: 'identify',
};

export const CHANGE_NETWORK: OperationKind = {
  code: 'zigbee.change-device-profile',
  title: 'Change by the device profile',
  text: 'change by the device profile: {what}',
  access: 'configure',
  dangerous: true,
};

export const ANNOUNCE: OperationKind = {
  code: 'zigbee.announce',
  title: 'Announce a device',
  text: 'announce that a device has address {address}',
  access: 'identify',
};

// Zigbee Cluster Library (07-5123), 2.5.
export const READ_ATTRIBUTES: OperationKind = {
  code: 'zigbee.read-attributes',
  title: 'Read attributes',
  text: 'read attributes {attributes} of {cluster} at endpoint {endpoint}',
  access: 'read',
};

export const WRITE_ATTRIBUTES: OperationKind = {
  code: 'zigbee.write-attributes',
  title: 'Write attributes',
  text: 'write attributes {attributes} of {cluster} at endpoint {endpoint}: {values}',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};

export const CONFIGURE_REPORTING: OperationKind = {
  code: 'zigbee.configure-reporting',
  title: 'Configure reports',
  text: 'configure reports of {cluster} at endpoint {endpoint}',
  access: 'configure',
};

export const DISCOVER: OperationKind = {
  code: 'zigbee.discover',
  title: 'Discover attributes and commands',
  text: 'discover what {cluster} at endpoint {endpoint} has',
  access: 'identify',
};

export const COMMAND: OperationKind = {
  code: 'zigbee.command',
  title: 'Command a cluster',
  text: 'command {cluster} at endpoint {endpoint}: {command}',
  access: 'control',
  dangerous: true,
  techniques: ['T0855'],
};

export const NOTIFY: OperationKind = {
  code: 'zigbee.notify',
  title: 'Notify a client',
  text: 'notify of {cluster} at endpoint {endpoint}: {command}',
  access: 'other',
};
