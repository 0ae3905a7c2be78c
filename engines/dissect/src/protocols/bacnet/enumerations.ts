import type { Words } from '../../analysis/refusals.ts';
import { units } from './units.ts';

// ANSI/ASHRAE 135-2020, clause 21, by the name of the production.

/** BACnetObjectType. From 128 on: their makers'. */
export const objectTypes: Words = {
  0: 'analog-input',
  1: 'analog-output',
  2: 'analog-value',
  3: 'binary-input',
  4: 'binary-output',
  5: 'binary-value',
  6: 'calendar',
  7: 'command',
  8: 'device',
  9: 'event-enrollment',
  10: 'file',
  11: 'group',
  12: 'loop',
  13: 'multi-state-input',
  14: 'multi-state-output',
  15: 'notification-class',
  16: 'program',
  17: 'schedule',
  18: 'averaging',
  19: 'multi-state-value',
  20: 'trend-log',
  21: 'life-safety-point',
  22: 'life-safety-zone',
  23: 'accumulator',
  24: 'pulse-converter',
  25: 'event-log',
  26: 'global-group',
  27: 'trend-log-multiple',
  28: 'load-control',
  29: 'structured-view',
  30: 'access-door',
  31: 'timer',
  32: 'access-credential',
  33: 'access-point',
  34: 'access-rights',
  35: 'access-user',
  36: 'access-zone',
  37: 'credential-data-input',
  38: 'network-security',
  39: 'bitstring-value',
  40: 'characterstring-value',
  41: 'datepattern-value',
  42: 'date-value',
  43: 'datetimepattern-value',
  44: 'datetime-value',
  45: 'integer-value',
  46: 'large-analog-value',
  47: 'octetstring-value',
  48: 'positive-integer-value',
  49: 'timepattern-value',
  50: 'time-value',
  51: 'notification-forwarder',
  52: 'alert-enrollment',
  53: 'channel',
  54: 'lighting-output',
  55: 'binary-lighting-output',
  56: 'network-port',
  57: 'elevator-group',
  58: 'escalator',
  59: 'lift',
  60: 'staging',
  61: 'audit-reporter',
  62: 'audit-log',
  63: 'color',
  64: 'color-temperature',
};

/** BACnetSegmentation. */
export const segmentation: Words = {
  0: 'segmented-both',
  1: 'segmented-transmit',
  2: 'segmented-receive',
  3: 'no-segmentation',
};

/** BACnetEventState. */
export const eventStates: Words = {
  0: 'normal',
  1: 'fault',
  2: 'offnormal',
  3: 'high-limit',
  4: 'low-limit',
  5: 'life-safety-alarm',
};

/** BACnetEventType. */
export const eventTypes: Words = {
  0: 'change-of-bitstring',
  1: 'change-of-state',
  2: 'change-of-value',
  3: 'command-failure',
  4: 'floating-limit',
  5: 'out-of-range',
  6: 'complex-event-type',
  8: 'change-of-life-safety',
  9: 'extended',
  10: 'buffer-ready',
  11: 'unsigned-range',
  13: 'access-event',
  14: 'double-out-of-range',
  15: 'signed-out-of-range',
  16: 'unsigned-out-of-range',
  17: 'change-of-characterstring',
  18: 'change-of-status-flags',
  19: 'change-of-reliability',
  20: 'none',
  21: 'change-of-discrete-value',
  22: 'change-of-timer',
};

/** BACnetNotifyType. */
export const notifyTypes: Words = {
  0: 'alarm',
  1: 'event',
  2: 'ack-notification',
};

/** BACnetLifeSafetyOperation. */
/** BACnetLightingOperation. */
export const lightingOperations: Words = {
  0: 'none',
  1: 'fade-to',
  2: 'ramp-to',
  3: 'step-up',
  4: 'step-down',
  5: 'step-on',
  6: 'step-off',
  7: 'warn',
  8: 'warn-off',
  9: 'warn-relinquish',
  10: 'stop',
};

export const lifeSafetyOperations: Words = {
  0: 'none',
  1: 'silence',
  2: 'silence-audible',
  3: 'silence-visual',
  4: 'reset',
  5: 'reset-alarm',
  6: 'reset-fault',
  7: 'unsilence',
  8: 'unsilence-audible',
  9: 'unsilence-visual',
};

/** BACnetProgramRequest: what is written to program-change. */
export const programRequests: Words = {
  0: 'ready',
  1: 'load',
  2: 'run',
  3: 'halt',
  4: 'restart',
  5: 'unload',
};

/** Of ReinitializeDevice, 16.4. */
export const reinitializedStates: Words = {
  0: 'coldstart',
  1: 'warmstart',
  2: 'start-backup',
  3: 'end-backup',
  4: 'start-restore',
  5: 'end-restore',
  6: 'abort-restore',
  7: 'activate-changes',
};

/** Of DeviceCommunicationControl, 16.1. */
export const communicationStates: Words = {
  0: 'enable',
  1: 'disable',
  2: 'disable-initiation',
};

