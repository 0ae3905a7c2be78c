import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { tlv } from '../../testing/ber.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, sentences, told } from '../../testing/shared.ts';
import { join, Wire } from '../../testing/wire.ts';
import { cotp } from '../iso/cotp.ts';
import { osi } from '../iso/osi.ts';
import * as encode from './mms-encode.ts';
import { mms } from './mms.ts';

const reading = {
  request: hex`
    A0 2A             confirmed request
    02 01 05          invoke id
    A4 25             read
    A1 23
    A0 21             list of variables
    30 1F A0 1D A1 1B
    1A 04 49454431    domain IED1
    1A 13 43534257493124535424506F7324737456616C  CSBWI1$ST$Pos$stVal
  `,
  reply: hex`
    A1 0E
    02 01 05
    A4 09
    A1 07
    84 02 0680        Dbpos: on
    80 01 0A          object non-existent
  `,
};

const identifying = {
  request: hex`A0 05 02 01 06 82 00`,
  reply: hex`
    A1 16
    02 01 06
    A2 11             identify
    80 03 414242      vendor
    81 06 524546363135
    82 02 4431        revision
  `,
};

const OPER = 'IED1/CSWI1$CO$Pos$Oper';
const POSITION = 'IED1/CSWI1$ST$Pos$stVal';

const operating = {
  request: encode.request(7, encode.write(OPER, encode.command(encode.truth(true)))),
  reply: encode.response(7, encode.written),
};
const reporting = encode.report(
  tlv(0xa1, tlv(0x80, 'RPT')),
  encode.text('IED1/LLN0$RP$urcb01'),
  encode.bits('0111100010'),
  encode.unsigned(12),
  tlv(0x8c, [0, 0, 0, 1, 0x2a, 0x3b]),
  encode.text('IED1/LLN0$Events'),
  encode.unsigned(1),
  encode.bits('01'),
  encode.structure(encode.bits('10'), encode.bits('0000000000000'), encode.utcTime),
  encode.bits('010000'),
);

const LIST = 'IED1/LLN0$Events';
const deleting = {
  request: encode.request(9, encode.deleteLists(LIST)),
  reply: encode.response(9, encode.listsDeleted(1, 1)),
};

const samples = [
  deleting,
  reading,
  identifying,
  operating,
  {
    request: hex`A8 26 80 03 00FDE8 81 01 0A 82 01 0A 83 01 05 A4 16 80 01 01 81 03 05F100 82 0C 03EE1C00000000000000ED18`,
    reply: reporting,
  },
];
const beneath = { dissectors: [cotp, osi], wrap: encode.carried };

type Part = [Direction, Uint8Array];
function analysed(...parts: Part[]) {
  const wire = Wire.speaking(
    { on: 'tcp', at: [102] },
    parts.map(([direction, message]) => [direction, encode.carried(message)]),
  );
  const analysis = new Analysis({ dissectors: [mms, ...beneath.dissectors], strict: true });
  analysis.push(wire.pcap());
  const report = analysis.finish();
  assert.deepEqual(report.malformed, []);
  return report;
}
const exchange = (asked: Uint8Array, answered: Uint8Array): Part[] => [
  ['request', encode.request(1, asked)],
  ['reply', encode.response(1, answered)],
];
const texts = (...parts: Part[]) =>
  analysed(...parts).operations.map(({ samples: [sample] }) => sample!.text);

