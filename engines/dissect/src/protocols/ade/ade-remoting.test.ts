import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Carrier, type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { adeRemoting } from './ade-remoting.ts';

const le = (value: number) => [value & 0xff, value >> 8];
const le32 = (value: number) => [...le(value & 0xffff), ...le(value >>> 16)];

/** As published tools ask for it. */
function lookUp(name: string): Uint8Array {
  const text = Buffer.from(`Ade.Remoting.Services.${name}\0`);
  return checked(join(hex`0100 0000 0000`, le(text.length), hex`0000 0000 0000 0000`, text));
}

/** With the checksum of the header: ones' complement of the sum of its other words. */
function checked(message: Uint8Array): Uint8Array {
  let sum = 0;
  for (let at = 0; at < 14; at += 2) sum += message[at]! | (message[at + 1]! << 8);
  return join(message.subarray(0, 14), le(~sum & 0xffff), message.subarray(16));
}

interface Framed {
  readonly invocation?: number;
  readonly flags?: number;
  readonly additional?: Uint8Array;
}

function framed(
  [kind, service, method]: readonly [kind: number, service: number, method: number],
  body: ArrayLike<number> = [],
  { invocation = 0, flags = 0, additional = new Uint8Array() }: Framed = {},
): Uint8Array {
  const words = [additional.length, body.length, service, method, invocation].flatMap(le);
  return checked(join([1, flags, ...le(kind)], words, [0, 0], additional, body));
}

const DEVICE = 3;
const DATA = 2;
/** As far as a look-up tells. */
const FORCE = 5;
const called = (service: number, method: number, body?: ArrayLike<number>, more?: Framed) =>
  framed([2, service, method], body, more);
const returned = (service: number, method: number, body?: ArrayLike<number>, more?: Framed) =>
  framed([3, service, method], body, more);
const error = (service: number, method: number, number: number) => framed([4, service, method], le32(number));

/** Values of a body, each at a multiple of its width. */
function body(...values: (Uint8Array | string | readonly [width: number, value: number])[]): Uint8Array {
  let written: Uint8Array = new Uint8Array();
  const align = (width: number) => new Uint8Array(-written.length & (width - 1));
  for (const value of values) {
    if (typeof value === 'string') written = join(written, Buffer.from(`${value}\0`));
    else if (value instanceof Uint8Array) written = join(written, align(4), le32(value.length), value);
    else written = join(written, align(value[0]), le32(value[1]).slice(0, value[0]));
  }
  return written;
}

const ok = [4, 200] as const;
const force = (name: string, value: Uint8Array) => called(FORCE, 1, body(name, value));
const read = (name: string) => called(DATA, 5, body(name));
const write = (name: string, value: string) => called(DATA, 10, body(name, value));
const wrote = (status: number) => returned(DATA, 10, body([4, status]));
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
    hex`0100 0300 0000 1400 0300 0300 0000 0000 02000000 09000000`,
    [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24],
    hex`09000000 44332211`,
  );

function analysed(parts: [Direction, Uint8Array][], on: Carrier = adeRemoting.carriers[0]!) {
  const analysis = new Analysis({ dissectors: [adeRemoting], strict: true });
  analysis.push(Wire.speaking(on, parts).pcap());
  return analysis.finish();
}

/** Behind the header of a piece: two octets more of the array whose length is at octet 4. */
const grows = hex`0200 0000 04000000`;

/** Forces have no number but the one that the controller gives. */
const learnsForces: [Direction, Uint8Array][] = [
  ['request', lookUp('IForceService')],
  ['reply', lookedUp(FORCE)],
];

function variablesOf(parts: [Direction, Uint8Array][]): string[] {
  return analysed(parts).variables.map(
    ({ name, last, sets, device }) => `${name} ${last.value} ${sets} of ${device.address}`,
  );
}

