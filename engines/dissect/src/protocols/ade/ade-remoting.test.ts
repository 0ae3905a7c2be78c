import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Carrier, type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { adeRemoting } from './ade-remoting.ts';

const le = (value: number) => [value & 0xff, value >> 8];

/** As published tools ask for it; what is in the last two octets of the header nobody told. */
function lookUp(name: string): Uint8Array {
  const text = Buffer.from(`Ade.Remoting.Services.${name}\0`);
  return join(hex`0100 0000 0000`, le(text.length), hex`0000 0000 0000 0000`, text);
}
const lookedUp = (service: number) => join(hex`0100 0100 0000 0000`, le(service), hex`0000 0000 0000`);

/** As published. */
const stop = hex`0100 0200 0000 0000 0100 0700 0000 0000`;
const coldStart = hex`0100 0200 0000 0200 0100 0600 0000 0000 0100`;
const askState = hex`
  0100 0200 0000 0800   version, call, length
  0300 0300             service: device, method: read attributes
  0000 0000
  02000000 0240 0B40    two: state, checksum of metadata
`;
const keepAlive = hex`
  0100 0200 0000 1C00 0300 0300 0000 0000
  0C000000 0700 0500 0600 0800 1000 0200 1100 0E00 0F00 0D00 1640 1600
`;
/** The state is where published tools look for it: at octet 24. */
const state = (value: number) =>
  join(
    hex`0100 0300 0000 1400 0300 0300 0000 0000 02000000 07000000`,
    [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24],
    hex`07000000 44332211`,
  );

function analysed(parts: [Direction, Uint8Array][], on: Carrier = adeRemoting.carriers[0]!) {
  const analysis = new Analysis({ dissectors: [adeRemoting], strict: true });
  analysis.push(Wire.speaking(on, parts).pcap());
  return analysis.finish();
}

function textsOf(...parts: [Direction, Uint8Array][]): string[] {
  return analysed(parts).operations.flatMap(({ samples }) => samples.map(({ text }) => text));
}

describe('Ade.Remoting', () => {
  keepsItsPromises(adeRemoting, [
    { request: lookUp('IProConOSControlService'), reply: lookedUp(1) },
    { request: askState, reply: state(0x403) },
    { request: stop },
    { request: coldStart },
    { request: keepAlive },
  ]);

  it('tells stops and starts, and how it is to start', () => {
    const { operations, detections } = analysed([
      ['request', stop],
      ['request', coldStart],
    ]);
    assert.deepEqual(
      operations.map(({ code, dangerous, samples: [sample] }) => [code, dangerous, sample!.text]),
      [
        ['ade-remoting.stop', true, 'stop the program'],
        ['ade-remoting.start', true, 'start the program (cold)'],
      ],
    );
    assert.ok(detections.some(({ id }) => id === 'stopped-and-started'));
    assert.ok(analysed([['request', stop]]).detections.some(({ id }) => id === 'controller-stopped'));
  });

  it('tells in which state the controller is', () => {
    const texts = [0, 3, 7, 0x0200_4003].map((value) =>
      textsOf(['request', askState], ['reply', state(value)]),
    );
    assert.deepEqual(texts.flat(), [
      'ask the state (got on)',
      'ask the state (got running)',
      'ask the state (got stopped)',
      'ask the state (got running, breakpoint set, forces present)',
    ]);
    assert.deepEqual(textsOf(['reply', state(3)]), []);
  });

  it('tells the state as the answer to the call that has its invocation', () => {
    const [asked, called] = [askState.with(12, 1), askState.with(12, 2)];
    const answer = (invocation: number, value: number) => state(value).with(12, invocation);
    const texts = textsOf(
      ['request', asked],
      ['request', called],
      ['reply', answer(3, 0)],
      ['reply', answer(2, 7)],
      ['reply', answer(1, 3)],
    );
    assert.deepEqual(texts.toSorted(), ['ask the state (got running)', 'ask the state (got stopped)']);
    // Of another method, or of another call with the same number.
    assert.deepEqual(textsOf(['request', askState], ['reply', state(3).with(10, 4)], ['reply', state(7)]), [
      'ask the state (got stopped)',
    ]);
    assert.ok(
      textsOf(['request', askState], ['request', keepAlive], ['reply', state(3)]).includes('ask the state'),
    );
  });

  it('tells attributes by name', () => {
    const [text] = textsOf(['request', keepAlive]);
    assert.match(text!, /^ask for program size, data size, .*, logic analyser, 22$/);
  });

  it('learns what the number of a service means from its looking up', () => {
    const force = hex`0100 0200 0000 0000 0500 0200 0000 0000`;
    assert.deepEqual(textsOf(['request', force]), ['call method 2 of 5']);
    const learnt = textsOf(
      ['request', lookUp('IForceService2')],
      ['reply', lookedUp(0)],
      ['request', lookUp('IForceService')],
      ['reply', lookedUp(5)],
      ['request', force],
    );
    assert.ok(learnt.includes('force nothing any more'), learnt.join('; '));
    const moved = textsOf(['request', lookUp('IDebugService')], ['reply', lookedUp(1)], ['request', stop]);
    assert.ok(moved.includes('call method 7 of IDebugService'), moved.join('; '));
  });

  it('learns so many names, and none that is too long for one', () => {
    const call = (service: number) => join(hex`0100 0200 0000 0000`, le(service), hex`0200 0000 0000`);
    const learnt = (name: string) =>
      textsOf(['request', lookUp(name)], ['reply', lookedUp(5)], ['request', call(5)]);
    assert.deepEqual(learnt('I'.repeat(105)), [
      `look up ${'I'.repeat(105)}`,
      `call method 2 of ${'I'.repeat(105)}`,
    ]);
    assert.deepEqual(learnt('I'.repeat(106)), ['look up ?', 'call method 2 of 5']);
    const many = (count: number) =>
      Array.from({ length: count }, (_, i): [Direction, Uint8Array][] => [
        ['request', lookUp(`I${i + 1}`)],
        ['reply', lookedUp(i + 1)],
      ]).flat();
    const last = (count: number) => textsOf(...many(count), ['request', call(count)]);
    assert.ok(last(64).includes('call method 2 of I64'));
    assert.ok(last(65).includes('call method 2 of 65'));
  });

  it('is recognised on other ports by the name of a service', () => {
    const asked = lookUp('IDeviceInfoService');
    assert.equal(adeRemoting.recognises(asked, 0, asked.length, false), OURS);
    for (const message of [stop, coldStart, askState, lookedUp(1), lookUp('').fill(0x41, 16)]) {
      assert.equal(adeRemoting.recognises(message, 0, message.length, false), NOT_OURS);
    }
    const { operations } = analysed(
      [
        ['request', asked],
        ['reply', lookedUp(3)],
        ['request', stop],
      ],
      { on: 'tcp', at: [40_000] },
    );
    assert.ok(operations.some(({ code }) => code === 'ade-remoting.stop'));
  });
});