describe('MMS', () => {
  keepsItsPromises(mms, samples, beneath);

  it('tells what was read, and what was not there', () => {
    const { operations, variables } = analysed(['request', reading.request], ['reply', reading.reply]);
    const [read] = operations;
    assert.equal(read!.samples[0]!.text, 'read IED1/CSBWI1$ST$Pos$stVal (on, –)');
    assert.equal(read!.refused[0]!.code, 'mms.object-non-existent');
    assert.deepEqual([variables[0]!.name, variables[0]!.last.value], ['IED1/CSBWI1$ST$Pos$stVal', 2]);
  });

  it('learns who the device is', () => {
    const { devices } = analysed(['request', identifying.request], ['reply', identifying.reply]);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.deepEqual(
      facts.map(({ field, value }) => `${field} ${value}`),
      ['vendor ABB', 'model REF615', 'firmware D1'],
    );
  });

  it('keeps apart what both sides ask with the same number', () => {
    const { operations } = analysed(
      ['request', encode.request(1, encode.read('A/X'))],
      ['reply', encode.request(1, encode.read('B/Y'))],
      ['reply', encode.response(1, encode.results(encode.integer(1)))],
      ['request', encode.response(1, encode.results(encode.integer(2)))],
    );
    assert.deepEqual(
      operations.map(({ source, samples: [sample] }) => `${source.address} ${sample!.text}`),
      ['192.0.2.1 read A/X (1)', '192.0.2.2 read B/Y (2)'],
    );
  });

  it('notices an answer to something else', () => {
    const { anomalies } = analysed(...exchange(encode.read('A/X'), encode.written));
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { asked: 'read', answered: 'write' });
  });

  it('names the parts of a structure after its type', () => {
    const component = (part: string, type: Uint8Array) => tlv(0x30, tlv(0x80, part), tlv(0xa1, type));
    const type = tlv(
      0xa2,
      tlv(0xa1, component('stVal', tlv(0x84, [0xfe])), component('q', tlv(0x84, [0xf3]))),
    );
    const node = tlv(0xa2, tlv(0xa1, component('ST', tlv(0xa2, tlv(0xa1, component('Pos', type))))));
    const { variables } = analysed(
      ...exchange(tlv(0xa6, tlv(0xa0, encode.name('IED1/CSWI1'))), tlv(0xa6, [0x80, 1, 0], tlv(0xa2, node))),
      ...exchange(
        encode.read('IED1/CSWI1$ST$Pos'),
        encode.results(encode.structure(encode.bits('01'), encode.bits('0000000000000'))),
      ),
    );
    assert.deepEqual(
      variables.map(({ name, last }) => [name, last.value]),
      [[POSITION, 1]],
    );
  });

  it('names them by their place when nobody asked for the type', () => {
    const value = encode.structure(encode.structure(encode.integer(5)), encode.integer(6));
    const { variables } = analysed(...exchange(encode.read('IED1/X$MX$A'), encode.results(value)));
    assert.deepEqual(
      variables.map(({ name }) => name),
      ['IED1/X$MX$A[0][0]', 'IED1/X$MX$A[1]'],
    );
  });

  it('learns a device from its nameplate', () => {
    const { devices } = analysed(
      ...exchange(encode.read('IED1/LPHD1$DC$PhyNam$serNum'), encode.results(encode.text('1VHR9'))),
    );
    assert.ok(
      devices.some(({ facts }) => facts.some(({ field, value }) => field === 'serial' && value === '1VHR9')),
    );
  });
});

