import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('ff-hse');

const WHAT = '{service}';
const read = kind('read', 'Read', 'read {items}: {values}', 'read');
const write = kind('write', 'Write', 'write {items} := {values}', 'write', '!', 'T0836', 'T0855');
const download = kind('download', 'Download a domain', WHAT, 'program', '!', 'T0843');
const upload = kind('upload', 'Upload a domain', WHAT, 'program', '!', 'T0845');
const program = kind('program', 'Program invocation', WHAT, 'control', '!', 'T0858');
const dictionary = kind('write-dictionary', 'Write the object dictionary', WHAT, 'configure', '!', 'T0836');
const lists = kind('variable-list', 'Variable lists', WHAT, 'configure');
const address = kind(
  'change-address',
  'Address or tag of a device',
  '{service}: {tag}',
  'configure',
  '!',
  'T0836',
  'T0814',
);
const report = kind('report', 'Information report', 'report {items}: {values}', 'other');

export const FDA = 1;
export const SM = 2;
export const FMS = 3;
export const LAN = 4;
export const CONFIRMED = 0x80;

/** FF-588, 6.4 to 6.7: by protocol × 256, 0x80 where it is confirmed, and service. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x181: kind('open-session', 'Open a session', 'open a session', 'other'),
  0x201: kind('find-tag', 'Find a tag', 'look for {tag}', 'identify', 'T0846', 'T0861'),
  0x283: kind('identify', 'Identify', 'ask who is there', 'identify', 'T0888'),
  0x28c: address,
  0x28e: address,
  0x28f: address,
  0x300: report,
  0x310: report,
  0x311: report,
  0x312: report,
  0x302: kind('event', 'Event notification', 'an event', 'other'),
  0x380: kind('status', 'Status', 'ask the status', 'read', 'T0868'),
  0x381: kind('identify-device', 'FMS identify', 'ask vendor, model and revision', 'identify', 'T0888'),
  0x382: read,
  0x3d2: read,
  0x383: write,
  0x3d3: write,
  0x384: kind('read-dictionary', 'Read the object dictionary', WHAT, 'read', 'T0861'),
  0x387: lists,
  0x388: lists,
  0x389: download,
  0x38a: download,
  0x38b: download,
  0x38f: download,
  0x39f: download,
  0x3a0: download,
  0x3a1: download,
  0x38c: upload,
  0x38d: upload,
  0x38e: upload,
  0x390: upload,
  0x391: program,
  0x392: program,
  0x393: program,
  0x394: program,
  0x395: program,
  0x396: program,
  0x397: program,
  0x398: kind('alter-events', 'Alter event monitoring', WHAT, 'configure', '!', 'T0838', 'T0878'),
  0x399: kind('acknowledge-event', 'Acknowledge an event', WHAT, 'control'),
  0x39c: dictionary,
  0x39d: dictionary,
  0x39e: dictionary,
  0x482: kind('write-redundancy', 'Write LAN redundancy', WHAT, 'configure', '!', 'T0836'),
};

export const otherService = kind('other', 'Other service', WHAT, 'other');

export const serviceNames: Readonly<Record<number, string>> = {
  0x181: 'FDA open session',
  0x183: 'FDA idle',
  0x201: 'SM find tag query',
  0x202: 'SM find tag reply',
  0x210: 'SM device annunciation',
  0x283: 'SM identify',
  0x28c: 'SM clear address',
  0x28e: 'SM set assignment info',
  0x28f: 'SM clear assignment info',
  0x300: 'FMS information report',
  0x301: 'FMS unsolicited status',
  0x302: 'FMS event notification',
  0x310: 'FMS information report with subindex',
  0x311: 'FMS information report on change',
  0x312: 'FMS information report on change with subindex',
  0x370: 'FMS abort',
  0x380: 'FMS status',
  0x381: 'FMS identify',
  0x382: 'FMS read',
  0x383: 'FMS write',
  0x384: 'FMS get OD',
  0x387: 'FMS define variable list',
  0x388: 'FMS delete variable list',
  0x389: 'FMS initiate download sequence',
  0x38a: 'FMS download segment',
  0x38b: 'FMS terminate download sequence',
  0x38c: 'FMS initiate upload sequence',
  0x38d: 'FMS upload segment',
  0x38e: 'FMS terminate upload sequence',
  0x38f: 'FMS request domain download',
  0x390: 'FMS request domain upload',
  0x391: 'FMS create program invocation',
  0x392: 'FMS delete program invocation',
  0x393: 'FMS start',
  0x394: 'FMS stop',
  0x395: 'FMS resume',
  0x396: 'FMS reset',
  0x397: 'FMS kill',
  0x398: 'FMS alter event condition monitoring',
  0x399: 'FMS acknowledge event notification',
  0x39c: 'FMS initiate put OD',
  0x39d: 'FMS put OD',
  0x39e: 'FMS terminate put OD',
  0x39f: 'FMS generic initiate download sequence',
  0x3a0: 'FMS generic download segment',
  0x3a1: 'FMS generic terminate download sequence',
  0x3d2: 'FMS read with subindex',
  0x3d3: 'FMS write with subindex',
  0x3e0: 'FMS initiate',
  0x401: 'LAN redundancy diagnostic message',
  0x481: 'LAN redundancy get information',
  0x482: 'LAN redundancy put information',
  0x483: 'LAN redundancy get statistics',
};