function refusalsOf(...parts: [Direction, Uint8Array][]): string[] {
  return analysed(parts).operations.flatMap(({ code, refused }) =>
    refused.map(({ text }) => `${code}: ${text}`),
  );
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
    { request: read('Level'), reply: returned(DATA, 5, body(ok, Uint8Array.of(1, 2, 3, 4, 5))) },
    { request: write('Pump.Run', '1'), reply: wrote(401) },
    { request: lookUp('IForceService'), reply: lookedUp(FORCE) },
    { request: force('Pump.Run', Uint8Array.of(1)), reply: error(FORCE, 1, 0x201) },
    { request: called(DEVICE, 1, body([2, 1])), reply: returned(DEVICE, 1, body([2, 14], 'ILC 171')) },
    { request: called(DATA, 6, body([2, 7])), reply: framed([3, DATA, 6], body(ok), { flags: 1 }) },
    { request: read('Level'), reply: framed([3, DATA, 6], [1, 2], { flags: 2, additional: grows }) },
    { request: framed([6, 0, 0]) },
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
    const five = hex`0100 0200 0000 0E00 0300 0300 0000 0000 05000000 1240 1340 1300 1140 1200`;
    assert.deepEqual(textsOf(['request', five]), [
      'ask for code address, data address, signature of the core library, execution in flash, built-in linker',
    ]);
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
    const crossed = textsOf(
      ['request', lookUp('IOther').with(12, 1).with(14, 0).with(15, 0)],
      ['request', lookUp('IForceService').with(12, 2).with(14, 0).with(15, 0)],
      ['reply', lookedUp(5).with(12, 2)],
      ['reply', lookedUp(6).with(12, 1)],
      ['request', force],
      ['request', force.with(8, 6)],
    );
    assert.ok(crossed.includes('force nothing any more'), crossed.join('; '));
    assert.ok(crossed.includes('call method 2 of IOther'), crossed.join('; '));
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

  it('tells which variable is forced to what, once the controller agreed', () => {
    const run = force('Pump.Run', Uint8Array.of(1));
    const exchange = (answer: Uint8Array) =>
      [...learnsForces, ['request', run], ['reply', answer]] as [Direction, Uint8Array][];
    assert.deepEqual(variablesOf(exchange(returned(FORCE, 1))), ['Pump.Run 1 1 of 192.0.2.2']);
    assert.deepEqual(variablesOf(exchange(error(FORCE, 1, 0x201))), []);
    // Nothing is known of what it said.
    assert.deepEqual(variablesOf([...learnsForces, ['request', run]]), ['Pump.Run 1 1 of 192.0.2.2']);
    const again: [Direction, Uint8Array][] = [
      ...exchange(returned(FORCE, 1)),
      ['request', force('Pump.Run', Uint8Array.of(0x34, 0x12))],
      ['reply', returned(FORCE, 1)],
      ['request', force('Pump.Run', Uint8Array.of(0, 0, 0x80, 0x3f))],
      ['reply', returned(FORCE, 1)],
      ['request', called(FORCE, 5, body('Pump.Run'))],
      ['request', called(FORCE, 3)],
      ['reply', returned(FORCE, 3, body([2, 1], Uint8Array.of(9)))],
    ];
    assert.deepEqual(textsOf(...again).toSorted(), [
      'ask what is forced (got 1 variables)',
      'force Pump.Run := 1',
      'force Pump.Run := 16#0000803f (before: 4660)',
      'force Pump.Run := 4660 (before: 1)',
      'force Pump.Run no longer',
      'look up IForceService',
    ]);
    assert.deepEqual(variablesOf(again), ['Pump.Run 4660 2 of 192.0.2.2']);
  });

  it('finds octets behind their length however they are padded', () => {
    const value = Uint8Array.of(7);
    const texts = (name: string, padded: Uint8Array) =>
      textsOf(...learnsForces, ['request', called(FORCE, 1, join(Buffer.from(`${name}\0`), padded))]).find(
        (one) => one.startsWith('force'),
      );
    const pad = (count: number) => new Uint8Array(count);
    assert.equal(texts('ABC', join(le32(1), value)), 'force ABC := 7');
    assert.equal(texts('ABCDEFG', join(le32(1), value)), 'force ABCDEFG := 7');
    assert.equal(texts('ABCDEFG', join(le32(1), pad(4), value)), 'force ABCDEFG := 7');
    assert.equal(texts('ABCDEFG', join(pad(4), le32(1), value)), 'force ABCDEFG := 7');
    for (const odd of [join(le32(2), value), join(le32(0xffff_ffff), value), join(le32(1), value, value)]) {
      assert.equal(texts('ABC', odd), 'force ? := ?');
    }
  });

  it('tells variables read and written by name', () => {
    const parts: [Direction, Uint8Array][] = [
      ['request', read('Level')],
      ['reply', returned(DATA, 5, body(ok, Uint8Array.of(0x2c, 1)))],
      ['request', write('Level', '17.5')],
      ['reply', wrote(200)],
      ['request', write('Name', 'Pump 1')],
      ['reply', wrote(200)],
      ['request', read('Flow')],
      ['reply', returned(DATA, 5, body(ok, Uint8Array.of(0, 0, 0x80, 0x3f)))],
    ];
    assert.deepEqual(textsOf(...parts).toSorted(), [
      'read Flow (got 16#0000803f)',
      'read Level (got 300)',
      'write Level := 17.5 (before: 300)',
      'write Name := Pump 1',
    ]);
    assert.deepEqual(variablesOf(parts), ['Level 17.5 1 of 192.0.2.2']);
    // A second text may stand at an even place.
    const apart = called(DATA, 10, join(Buffer.from('Pump\0\0'), Buffer.from('1\0')));
    assert.deepEqual(textsOf(['request', apart]), ['write Pump := 1']);
    for (const no of [wrote(400), error(DATA, 10, 4), returned(DATA, 10, [1, 2, 3])]) {
      assert.deepEqual(
        variablesOf([
          ['request', write('Level', '17.5')],
          ['reply', no],
        ]),
        [],
      );
    }
  });

  it('tells a call for data by number alone where its body is not what its method takes', () => {
    const others = [
      called(DATA, 10, body('Level')),
      called(DATA, 10, body('', '1')),
      called(DATA, 5, hex`0500 4C6576656C`),
      called(DATA, 5, hex`4C65 07 76656C 00`),
      called(DATA, 4, [1, 2, 3]),
      called(DATA, 11, body('Level')),
    ];
    for (const other of others)
      assert.match(textsOf(['request', other])[0]!, /^call method \d+ of IDataAccessService$/);
    // What answers it is not read either.
    const answer = returned(DATA, 5, body([4, 400]));
    assert.deepEqual(refusalsOf(['request', others[2]!], ['reply', answer]), []);
    assert.deepEqual(refusalsOf(['request', read('Level')], ['reply', answer]), ['ade-remoting.read: error']);
  });

  it('tells lists and groups of variables', () => {
    const variables = Uint8Array.of(1, 2, 3);
    const list = [
      [4, 12],
      [2, 2],
      [2, 5],
      [4, 40],
    ] as const;
    assert.deepEqual(
      textsOf(
        ['request', called(DATA, 7, body(...list, variables))],
        ['reply', returned(DATA, 7, body([2, 3]))],
        ['request', called(DATA, 1, body([2, 3], variables))],
        ['request', called(DATA, 6, body([2, 3]))],
        ['request', called(DATA, 4, body([2, 3]))],
        ['request', called(DATA, 8, body(...list, variables))],
        ['request', called(DATA, 2, body(variables))],
        ['request', called(DATA, 9, body(...list, variables, Uint8Array.of(9, 9)))],
        ['request', called(DATA, 3, body(variables, Uint8Array.of(9, 9)))],
      ).toSorted(),
      [
        'add variables to group 3',
        'delete group 3 of variables',
        'make a group of 5 variables (its number is 3)',
        'read 5 variables',
        'read group 3 of variables',
        'read more of a list of variables',
        'write 5 variables',
        'write more of a list of variables',
      ],
    );
  });

  it('tells why calls and look-ups are refused', () => {
    assert.deepEqual(
      [400, 401, 500, 600].flatMap((status) =>
        refusalsOf(['request', write('A', '1')], ['reply', wrote(status)]),
      ),
      // Of what is not finished, more follows.
      ['error', 'not attached', 'illegal'].map((words) => `ade-remoting.write: ${words}`),
    );
    assert.deepEqual(
      [0x8000_0002, 0x4000_0003, 0x2000_0005, 0x2000_0008, 0x7777].flatMap((number) =>
        refusalsOf(['request', stop], ['reply', error(1, 7, number)]),
      ),
      ['not authorised', 'unknown method', 'another master is active', 'read only', 'status 0x7777'].map(
        (words) => `ade-remoting.stop: ${words}`,
      ),
    );
    assert.deepEqual(refusalsOf(['request', stop], ['reply', framed([5, 1, 7])]), [
      'ade-remoting.stop: error',
    ]);
    // Of a method that nobody called.
    assert.deepEqual(refusalsOf(['request', stop], ['reply', error(1, 6, 1)]), []);
    assert.deepEqual(refusalsOf(['request', lookUp('IWhat')], ['reply', error(0, 0, 0x4000_0002)]), [
      'ade-remoting.look-up: unknown service',
    ]);
  });

  it('tells attributes with their values, and who the device is', () => {
    const types: readonly [number, Uint8Array | string | readonly [number, number]][] = [
      [14, 'Phoenix Contact'],
      [26, 'ILC171'],
      [19, 'V4.42'],
      [2, [2, 1]],
      [4, [2, 0xfffe]],
      [6, [2, 0xfffd]],
      [8, [4, -5]],
      [9, [4, 5]],
      [12, [4, 0x3fc0_0000]],
    ];
    const named = [0, 1, 4, 2, 5, 6, 7, 8, 9];
    const ask = called(DEVICE, 3, body([4, named.length], ...named.map((one) => [2, one] as const)));
    const objects = types.flatMap(([type, value]) => [[2, type] as const, value]);
    // Texts of any length: the type of the next stands at an even place.
    const reply = returned(DEVICE, 3, body([4, types.length], ...objects));
    const parts: [Direction, Uint8Array][] = [
      ['request', ask],
      ['reply', reply],
    ];
    assert.match(textsOf(...parts)[0]!, /\(got Phoenix Contact, ILC171, V4\.42, on, -2, -3, -5, 5, 1\.5\)$/);
    const [device] = analysed(parts).devices.filter(({ addresses }) => addresses[0] === '192.0.2.2');
    assert.deepEqual(device!.facts.map(({ field, value }) => `${field} ${value}`).toSorted(), [
      'firmware V4.42',
      'product ILC171',
      'vendor Phoenix Contact',
    ]);
    // No more of them, and no longer ones, than people read.
    const many = body([4, 40], ...Array.from({ length: 40 }, () => [2, 0x400e] as const));
    const long = body(
      [4, 40],
      ...Array.from({ length: 40 }, () => [[2, 14] as const, 'x'.repeat(301)]).flat(),
    );
    const [{ params }] = analysed([
      ['request', called(DEVICE, 3, many)],
      ['reply', returned(DEVICE, 3, long)],
    ]).operations.flatMap(({ samples }) => samples) as unknown as unknown as [
      { params: Record<string, string[]> },
    ];
    assert.deepEqual(
      [params['items']!.length, params['values']!.length, params['values']![0]!.length],
      [32, 32, 256],
    );
    // Of 64 bits, where they stand at multiples of eight: elsewhere nobody told how they are padded.
    const ask64 = called(DEVICE, 3, body([4, 1], [2, 0x4e20]));
    assert.deepEqual(
      textsOf(['request', ask64], ['reply', returned(DEVICE, 3, body([4, 1], [2, 11], [4, 5], [4, 0]))]),
      ['ask for clock (got 5)'],
    );
    const ask1 = called(DEVICE, 1, body([2, 0x4e20]));
    assert.deepEqual(
      textsOf(['request', ask1], ['reply', returned(DEVICE, 1, body([2, 11], [4, 5], [4, 0]))]),
      ['ask for clock'],
    );
    assert.deepEqual(
      textsOf(
        ['request', called(DEVICE, 4, body([2, 0x400e], [2, 0x0e00], 'Pumps'))],
        ['request', called(DEVICE, 5, body([4, 1], [2, 0x4010], [4, 1], [2, 0x0200], [2, 1]))],
        ['request', called(DEVICE, 4, body([2, 0x400e], [2, 0x0f00], [4, 1]))],
      ),
      ['set boot project (to Pumps)', 'set late online changes (to on)', 'set boot project'],
    );
  });

  it('puts together what comes in pieces', () => {
    const value = Uint8Array.from({ length: 20 }, (_, i) => i);
    const first = framed([3, DATA, 5], body(ok, value.subarray(0, 8)), { flags: 1 });
    const second = framed([3, DATA, 5], value.subarray(8, 14), { flags: 3, additional: grows });
    const third = framed([3, DATA, 5], value.subarray(14), { flags: 2, additional: grows });
    const of = (...pieces: Uint8Array[]) =>
      textsOf(['request', read('Recipe')], ...pieces.map((one): [Direction, Uint8Array] => ['reply', one]));
    const whole = `read Recipe (got 16#${Buffer.from(value).toString('hex')})`;
    assert.deepEqual(of(first, second, third), [whole]);
    assert.deepEqual(of(second, third), ['read Recipe']);
    // What is within a piece is none of its own, whatever it looks like.
    assert.deepEqual(textsOf(['reply', framed([3, DATA, 5], stop, { flags: 2 })]), []);
    assert.deepEqual(of(first, second, first, second, third), [whole]);

    // Of one whose second piece was lost, nothing is told.
    const wire = Wire.speaking(adeRemoting.carriers[0]!, [
      ['request', read('Recipe')],
      ['reply', first],
    ]);
    wire.skip('reply', second.length);
    wire.say('reply', third);
    wire.say('reply', returned(DATA, 9));
    const analysis = new Analysis({ dissectors: [adeRemoting], strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();
    assert.deepEqual(
      report.operations.flatMap(({ samples }) => samples.map(({ text }) => text)),
      ['read Recipe'],
    );
    assert.equal(report.dropped['pieces'], 1);
  });

  it('keeps so many pieces, and none of a message that is too long', () => {
    const begun = (invocation: number) => framed([3, DATA, 5], [1], { flags: 1, invocation });
    const many = (count: number) =>
      analysed(Array.from({ length: count }, (_, i): [Direction, Uint8Array] => ['reply', begun(i)])).dropped[
        'pieces'
      ] ?? 0;
    assert.deepEqual([many(8), many(10)], [0, 2]);
    const more = framed([3, DATA, 5], new Uint8Array(60_000), { flags: 3 });
    const long = (count: number) =>
      analysed([['reply', begun(0)], ...Array<[Direction, Uint8Array]>(count).fill(['reply', more])]).dropped[
        'pieces'
      ] ?? 0;
    assert.deepEqual([long(4), long(5)], [0, 1]);
  });

  it('tells a checksum of the header that is wrong', () => {
    const published = hex`
      0100 0000 0000 2F00 0000 0000 0000 CFFF
      4164652E52656D6F74696E672E53657276696365732E4950726F436F6E4F53436F6E74726F6C536572766963653200
    `;
    assert.deepEqual(Buffer.from(lookUp('IProConOSControlService2')), published);
    const wrong = published.with(14, 0xce);
    const found = analysed([
      ['request', published],
      ['request', stop],
      ['request', wrong],
    ]).anomalies;
    assert.deepEqual(
      found.map(({ code, count }) => [code, count]),
      [['ade-remoting.checksum-wrong', 1]],
    );
    // Whether a carry is added to the sum nobody told.
    const carried = called(1, 7, [], { invocation: 0xffff });
    const added = carried.with(14, carried[14]! - 1);
    assert.deepEqual(
      analysed([
        ['request', carried],
        ['request', added],
      ]).anomalies,
      [],
    );
    assert.equal(analysed([['request', carried.with(14, carried[14]! - 2)]]).anomalies.length, 1);
  });

  it('finds the body behind an additional header, and starts as published', () => {
    const warm = hex`0100 0200 0000 0200 0100 0600 0000 0000 0200`;
    const behind = called(1, 6, hex`0300`, { additional: grows });
    assert.deepEqual(textsOf(['request', warm], ['request', behind]), [
      'start the program (warm)',
      'start the program (hot)',
    ]);
  });

  it('agrees with all checksums of headers that were published', () => {
    const published: Record<string, number> = {
      IProConOSControlService2: 0xffcf,
      IDeviceInfoService2: 0xffd4,
      IForceService2: 0xffd9,
      ISimpleFileAccessService3: 0xffce,
      IDataAccessService2: 0xffd4,
      IBreakpointService: 0xffd5,
      ICallstackService: 0xffd6,
    };
    for (const [name, checksum] of Object.entries(published)) {
      const message = lookUp(name);
      assert.equal(message[14]! | (message[15]! << 8), checksum, name);
      assert.deepEqual(analysed([['request', message]]).anomalies, []);
    }
  });

  it('tells breakpoints', () => {
    const debug = (method: number, ...values: (readonly [number, number])[]) =>
      ['request', called(7, method, body(...values))] as [Direction, Uint8Array];
    const texts = textsOf(
      ['request', lookUp('IDebugService')],
      ['reply', lookedUp(7)],
      debug(1),
      debug(2, [4, 0x1234], [4, 0x10]),
      debug(3, [4, 0x1234], [4, 0x10]),
      debug(4),
      debug(5),
      debug(2, [2, 1]),
    );
    assert.deepEqual(texts.toSorted(), [
      'ask where the program stands',
      'let the program continue',
      'look up IDebugService',
      'remove all breakpoints',
      'remove the breakpoint of method 0x1234 (at 0x10)',
      'set a breakpoint in method 0x1234 (at 0x10)',
      'set a breakpoint in method ?',
    ]);
  });

  it('tests of the socket ask for nothing', () => {
    assert.deepEqual(textsOf(['request', framed([6, 0, 0])], ['reply', framed([6, 0, 0])]), []);
  });

  it('shows what it knows of a return in its tree', async () => {
    const wire = Wire.speaking(adeRemoting.carriers[0]!, [
      ['request', called(DEVICE, 3, body([4, 2], [2, 4], [2, 0x400e]))],
      ['reply', returned(DEVICE, 3, body([4, 2], [2, 14], 'V4.42', [2, 14], 'Pumps'))],
    ]);
    const file = wire.pcap();
    const analysis = new Analysis({ dissectors: [adeRemoting], strict: true });
    analysis.push(file);
    const { facts } = analysis.finish().devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const at = facts.find(({ field }) => field === 'firmware')!.at!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [adeRemoting]);
    const fields = tree.messages.at(-1)!.fields.map(({ field }) => field);
    assert.deepEqual(fields, ['header', 'number of values', 'firmware version', 'boot project']);
  });

  it('shows in its tree which names are assumed, and what an error says', () => {
    const shown = (message: Uint8Array, wanted: string) => {
      const reader = new TracedReader(message);
      adeRemoting.read(reader, { direction: 'request' });
      const all = reader.finish().flatMap((field) => [field, ...(field.children ?? [])]);
      return all.find(({ field }) => field === wanted)!;
    };
    assert.equal(shown(read('Level'), 'method').meaning, 'Read a variable (assumed)');
    assert.equal(shown(stop, 'method').meaning, 'Stop');
    assert.equal(shown(stop, 'service').meaning, 'IProConOSControlService');
    assert.equal(shown(error(1, 7, 0x2000_0005), 'error').meaning, 'another master is active');
    const sum = shown(lookUp('I'), 'checksum').value as number;
    assert.equal(shown(lookUp('I').with(14, 0), 'checksum').remark, `should be ${sum}`);
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