describe('the control model', () => {
  it('is told with value, origin, checks, and what the object was before', () => {
    const { operations, variables } = analysed(
      ...exchange(encode.read(POSITION), encode.results(encode.bits('01'))),
      ...exchange(encode.write(OPER, encode.command(encode.truth(true))), encode.written),
    );
    const operate = operations.find(({ code }) => code === 'mms.operate');
    assert.deepEqual(operate!.techniques, ['T0855']);
    assert.deepEqual(operate!.samples[0]!.params, {
      items: [OPER],
      before: 'off',
      value: 'true',
      origin: 'station',
      originator: 'SCADA 1',
      number: 7,
      checks: 'synchrocheck and interlock',
    });
    const set = variables.find(({ name }) => name === `${OPER}$ctlVal`);
    assert.deepEqual([set!.sets, set!.last.value], [1, 1]);
  });

  it('selects by reading and by writing, and cancels', () => {
    const SBO = 'IED1/CSWI1$CO$Pos$SBO';
    const { operations } = analysed(
      ...exchange(encode.read(SBO), encode.results(encode.text(''))),
      ...exchange(encode.write(`${SBO}w`, encode.command(encode.truth(false))), encode.written),
      ...exchange(
        encode.write('IED1/CSWI1$CO$Pos$Cancel', encode.command(encode.truth(false), { test: true })),
        encode.written,
      ),
    );
    assert.deepEqual(
      operations.map(({ code, count, refused }) => [code, count, refused[0]?.code]),
      [
        ['mms.select', 2, 'mms.select-failed'],
        ['mms.cancel-control', 1, undefined],
      ],
    );
    assert.equal(operations[1]!.samples[0]!.params['test'], true);
  });

  it('joins the reason a device reports to the command it did not follow', () => {
    const reason = encode.structure(
      encode.text('IED1/CSWI1$CO$Pos$Oper'),
      encode.integer(1),
      encode.structure(encode.integer(2), tlv(0x89, 'SCADA 1')),
      encode.unsigned(7),
      encode.integer(10),
    );
    const { operations } = analysed(
      ['request', operating.request],
      ['reply', encode.report(encode.variables('LastApplError'), reason)],
      ['reply', encode.response(7, encode.notWritten(3))],
    );
    assert.deepEqual(
      operations[0]!.refused.map(({ code }) => code),
      ['mms.blocked-by-interlocking', 'mms.object-access-denied'],
    );
  });

  it('is a value when the device did it, or nobody saw what it said', () => {
    const asked = encode.write(OPER, encode.command(encode.truth(true)));
    const setsOf = (...parts: Part[]) => analysed(...parts).variables.map(({ name, sets }) => [name, sets]);
    assert.deepEqual(setsOf(...exchange(asked, encode.notWritten(3))), []);
    assert.deepEqual(setsOf(['request', encode.request(1, asked)], ['reply', encode.error(1, 7, 0)]), []);
    assert.deepEqual(setsOf(['request', encode.request(1, asked)]), [[`${OPER}$ctlVal`, 1]]);
  });

  it('is not misled by structures that are none of its own', () => {
    assert.deepEqual(texts(['request', encode.request(1, encode.write(OPER, encode.structure()))]), [
      'operate IED1/CSWI1$CO$Pos$Oper := ',
    ]);
  });
});

describe('writing by functional constraint', () => {
  it('sets those of several variables that were not refused', () => {
    const items = ['IED1/PTOC1$SP$A$setMag$f', 'IED1/PTOC1$SP$B$setMag$f'];
    const write = tlv(0xa5, encode.variables(...items), tlv(0xa0, encode.integer(3), encode.integer(4)));
    const { variables } = analysed(...exchange(write, tlv(0xa5, [0x80, 1, 3], tlv(0x81))));
    assert.deepEqual(
      variables.map(({ name, sets, last }) => [name, sets, last.value]),
      [[items[1], 1, 4]],
    );
  });

  for (const [item, value, code] of [
    ['IED1/PTOC1$SP$StrVal$setMag$f', encode.integer(3), 'mms.write-setting'],
    ['IED1/PTOC1$SE$StrVal$setMag$f', encode.integer(3), 'mms.write-setting'],
    ['IED1/LLN0$SP$SGCB$ActSG', encode.unsigned(2), 'mms.setting-group'],
    ['IED1/MMXU1$SV$A$phsA$subEna', encode.truth(true), 'mms.substitute'],
    ['IED1/LLN0$RP$urcb01$RptEna', encode.truth(true), 'mms.enable-reports'],
    ['IED1/LLN0$BR$brcb01$RptEna', encode.truth(false), 'mms.disable-reports'],
    ['IED1/LLN0$BR$brcb01$IntgPd', encode.unsigned(2), 'mms.write-control-block'],
    ['IED1/LLN0$GO$gcb01$GoEna', encode.truth(false), 'mms.disable-publisher'],
    ['IED1/LLN0$MS$msv01$SvEna', encode.truth(true), 'mms.enable-publisher'],
    ['IED1/MMXU1$CF$A$db', encode.unsigned(2), 'mms.write-configuration'],
    ['plc/counter', encode.unsigned(2), 'mms.write'],
  ] as const) {
    it(`${item} is ${code}`, () => {
      assert.equal(
        analysed(['request', encode.request(1, encode.write(item, value))]).operations[0]!.code,
        code,
      );
    });
  }

  it('tells what a setting was', () => {
    const item = 'IED1/PTOC1$SP$StrVal$setMag$i';
    const { operations } = analysed(
      ...exchange(encode.read(item), encode.results(encode.integer(3))),
      ...exchange(encode.write(item, encode.integer(9)), encode.written),
    );
    const set = operations.find(({ code }) => code === 'mms.write-setting');
    assert.equal(set!.samples[0]!.text, `set ${item} := 9 (before: 3)`);
  });
});

