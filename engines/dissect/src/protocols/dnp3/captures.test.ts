import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { assertSound, sentences, told } from '../../testing/shared.ts';

describe('real captures of substations', () => {
  it('show breakers operated, with what they were before', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/DNP3/DNP3Value.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /dnp3\.(direct|select|cold|write-time)/), [
      '5 × operate AO 0 := 10.56 (was 5.8) at outstation 1, without selecting it first',
      '2 × select BO 0 trip latch-on (was on) at outstation 1',
      '1 × restart outstation 1, cold (back after 5 s)',
      '1 × set the clock of outstation 1 to 2019-10-10T09:53:49.925Z',
    ]);
    const select = report.operations.find(({ code }) => code === 'dnp3.select')!;
    assert.deepEqual(select.refused, [
      { code: 'dnp3.not-supported', text: 'not supported', params: {}, count: 2 },
    ]);
  });

  it('show every operate with its select', (t) => {
    const report = told(t, 'cisagov+icsnpp-dnp3/testing/traces/dnp3_example.pcap');
    if (!report) return;
    const operate = report.operations.find(({ code }) => code === 'dnp3.operate')!;
    assert.equal(operate.count, 133);
    assert.equal(
      operate.samples[0]!.text,
      'operate BO 8 close pulse-off 500/0 ms at outstation 5 (selected 20 ms before)',
    );
    assert.ok(!report.anomalies.some(({ code }) => code.startsWith('dnp3.operate')));
  });

  it('show a file being read, by its name', (t) => {
    const report = told(t, 'zeek+zeek/testing/btest/Traces/dnp3/dnp3_file_read.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /file/), [
      '1 × open ./test.xml of outstation 4 (read)',
      '1 × read block 0 of file 305419896 of outstation 4 (830 bytes) (./test.xml)',
      '1 × close file 305419896 of outstation 4 (./test.xml)',
    ]);
  });

  it('show what a fuzzer sends, as malformed messages with their place', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/dnp3/DNP3-Malformed.pcap');
    if (!report) return;
    const ours = report.malformed.filter(({ protocol }) => protocol.startsWith('dnp3'));
    assert.equal(
      ours.reduce((sum, { count }) => sum + count, 0),
      196,
    );
    assert.equal(report.operations.find(({ code }) => code === 'dnp3.operate')!.count, 197);
  });

  it('show commands and reports of IEC 60870-5-104', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/IEC60870-104/104deneme.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /iec104\.(set|load|single|interrogate)/), [
      '18 × execute IOA 200 := 20 at station 1',
      '10 × load parameters IOA 110 := 0.00009 at station 1: threshold',
      '3 × execute IOA 50 := on at station 1',
      '1 × set the clock of station 65535 to 2019-10-24 17:19:01.274',
      '1 × interrogate station 65535: station',
      '1 × interrogate counters of station 65535: all counters, read',
    ]);
    const single = report.operations.find(({ code }) => code === 'iec104.single-command')!;
    assert.deepEqual(single.refused, [
      { code: 'iec104.unknown-object-address', text: 'unknown object address', params: {}, count: 3 },
    ]);
  });

  it('show voltages as a PMU measured them', (t) => {
    const report = told(t, 'cisagov+icsnpp-synchrophasor/tests/traces/C37.118_4in1PMU_TCP.pcap');
    if (!report) return;
    const { samples } = report.operations.find(({ code }) => code === 'c37118.measurements')!;
    assert.deepEqual((samples[0]!.params['values'] as string[]).slice(0, 3), [
      'PMU1 VA = 100.0616 V ∠ -89.97254°',
      'PMU1 VB = 99.96078 V ∠ 150.0458°',
      'PMU1 VC = 100.007 V ∠ 30.03113°',
    ]);
  });

  it('hold nothing that contradicts the protocols', (t) => {
    for (const file of [
      'EmreEkin+ICS-Pcaps/DNP3/dnp3dataset_capturerem_to_cite_the_paper.pcap',
      'EmreEkin+ICS-Pcaps/DNP3/dnpCounter.pcap',
      'w3h+icsmaster/pcap/dnp3/auth_change_session_keys.pcap',
      'w3h+icsmaster/pcap/dnp3/file_list_directory.pcap',
      'EmreEkin+ICS-Pcaps/IEC60870-104/iec104.pcap',
      'ITI+ICS-Security-Tools/pcaps/IEC60870-5-104/090813_diverse.pcap',
      'cisagov+icsnpp-synchrophasor/tests/traces/C37.118_1PMU_UDP.pcap',
    ]) {
      const report = told(t, file);
      if (!report) return;
      assertSound(report, /^(dnp3.*|iec104|c37\.118)$/, file);
    }
  });
});
