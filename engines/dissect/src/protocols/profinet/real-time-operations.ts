import type { Capture, OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const realTimeOperations = {
  provide: {
    code: 'profinet-rt.provide',
    title: 'Send cyclic data',
    access: 'other',
  },
  stop: {
    code: 'profinet-rt.stop',
    title: 'Stop providing cyclic data',
    text: 'go to STOP, frame {frame}',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  alarm: {
    code: 'profinet-rt.alarm',
    title: 'Alarm',
    text: 'alarm of slot {slot}.{subslot}: {alarm} {faults}',
    access: 'other',
  },
  abort: {
    code: 'profinet-rt.abort',
    title: 'Abort the connection',
    text: 'abort the connection: {why}',
    access: 'control',
  },
} as const satisfies Record<string, OperationKind>;

export type RealTimeKinds = Readonly<Record<keyof typeof realTimeOperations, number>>;

export function realTimeKinds(capture: Capture): RealTimeKinds {
  return Object.fromEntries(
    Object.entries(realTimeOperations).map(([name, kind]) => [name, capture.operation(kind)]),
  ) as RealTimeKinds;
}