describe('reports', () => {
  it('are told with the members of their data set', () => {
    const { operations, variables } = analysed(
      ...exchange(
        encode.listAttributes('IED1/LLN0$Events'),
        encode.listOf('IED1/XCBR1$ST$Pos', 'IED1/CSWI1$ST$Pos'),
      ),
      ['reply', reporting],
    );
    const reported = operations.find(({ code }) => code === 'mms.report')!;
    assert.equal(reported.source.address, '192.0.2.2');
    assert.equal(
      reported.samples[0]!.text,
      'report IED1/LLN0$RP$urcb01 (IED1/LLN0$Events): IED1/CSWI1$ST$Pos = {on, 0000000000000, 2019-12-20T12:50:20.500Z}',
    );
    assert.equal(variables[0]!.name, 'IED1/CSWI1$ST$Pos[0]');
  });

  it('may lose their data set, which tells nobody that it is gone', () => {
    const { operations, detections } = analysed(['request', deleting.request], ['reply', deleting.reply]);
    assert.deepEqual(
      operations.map(({ code, dangerous, techniques, samples: [sample] }) => [
        code,
        dangerous,
        techniques,
        sample!.text,
      ]),
      [['mms.delete-variable-list', true, ['T0804'], `delete the list ${LIST}`]],
    );
    assert.deepEqual(
      detections.map(({ id }) => id),
      ['reporting-blocked'],
    );
    const [refused] = analysed(['request', deleting.request], ['reply', encode.error(9, 7, 3)]).operations;
    assert.deepEqual(refused!.refused, [
      { code: 'mms.object-access-denied', text: 'object access denied', params: {}, count: 1 },
    ]);
  });

  it('tell of lists without asking what is in them', () => {
    const unknown = encode.report(tlv(0xa1, encode.name('A/list')), encode.integer(1), encode.integer(2));
    assert.deepEqual(texts(['reply', unknown]), ['report A/list: A/list = 1, ? = 2']);
  });

  it('tell that some were lost', () => {
    const lost = encode.report(
      tlv(0xa1, tlv(0x80, 'RPT')),
      encode.text('brcb'),
      encode.bits('0000001000'),
      encode.truth(true),
      encode.bits('1'),
      encode.integer(4),
    );
    const { anomalies, variables } = analysed(['reply', lost]);
    assert.equal(anomalies[0]!.code, 'mms.report-overflow');
    assert.equal(variables[0]!.name, 'brcb[0]');
  });
});