const deviceStatuses: Words = {
  0: 'operational',
  1: 'operational-read-only',
  2: 'download-required',
  3: 'download-in-progress',
  4: 'non-operational',
  5: 'backup-in-progress',
};

const programStates: Words = {
  0: 'idle',
  1: 'loading',
  2: 'running',
  3: 'waiting',
  4: 'halted',
  5: 'unloading',
};

export const reliabilities: Words = {
  0: 'no-fault-detected',
  1: 'no-sensor',
  2: 'over-range',
  3: 'under-range',
  4: 'open-loop',
  5: 'shorted-loop',
  6: 'no-output',
  7: 'unreliable-other',
  8: 'process-error',
  9: 'multi-state-fault',
  10: 'configuration-error',
  12: 'communication-failure',
  13: 'member-fault',
  14: 'monitored-object-fault',
  15: 'tripped',
  16: 'lamp-failure',
  17: 'activation-failure',
  18: 'renew-dhcp-failure',
  19: 'renew-fd-registration-failure',
  20: 'restart-auto-negotiation-failure',
  21: 'restart-failure',
  22: 'proprietary-command-failure',
  23: 'faults-listed',
  24: 'referenced-object-fault',
};

export const lifeSafetyStates: Words = {
  0: 'quiet',
  1: 'pre-alarm',
  2: 'alarm',
  3: 'fault',
  4: 'fault-pre-alarm',
  5: 'fault-alarm',
  6: 'not-ready',
  7: 'active',
  8: 'tamper',
  9: 'test-alarm',
  10: 'test-active',
  11: 'test-fault',
  12: 'test-fault-alarm',
  13: 'holdup',
  14: 'duress',
  15: 'tamper-alarm',
  16: 'abnormal',
  17: 'emergency-power',
  18: 'delayed',
  19: 'blocked',
  20: 'local-alarm',
  21: 'general-alarm',
  22: 'supervisory',
  23: 'test-supervisory',
};

export const lifeSafetyModes: Words = {
  0: 'off',
  1: 'on',
  2: 'test',
  3: 'manned',
  4: 'unmanned',
  5: 'armed',
  6: 'disarmed',
  7: 'prearmed',
  8: 'slow',
  9: 'fast',
  10: 'disconnected',
  11: 'enabled',
  12: 'disabled',
  13: 'automatic-release-disabled',
  14: 'default',
};

const restartReasons: Words = {
  0: 'unknown',
  1: 'coldstart',
  2: 'warmstart',
  3: 'detected-power-lost',
  4: 'detected-powered-off',
  5: 'hardware-watchdog',
  6: 'software-watchdog',
  7: 'suspended',
  8: 'activate-changes',
};

const backupStates: Words = {
  0: 'idle',
  1: 'preparing-for-backup',
  2: 'preparing-for-restore',
  3: 'performing-a-backup',
  4: 'performing-a-restore',
  5: 'backup-failure',
  6: 'restore-failure',
};

const polarities: Words = { 0: 'normal', 1: 'reverse' };
const binaryValues: Words = { 0: 'inactive', 1: 'active' };

/** What an enumerated value of a property means, by property. */
const byProperty: Readonly<Record<number, Words>> = {
  20: units,
  27: units,
  36: eventStates,
  37: eventTypes,
  50: units,
  72: notifyTypes,
  79: objectTypes,
  82: units,
  84: polarities,
  90: programRequests,
  92: programStates,
  94: units,
  103: reliabilities,
  107: segmentation,
  112: deviceStatuses,
  117: units,
  160: lifeSafetyModes,
  161: lifeSafetyOperations,
  164: lifeSafetyStates,
  196: restartReasons,
  338: backupStates,
  455: units,
};

const PRESENT_VALUE = 85;
const RELINQUISH_DEFAULT = 104;
const PRIORITY_ARRAY = 87;
const ALARM_VALUE = 6;
const FEEDBACK_VALUE = 40;
const LIFE_SAFETY_POINT = 21;
const LIFE_SAFETY_ZONE = 22;

/** Objects whose value is inactive or active: clauses 12.6 to 12.8 and 12.55. */
const binaryObjects: ReadonlySet<number> = new Set([3, 4, 5, 55]);
const binaryProperties: ReadonlySet<number> = new Set([
  ALARM_VALUE,
  FEEDBACK_VALUE,
  PRESENT_VALUE,
  PRIORITY_ARRAY,
  RELINQUISH_DEFAULT,
]);

/** @param objectType of the object that has the property; -1 where it is not known */
export function valueNames(objectType: number, property: number): Words | undefined {
  if (binaryObjects.has(objectType) && binaryProperties.has(property)) return binaryValues;
  const isLifeSafety = objectType === LIFE_SAFETY_POINT || objectType === LIFE_SAFETY_ZONE;
  if (isLifeSafety && property === PRESENT_VALUE) return lifeSafetyStates;
  return byProperty[property];
}
