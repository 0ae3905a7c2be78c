import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Report } from '../analysis/report.ts';
import { told } from '../testing/shared.ts';

const lines = ({ variables }: Report, wanted: RegExp) =>
  variables
    .filter(({ name }) => wanted.test(name))
    .map(
      ({ name, range, setRange, count }) => `${name}: ${range} (${count}), set ${setRange ?? 'by nobody'}`,
    );

describe('quantities of a process in real captures', () => {
  it('are points of an outstation', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/DNP3/DNP3Value.pcap');
    if (!report) return;
    assert.deepEqual(lines(report, /^(BO|AO|AI|BI) 0$/), [
      'BO 0: 0,1 (22), set 0,1',
      'AO 0: 0,10.56 (18), set 10.56,10.56',
      'AI 0: 0,20.5 (16), set by nobody',
      'BI 0: 0,1 (16), set by nobody',
    ]);
  });

  it('are information objects by station', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/IEC60870-104/104LocalValue.pcap');
    if (!report) return;
    assert.deepEqual(lines(report, /IOA 6000?$/), [
      'CA 1 IOA 6000: -98,-98 (1), set -98,-98',
      'CA 1 IOA 600: -98,-98 (1), set by nobody',
    ]);
  });

  it('are addresses of a controller, without what it refused to hold', (t) => {
    const report = told(t, 'cisagov+icsnpp-s7comm/tests/traces/snap7.pcap');
    if (!report) return;
    // One job wrote memory, inputs, outputs, timers and counters; the last two were refused (0x03).
    assert.deepEqual(lines(report, /^T0$/), ['T0: 0,0 (1), set by nobody']);
    assert.deepEqual(lines(report, /^MW0$/), ['MW0: 44510,44510 (1), set 44510,44510']);
  });

  it('are tags of a controller', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CIP/CIPvalue.pcap');
    if (!report) return;
    assert.deepEqual(lines(report, /^_IO_EM_DO_04$/), ['_IO_EM_DO_04: 0,1 (719), set 0,1']);
  });

  it('are channels of a PMU, no more often than ten times a second', (t) => {
    const report = told(t, 'cisagov+icsnpp-synchrophasor/tests/traces/C37.118_1PMU_TCP.pcap');
    if (!report) return;
    const [frequency] = report.variables.filter(({ name }) => name.endsWith(' frequency'));
    assert.ok(frequency!.count <= 1 + ((report.last - report.first) / 1_000_000) * 10);
  });
});

describe('programs carried over in real captures', () => {
  it('are blocks with the places of their bytes', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/step7_s300_download.pcapng');
    if (!report) return;
    assert.deepEqual(
      report.transfers.map(({ way, kind, name, complete, bytes, pieces }) => {
        const inPieces = pieces.reduce((sum, [, length]) => sum + length, 0);
        return [way, kind, name, complete, bytes === inPieces];
      }),
      [['to', 'program', 'DB1', true, true]],
    );
  });
});