describe('files and domains', () => {
  const fileName = (tag: number, file: string) => tlv(tag, tlv(0x19, file));
  const obtain = encode.request(1, tlv(0xbf2e, fileName(0xa1, 'new.cid'), fileName(0xa2, 'new.cid')));

  it('are found in the capture, byte for byte', () => {
    const { transfers, operations } = analysed(
      ...exchange(
        tlv(0xbf48, fileName(0xa0, 'COMTRADE/1.cfg'), [0x81, 1, 0]),
        tlv(0xbf48, [0x80, 1, 9], tlv(0xa1, [0x80, 1, 6])),
      ),
      ...exchange(tlv(0x9f49, [9]), tlv(0xbf49, tlv(0x80, 'abc'))),
      ...exchange(tlv(0x9f49, [9]), tlv(0xbf49, tlv(0x80, 'def'), [0x81, 1, 0])),
      ...exchange(tlv(0x9f4a, [9]), tlv(0x9f4a)),
    );
    const [{ name, way, bytes, complete, kind }] = transfers as [(typeof transfers)[0]];
    assert.deepEqual([name, way, bytes, complete, kind], ['COMTRADE/1.cfg', 'from', 6, true, 'file']);
    assert.deepEqual(
      operations.map(({ samples: [sample] }) => sample!.text),
      ['read from file COMTRADE/1.cfg', 'open file COMTRADE/1.cfg (6 bytes)', 'close file COMTRADE/1.cfg'],
    );
  });

  it('that a device is told to fetch go to it', () => {
    const { transfers } = analysed(
      ['request', obtain],
      ['reply', encode.request(2, tlv(0xbf48, fileName(0xa0, 'new.cid'), [0x81, 1, 0]))],
      ['request', encode.response(2, tlv(0xbf48, [0x80, 1, 4], tlv(0xa1, [0x80, 1, 3])))],
      ['reply', encode.request(3, tlv(0x9f49, [4]))],
      ['request', encode.response(3, tlv(0xbf49, tlv(0x80, 'xyz'), [0x81, 1, 0]))],
    );
    const [{ way, kind, device }] = transfers as [(typeof transfers)[0]];
    assert.deepEqual([way, kind], ['to', 'configuration']);
    assert.ok(device);
  });

  it('go to a device that asks for them segment by segment', () => {
    const { transfers } = analysed(
      ...exchange(tlv(0xba, tlv(0x80, 'Program1'), tlv(0xa1), [0x82, 1, 0]), tlv(0x9a)),
      ['reply', encode.request(1, tlv(0x9b, 'Program1'))],
      ['request', encode.response(1, tlv(0xbb, tlv(0x80, 'code'), [0x81, 1, 0]))],
      ['reply', encode.request(2, tlv(0xbc, tlv(0x80, 'Program1')))],
    );
    const [{ name, way, bytes, complete, kind }] = transfers as [(typeof transfers)[0]];
    assert.deepEqual([name, way, bytes, complete, kind], ['Program1', 'to', 4, true, 'program']);
  });

  it('come from a device', () => {
    const { transfers } = analysed(
      ...exchange(tlv(0x9d, 'Program1'), tlv(0xbd, [0x80, 1, 3], tlv(0xa1))),
      ...exchange(tlv(0x9e, [3]), tlv(0xbe, tlv(0x80, 'code'), [0x81, 1, 0])),
      ...exchange(tlv(0x9f1f, [3]), tlv(0x9f1f)),
    );
    assert.deepEqual(
      [transfers[0]!.name, transfers[0]!.way, transfers[0]!.complete],
      ['Program1', 'from', true],
    );
  });

  it('are listed, renamed and deleted', () => {
    const entry = tlv(0x30, fileName(0xa0, 'a.dat'), tlv(0xa1, [0x80, 1, 7]));
    assert.deepEqual(
      texts(
        ...exchange(tlv(0xbf4d), tlv(0xbf4d, tlv(0xa0, tlv(0x30, entry)))),
        ['request', encode.request(2, tlv(0xbf4b, fileName(0xa0, 'a.dat'), fileName(0xa1, 'b.dat')))],
        ['request', encode.request(3, tlv(0xbf4c, tlv(0x19, 'b.dat')))],
      ).sort(),
      ['delete file b.dat', 'list files * (a.dat (7 bytes))', 'rename file a.dat to b.dat'],
    );
  });
});

describe('refusals', () => {
  it('come from service errors and rejections', () => {
    const { operations } = analysed(
      ['request', encode.request(1, tlv(0xbf29, tlv(0x80, 'main')))],
      ['reply', encode.error(1, 7, 3)],
      ['request', encode.request(2, tlv(0xbf28, tlv(0x80, 'main')))],
      ['reply', hex`A4 06 80 01 02 81 01 01`],
    );
    assert.deepEqual(
      operations.map(({ code, refused }) => [code, refused[0]!.code]),
      [
        ['mms.stop', 'mms.object-access-denied'],
        ['mms.start', 'mms.rejected-unrecognized-service'],
      ],
    );
  });
});

