import type { OperationKind } from '../../dissector.ts';
import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT } from './message.ts';

const get: OperationKind = {
  code: 'coap.get',
  title: 'GET',
  text: 'read {path} (= {value})',
  access: 'read',
  techniques: ['T0801'],
};

const patch: OperationKind = {
  code: 'coap.patch',
  title: 'PATCH',
  text: 'change {path}: {value}',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};

/** RFC 7252, 5.8, by method. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [GET]: get,
  [POST]: {
    code: 'coap.post',
    title: 'POST',
    text: 'post to {path}: {value}',
    access: 'write',
    dangerous: true,
    techniques: ['T0855'],
  },
  [PUT]: {
    code: 'coap.put',
    title: 'PUT',
    text: 'write {path} := {value}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  [DELETE]: {
    code: 'coap.delete',
    title: 'DELETE',
    text: 'delete {path}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0809'],
  },
  [FETCH]: { ...get, code: 'coap.fetch', title: 'FETCH' },
  [PATCH]: patch,
  [IPATCH]: patch,
};

/** RFC 7641. */
export const observe: OperationKind = {
  code: 'coap.observe',
  title: 'Observe',
  text: 'be told when {path} changes (= {value})',
  access: 'read',
  techniques: ['T0801'],
};

/** RFC 6690: what a server has, at a well-known place. */
export const discover: OperationKind = {
  code: 'coap.discover',
  title: 'Discover resources',
  text: 'ask what is there (= {value})',
  access: 'identify',
  techniques: ['T0846', 'T0888'],
};
