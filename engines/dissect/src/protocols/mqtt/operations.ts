import type { OperationKind } from '../../dissector.ts';

/** MQTT 3.1.1 and 5.0, section 3. Techniques: ATT&CK for ICS 18.1. */
export const connect: OperationKind = {
  code: 'mqtt.connect',
  title: 'Connect',
  text: 'connect as client {client} (user {user}) (last will on {will})',
  access: 'authenticate',
};

export const connectAnonymously: OperationKind = {
  code: 'mqtt.connect-anonymously',
  title: 'Connect without a user name',
  text: 'connect as client {client}, without saying who (last will on {will})',
  access: 'authenticate',
};

export const subscribe: OperationKind = {
  code: 'mqtt.subscribe',
  title: 'Subscribe',
  text: 'subscribe to {topics}',
  access: 'read',
  techniques: ['T0801'],
};

/** `#` at the root: whatever there is. */
export const subscribeAll: OperationKind = {
  code: 'mqtt.subscribe-all',
  title: 'Subscribe to everything',
  text: 'subscribe to everything ({topics})',
  access: 'identify',
  techniques: ['T0801', 'T0861'],
};

export const unsubscribe: OperationKind = {
  code: 'mqtt.unsubscribe',
  title: 'Unsubscribe',
  text: 'no longer subscribe to {topics}',
  access: 'other',
};

export const publish: OperationKind = {
  code: 'mqtt.publish',
  title: 'Publish',
  text: 'publish {topics} ({values})',
  access: 'other',
};

export const receive: OperationKind = {
  code: 'mqtt.receive',
  title: 'Messages received',
  text: 'receive {topics} ({values})',
  access: 'read',
};

export const disconnect: OperationKind = {
  code: 'mqtt.disconnect',
  title: 'Disconnect',
  text: 'disconnect',
  access: 'other',
};

export const guessesPasswords: OperationKind = {
  code: 'mqtt.guesses-passwords',
  title: 'Guessing who may come in',
  text: 'be refused again and again when connecting: {tried}',
  access: 'authenticate',
  dangerous: true,
  techniques: ['T0859', 'T0812'],
};

// Sparkplug 3.0.0, 6.4.7 to 6.4.15.
export const birth: OperationKind = {
  code: 'mqtt.sparkplug-birth',
  title: 'Sparkplug birth',
  text: '{station} comes to life ({values})',
  access: 'other',
};

export const death: OperationKind = {
  code: 'mqtt.sparkplug-death',
  title: 'Sparkplug death',
  text: '{station} is gone',
  access: 'other',
};

export const data: OperationKind = {
  code: 'mqtt.sparkplug-data',
  title: 'Sparkplug data',
  text: '{station} reports ({values})',
  access: 'other',
};

export const command: OperationKind = {
  code: 'mqtt.sparkplug-command',
  title: 'Sparkplug command',
  text: 'command {station}: {values} (before: {before})',
  access: 'write',
  dangerous: true,
  techniques: ['T0855', 'T0836'],
};

/** `Node Control/Rebirth` and nothing else: 6.4.20. */
export const rebirth: OperationKind = {
  code: 'mqtt.sparkplug-rebirth',
  title: 'Sparkplug rebirth request',
  text: 'ask {station} to tell all it has',
  access: 'identify',
};

/** `Node Control/Reboot`: 6.4.20. */
export const reboot: OperationKind = {
  code: 'mqtt.sparkplug-reboot',
  title: 'Sparkplug reboot',
  text: 'reboot {station}: {values}',
  access: 'control',
  dangerous: true,
  techniques: ['T0816', 'T0855'],
};