describe('recognising MMS', () => {
  const recognised = (bytes: Uint8Array) => mms.recognises(bytes, 0, bytes.length, false);

  it('takes whole messages, straight on COTP too', () => {
    for (const { request, reply } of samples) {
      assert.equal(recognised(request), OURS);
      assert.equal(recognised(reply), OURS);
    }
    assert.equal(recognised(hex`8B 00`), OURS);
    assert.equal(recognised(hex`85 01 01`), OURS);
  });

  it('takes nothing else', () => {
    assert.equal(recognised(join(reading.request, [0])), NOT_OURS);
    assert.equal(recognised(reading.request.subarray(0, 20)), NOT_OURS);
    assert.equal(recognised(hex`A0 05 04 01 06 82 00`), NOT_OURS);
    assert.equal(recognised(hex`8B 01 00`), NOT_OURS);
    assert.equal(recognised(hex`30 05 02 01 06 82 00`), NOT_OURS);
  });
});

describe('reading MMS', () => {
  const read = (bytes: Uint8Array) => mms.read(new ByteReader(bytes), { direction: 'request' });

  it('says where a message stops making sense', () => {
    assert.throws(() => read(hex`A0 03 02 01 05`), new Malformed('service', 5, 'is missing'));
    assert.throws(() => read(hex`A0 03 04 01 05`), new Malformed('invokeID', 2, 'cannot be OCTET STRING'));
  });

  it('does not follow data in data without end', () => {
    let deep: Uint8Array = encode.integer(1);
    for (let i = 0; i < 200; i++) deep = encode.structure(deep);
    assert.throws(() => read(encode.request(1, encode.write('A/X', deep))), /nested too deep/);
  });

  it('reads all values of the standard', () => {
    const values = join(
      hex`87 05 08 41480000`,
      hex`87 09 0B 4029000000000000`,
      hex`8C 06 02932E00 0001`,
      hex`8D 01 12`,
      hex`8E 02 0480`,
      hex`90 02 C3A9`,
      hex`91 08 5DFCC38C 800000 0A`,
    );
    const { body } = read(tlv(0xa1, [2, 1, 1], encode.results(values)));
    assert.deepEqual((body as { listOfAccessResult: unknown }).listOfAccessResult, [
      12.5,
      12.5,
      { moment: '1984-01-02T12:00:00.000Z' },
      18,
      { bits: '1000' },
      'é',
      { moment: '2019-12-20T12:50:20.500Z' },
    ]);
  });
});

describe('real captures of MMS', () => {
  for (const file of [
    'EmreEkin+ICS-Pcaps/IEC61850/Substation/ABB1.pcap',
    'EmreEkin+ICS-Pcaps/IEC61850/Substation/simens.pcap',
    'EmreEkin+ICS-Pcaps/IEC61850/mms2.pcap',
    'ITI+ICS-Security-Tools/pcaps/IEC61850/8d7c7db0-9804-012b-b2a6-0016cb8cea27.pcap',
  ]) {
    it(`are sound: ${file}`, (t) => {
      const report = told(t, file);
      if (report) assertSound(report, /mms|osi/, file);
    });
  }

  it('name the quantities of a relay after its model', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/IEC61850/Substation/ABB1.pcap');
    if (!report) return;
    const position = report.variables.find(({ name }) => name === 'IED_H10CTRL/CBCSWI1$ST$Pos$stVal')!;
    assert.deepEqual([position.count, position.last.value], [20, 2]);
    assert.ok(report.devices.some(({ facts }) => facts.some(({ value }) => value === 'REF615')));
  });

  it('tell of programs that are started and stopped', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/IEC61850/MMS/mms-stopRequest.pcap');
    if (!report) return;
    assert.deepEqual(sentences(report, /^mms\.(start|stop)$/), [
      '1 × start program R395024397Application_1',
      '1 × stop program R395024397Application_1',
    ]);
  });
});
