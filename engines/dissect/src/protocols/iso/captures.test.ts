import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Report } from '../../index.ts';
import { assertSound, sentences, told } from '../../testing/shared.ts';

const factsOf = ({ devices }: Report, address: string, from: string) =>
  Object.fromEntries(
    devices
      .find(({ addresses, macs }) => [...addresses, ...macs].includes(address))!
      .facts.filter(({ protocol }) => protocol === from)
      .map(({ field, value }) => [field, value]),
  );

describe('real captures of Siemens plants', () => {
  it('show a program going into a controller, block by block', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/step7_s300_download.pcapng');
    if (!report) return;
    assert.deepEqual(sentences(report, /download|activate/), [
      '1 × download DB1 (216 bytes)',
      '1 × next part of DB1 (216 bytes)',
      '1 × download of DB1 ended',
      '1 × activate DB1',
    ]);
    const station = report.devices.find(({ addresses }) => addresses.includes('134.249.53.130'))!;
    assert.equal(station.roles[0]!.role, 'engineering');
  });

  it('show a controller being stopped', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/snap7_s300_stop.pcapng');
    if (!report) return;
    const [stop] = report.operations;
    assert.equal(stop!.code, 's7comm.stop');
    assert.equal(stop!.dangerous, true);
    assert.equal(stop!.target.address, '134.249.61.163');
    assert.deepEqual(stop!.refused, []);
  });

  it('show the nameplate of a controller that an engineering station asked for', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/tia_s300_goOnline.pcapng');
    if (!report) return;
    assert.deepEqual(factsOf(report, '134.217.61.211', 's7comm'), {
      orderNumber: '6ES7 315-2EH14-0AB0',
      hardware: '3',
      firmware: 'V3.2.7',
      vendor: 'Siemens',
      station: 'S7300/ET200M station_1',
      name: 'PLC_1',
      serial: 'S C-B1U393142011',
      product: 'CPU 315-2 PN/DP',
    });
  });

  it('show what a panel wrote, and what stood there before', (t) => {
    const report = told(t, 'cisagov+icsnpp-s7comm/tests/traces/s7comm_plus.pcap');
    if (!report) return;
    const writes = report.operations.find(({ code }) => code === 's7comm.write-outputs')!;
    assert.deepEqual(
      writes.samples.map(({ text }) => text),
      [
        'write QB1 := 8 (was 0)',
        'write QB2 := 2 (was 3)',
        'write QB1 := 32 (was 40)',
        'write QB1 := 8 (was 0)',
        'write QB2 := 2 (was 3)',
        'write QB1 := 32 (was 40)',
      ],
    );
  });

  it('show uploads, the clock being set, and the refusal of a block that is not there', (t) => {
    const report = told(t, 'cisagov+icsnpp-s7comm/tests/traces/snap7.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /upload$|set-clock/), [
      '1 × set the clock to 2016-02-08 23:08:10.000',
      '5 × upload SDB0 (216 bytes)',
    ]);
    const asked = report.operations.find(({ code }) => code === 's7comm.block-information')!;
    assert.deepEqual(asked.refused, [
      { code: 's7comm.block-not-found', text: 'block not found', params: {}, count: 1 },
    ]);
  });

  it('show variables modified from a table', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/step7_s300_rwVarTab.pcapng');
    if (!report) return;
    assert.deepEqual(sentences(report, /modify/), ['3 × modify MD0, MW4, I8.1 := 4133851f, dead, 01']);
  });

  it('show a station whose address was changed', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/profinet/ChangeIPUsingDCP.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /dcp/), [
      '1 × set the IP address to 192.168.0.10, mask 255.255.255.0, gateway 192.168.0.1 (was 192.168.0.6)',
      '1 × Ask all stations who they are',
    ]);
    const facts = factsOf(report, '08:00:06:93:cf:32', 'profinet-dcp');
    assert.equal(facts['station'], 'X208-BORD');
    assert.equal(facts['vendor'], 'Siemens');
  });

  it('show controller and panel by what they tell their neighbours', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/LLDP/simens.pcap');
    if (!report) return;
    const controller = factsOf(report, '192.168.0.1', 'lldp');
    assert.equal(controller['station'], 'plcxb1d0ed');
    assert.equal(controller['orderNumber'], '6ES7 214-1AG40-0XB0');
    assert.equal(controller['firmware'], 'V4.2.1');
    const panel = report.devices.find(({ addresses }) => addresses.includes('192.168.0.2'))!;
    assert.equal(panel.roles[0]!.role, 'hmi');
  });

  it('hold nothing that contradicts the protocols', (t) => {
    for (const file of [
      'w3h+icsmaster/pcap/s7/step7_s300_readDiagData.pcapng',
      'w3h+icsmaster/pcap/s7/wincc_s300_setup-alarm-read-write.pcapng',
      'EmreEkin+ICS-Pcaps/S7COMM/icss7.pcap',
      'cisagov+icsnpp-profinet-io-cm/testing/traces/profinet_io_cm_mixed_1.pcap',
    ]) {
      const report = told(t, file);
      if (!report) return;
      assertSound(report, /^(cotp|s7comm|s7comm-plus|lldp|profinet-.*)$/, file);
    }
  });
});
