import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, Wire } from '../../testing/wire.ts';
import { coap } from './coap.ts';

// RFC 7252, appendix A, figures 16 and 19, and what they lead to.
const get = join(hex`40 01 7D34 BB`, Buffer.from('temperature'));
const content = join(hex`60 45 7D34 FF`, Buffer.from('22.3 C'));
const getWithToken = join(hex`41 01 7D35 20 BB`, Buffer.from('temperature'));
const contentWithToken = join(hex`61 45 7D35 20 FF`, Buffer.from('22.3'));
const acknowledged = hex`60 00 7D35`;
const separate = join(hex`41 45 AD7B 20 FF`, Buffer.from('22.4'));
const put = join(
  hex`42 03 0001 AB01 B4`,
  Buffer.from('pump'),
  [0x05],
  Buffer.from('speed'),
  hex`10 FF`,
  Buffer.from('1450'),
);
const changed = hex`62 44 0001 AB01`;
const forbidden = hex`62 83 0001 AB01`;
const observe = join(hex`41 01 0010 4A 60 5B`, Buffer.from('temperature'));
const notified = (value: string, id: number) =>
  join([0x51, 0x45, 0, id, 0x4a, 0x61, id, 0x60, 0xff], Buffer.from(value));
const discover = join(hex`40 01 0020 BB`, Buffer.from('.well-known'), hex`04`, Buffer.from('core'));
const block = (number: number, more: boolean, text: string) =>
  join(
    [0x41, 0x45, 0, 0x30 + number, 0x77, 0xd1, 0x0a, (number << 4) | (more ? 8 : 0), 0xff],
    Buffer.from(text),
  );
const getFile = join(hex`41 01 0030 77 B8`, Buffer.from('firmware'));

const samples = [
  { request: get, reply: content },
  { request: getWithToken, reply: contentWithToken },
  { request: put, reply: changed },
  { request: observe, reply: notified('20', 1) },
  { request: getFile, reply: block(0, true, 'sixteen octets!!') },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [coap], strict: true });
  const wire = Wire.speaking(coap.carriers[0]!, parts);
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}
const texts = ({ operations }: Pick<ReturnType<typeof analysed>, 'operations'>) =>
  operations.flatMap(({ samples: all }) => all.map(({ text }) => text));

describe('CoAP', () => {
  keepsItsPromises(coap, samples);

  it('tells what was read, and what it was', () => {
    assert.deepEqual(texts(analysed(['request', get], ['reply', content])), ['read /temperature (= 22.3 C)']);
  });

  it('joins a separate answer by its token, and takes numbers for variables', () => {
    const report = analysed(['request', getWithToken], ['reply', acknowledged], ['reply', separate]);
    assert.deepEqual(texts(report), ['read /temperature (= 22.4)']);
    assert.deepEqual([report.variables[0]!.name, report.variables[0]!.last.value], ['/temperature', 22.4]);
  });

  it('tells who writes what, and that it was refused', () => {
    const report = analysed(['request', put], ['reply', forbidden]);
    assert.deepEqual(texts(report), ['write /pump/speed := 1450']);
    assert.equal(report.operations[0]!.samples[0]!.refused!.code, 'coap.forbidden');
    assert.deepEqual(report.variables, []);
    for (const seen of [analysed(['request', put], ['reply', changed]), analysed(['request', put])]) {
      assert.deepEqual(
        seen.variables.map(({ name, sets, last }) => [name, sets, last.value]),
        [['/pump/speed', 1, 1450]],
      );
    }
  });

  it('follows what is observed', () => {
    const { variables, operations } = analysed(
      ['request', observe],
      ['reply', notified('20', 1)],
      ['reply', notified('21', 2)],
    );
    assert.equal(operations[0]!.code, 'coap.observe');
    assert.deepEqual([variables[0]!.count, variables[0]!.last.value], [2, 21]);
  });

  it('tells who looks what is there', () => {
    assert.equal(analysed(['request', discover]).operations[0]!.code, 'coap.discover');
  });

  it('finds a file that comes in blocks', () => {
    const { transfers, file } = analysed(
      ['request', getFile],
      ['reply', block(0, true, 'sixteen octets!!')],
      ['request', getFile],
      ['reply', block(1, false, 'and more')],
    );
    const [{ name, bytes, complete, pieces }] = transfers as [(typeof transfers)[0]];
    assert.deepEqual([name, bytes, complete], ['/firmware', 24, true]);
    const text = pieces.map(([at, length]) => Buffer.from(file.subarray(at, at + length)).toString());
    assert.equal(text.join(''), 'sixteen octets!!and more');
  });

  it('takes no token longer than eight, and no option of 15', () => {
    const read = (bytes: Uint8Array) => coap.read(new ByteReader(bytes), { direction: 'request' });
    assert.throws(() => read(hex`49 01 0001 000000000000000000`), /token length/);
    assert.throws(() => read(hex`40 01 0001 F0`), new Malformed('delta', 4, '15 is reserved'));
  });

  it('is recognised elsewhere by a request with a path', () => {
    assert.equal(coap.recognises(get, 0, get.length, false), OURS);
    assert.equal(coap.recognises(content, 0, content.length, false), NOT_OURS);
    assert.equal(coap.recognises(get.with(5, 1), 0, get.length, false), NOT_OURS);
  });

  it('reads a real exchange', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CoAP/post.pcap');
    if (!report) return;
    const said = sentences(report, /./).toSorted();
    assert.deepEqual(said, [
      '1 × delete /storage/myresource',
      '1 × post to /storage: myresource',
      '1 × read /storage/myresource (= mydata)',
      '2 × write / := mydata',
    ]);
  });
});
