import type { OperationKind } from '../../dissector.ts';
import {
  CONSUME,
  DELIVER,
  EXCHANGE_DECLARE,
  EXCHANGE_DELETE,
  GET,
  OPEN,
  PUBLISH,
  QUEUE_BIND,
  QUEUE_DECLARE,
  QUEUE_DELETE,
  QUEUE_PURGE,
  START_OK,
} from './frame.ts';

const consume: OperationKind = {
  code: 'amqp.consume',
  title: 'Consume',
  text: 'receive what comes into {name}',
  access: 'read',
};

export const signIn: OperationKind = {
  code: 'amqp.sign-in',
  title: 'Sign in',
  text: 'sign in with {mode} (as {user})',
  access: 'authenticate',
  techniques: ['T0859'],
};

export const open: OperationKind = {
  code: 'amqp.open',
  title: 'Open connection',
  text: 'open a connection (to {path})',
  access: 'other',
};

export const publish: OperationKind = {
  code: 'amqp.publish',
  title: 'Publish',
  text: 'publish to {path}',
  access: 'write',
};

/** AMQP 0-9-1, 1.2, by class and method. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [START_OK]: signIn,
  [OPEN]: open,
  [EXCHANGE_DECLARE]: {
    code: 'amqp.declare-exchange',
    title: 'Declare exchange',
    text: 'declare exchange {name} ({type})',
    access: 'configure',
  },
  [EXCHANGE_DELETE]: {
    code: 'amqp.delete-exchange',
    title: 'Delete exchange',
    text: 'delete exchange {name}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0809'],
  },
  [QUEUE_DECLARE]: {
    code: 'amqp.declare-queue',
    title: 'Declare queue',
    text: 'declare queue {name}',
    access: 'configure',
  },
  [QUEUE_BIND]: {
    code: 'amqp.bind-queue',
    title: 'Bind queue',
    text: 'have {path} delivered to queue {name}',
    access: 'configure',
  },
  [QUEUE_PURGE]: {
    code: 'amqp.purge-queue',
    title: 'Purge queue',
    text: 'throw away what waits in {name}',
    access: 'control',
    dangerous: true,
    techniques: ['T0809'],
  },
  [QUEUE_DELETE]: {
    code: 'amqp.delete-queue',
    title: 'Delete queue',
    text: 'delete queue {name}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0809'],
  },
  [CONSUME]: consume,
  [GET]: consume,
  [PUBLISH]: publish,
  [DELIVER]: { code: 'amqp.deliver', title: 'Message delivered', access: 'read' },
};

/** AMQP 1.0, 2.7.3. */
export const attach: OperationKind = {
  code: 'amqp.attach',
  title: 'Attach link',
  text: 'send to or receive from {path}',
  access: 'other',
};
