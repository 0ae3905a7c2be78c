import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import type { Direction } from '../../dissector.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises, type Sample } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join as joined, Wire } from '../../testing/wire.ts';
import { enip } from '../enip/enip.ts';
import { cip } from './cip.ts';
import { kindOf } from './operations.ts';

/** SendRRData around a Common Packet. */
function encapsulated(packet: Uint8Array, context = 1): Uint8Array {
  const length = packet.length + 6;
  return joined(
    [0x6f, 0, length & 0xff, length >> 8],
    [0x0b, 0, 2, 0x0e, 0, 0, 0, 0, context, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    packet,
  );
}

const readIdentity = {
  request: hex`
    0200            item count
    0000 0000       null address
    B200 0600       unconnected data
    01              service: Get_Attributes_All
    02 2001 2401    path: Identity, instance 1
  `,
  reply: hex`
    0200 0000 0000
    B200 2700       unconnected data
    81 00 00 00     service: Get_Attributes_All, success
    0100            vendor: Rockwell Automation/Allen-Bradley
    0E00            device type: Programmable Logic Controller
    3600            product code
    1014            revision 16.20
    6031            status
    3F825100        serial number
    14 313735362D4C36312F42204C4F47495835353631  product name: 1756-L61/B LOGIX5561
  `,
};

/** To a module in slot 2 of the backplane. */
const readIdentityInSlot = {
  request: hex`
    0200 0000 0000
    B200 1400       unconnected data
    52              service: Unconnected_Send
    02 2006 2401    path: Connection Manager, instance 1
    05 99           time-out
    0600            message size
    01 02 2001 2401  message: Get_Attributes_All of Identity
    01 00           route path size
    0102            route: backplane, slot 2
  `,
  reply: readIdentity.reply,
};

const slotEmpty = {
  request: hex`
    0200 0000 0000 B200 1400
    52 02 2006 2401 05 99 0600
    01 02 2001 2401
    01 00 0109      route: backplane, slot 9
  `,
  reply: hex`
    0200 0000 0000 B200 0800
    D2 00           service: Unconnected_Send
    01              connection failure
    01 0402         unconnected request timed out
    01 00           remaining path size
  `,
};

/** Two tags at once (1756-PM020, "Multiple Service Packet Service"). */
const readTags = {
  request: hex`
    0200 0000 0000
    B200 2800       unconnected data
    0A              service: Multiple_Service_Packet
    02 2002 2401    path: Message Router, instance 1
    0200            number of services
    0600 1200       offsets
    4C 04 9105 4C6576656C00 0100            Read Tag: Level
    4C 06 9104 50756D70 2802 9101 4100 0100  Read Tag: Pump[2].A
  `,
  reply: hex`
    0200 0000 0000
    B200 1B00       unconnected data
    8A 00 00 00     service: Multiple_Service_Packet, success
    0200            number of services
    0600 1000       offsets
    CC 00 00 00 C400 2A000000  DINT 42
    CC 00 00 00 C100 01        BOOL on
  `,
};

const writeTag = {
  request: hex`
    0200 0000 0000
    B200 1200       unconnected data
    4D              service: Write Tag
    04 9105 4C6576656C00  path: Level
    C400            type: DINT
    0100            elements
    63000000        value: 99
  `,
  reply: hex`0200 0000 0000 B200 0400 CD 00 00 00`,
};

const writeRefused = {
  request: writeTag.request,
  reply: hex`
    0200 0000 0000 B200 0600
    CD 00
    FF 01 0721      general error, 0x2107: wrong type
  `,
};

const stop = {
  request: hex`
    0200 0000 0000 B200 0600
    07              service: Stop
    02 208E 2401    path: Controller, instance 1
  `,
  reply: hex`0200 0000 0000 B200 0400 87 00 0F 00  privilege violation`,
};

/** Protected typed logical write to N7:0 of a MicroLogix (1770-6.5.16, 7-18). */
const writeFile = {
  request: hex`
    0200 0000 0000
    B200 1900       unconnected data
    4B              service: Execute PCCC
    02 2067 2401    path: PCCC, instance 1
    07 0100 78563412  requestor: vendor 1, serial number
    0F 00 0100      command, status, transaction
    AA              function: protected typed logical write with three address fields
    02              size
    07 89 00 00     file 7, type N, element 0, sub-element 0
    3412            value
  `,
  reply: hex`
    0200 0000 0000
    B200 0F00
    CB 00 00 00
    07 0100 78563412
    4F 10 0100      command, status: illegal command or format
  `,
};

/** Class 1, exclusive owner of outputs (CIP Volume 1, 3-5.5.2). */
const forwardOpen = {
  request: hex`
    0200 0000 0000
    B200 3000       unconnected data
    54              service: Forward_Open
    02 2006 2401    path: Connection Manager, instance 1
    05 99           time-out
    00000000        connection to target: the target will say
    01004B00        connection to originator
    0E00            connection serial number
    0100            originator vendor
    785634 12       originator serial number
    00 000000       timeout multiplier
    10270000 1A48   to target: 10 ms, 26 bytes, point to point
    10270000 1A48   to originator: 10 ms, 26 bytes, point to point
    01              class 1, cyclic
    03 2004 2C96 2C64  path: Assembly, connection points 150 and 100
  `,
  reply: hex`
    0200 0000 0000
    B200 1E00       unconnected data
    D4 00 00 00     service: Forward_Open, success
    0200FE00        connection to target
    01004B00        connection to originator
    0E00 0100 78563412
    10270000 10270000  actual packet intervals
    00 00           no application reply
  `,
};

const outputs = {
  request: hex`
    0200            item count
    0280 0800       sequenced address
    0200FE00        connection
    01000000        encapsulation sequence
    B100 0800       connected data
    0100            sequence count
    01000000        run
    FF00            outputs
  `,
};

const explicit: Sample[] = [
  readIdentity,
  readIdentityInSlot,
  slotEmpty,
  readTags,
  writeTag,
  stop,
  writeFile,
  forwardOpen,
];

/** In unconnected data. */
const unconnected = (service: Uint8Array) =>
  joined(hex`0200 0000 0000 B200`, [service.length & 0xff, service.length >> 8], service);
const exchange = (request: Uint8Array, reply: Uint8Array): Sample => ({
  request: unconnected(request),
  reply: unconnected(reply),
});

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]): Report {
  const wire = new Wire(enip.carriers[0]!);
  exchanges.forEach(({ request, reply }, context) => {
    if (request) wire.say('request', encapsulated(request, context));
    if (reply) wire.say('reply', encapsulated(reply, context));
  });
  const analysis = new Analysis({ strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const operationsOf = (report: Report) => report.operations.filter(({ code }) => code.startsWith('cip.'));
const textsOf = (report: Report) =>
  operationsOf(report).flatMap(({ samples }) => samples.map(({ text }) => text));
const countsOf = (report: Report, key: string) => ({ ...(report.counts[key] as Record<string, number>) });
const factsOf = (report: Report) =>
  report.devices
    .find(({ addresses }) => addresses.includes('192.0.2.2'))!
    .facts.map(({ field, value }) => `${field}: ${value}`);

describe('CIP in EtherNet/IP', () => {
  keepsItsPromises({ ...cip, carriers: [cip.carriers[0]!] }, explicit, {
    dissectors: [enip],
    wrap: encapsulated,
  });
});

describe('CIP over UDP', () => {
  keepsItsPromises({ ...cip, carriers: [cip.carriers[1]!] }, [outputs]);
});

describe('CIP', () => {
  it('learns who a device is from its Identity Object', () => {
    assert.deepEqual(factsOf(analysed(readIdentity)), [
      'vendor: Rockwell Automation/Allen-Bradley',
      'product: 1756-L61/B LOGIX5561',
      'orderNumber: 1756-L61/B',
      'deviceType: Programmable Logic Controller',
      'firmware: 16.20',
      'serial: 0051823F',
    ]);
  });

  it('tells the modules of a chassis from the device that leads to them', () => {
    const report = analysed(readIdentityInSlot);
    assert.deepEqual(factsOf(report), [
      'module: slot 2: 1756-L61/B LOGIX5561, Rockwell Automation/Allen-Bradley, Programmable Logic Controller, revision 16.20, serial 0051823F',
    ]);
    assert.deepEqual(textsOf(report), ['read the identity (of slot 2)']);
  });

  it('says that the way failed when an Unconnected Send comes back', () => {
    const [operation] = operationsOf(analysed(slotEmpty));
    assert.deepEqual(operation!.refused, [
      {
        code: 'cip.unconnected-request-timed-out',
        text: 'unconnected request timed out',
        params: {},
        count: 1,
      },
    ]);
  });

  it('says how many requests it forgot before they were answered', () => {
    const wire = new Wire({ on: 'tcp', at: [44818] });
    const message = (packet: Uint8Array, context: number) => {
      const bytes = encapsulated(packet);
      bytes.set([context & 0xff, context >> 8], 12);
      return bytes;
    };
    for (let i = 0; i < 6_000; i++) {
      wire.say('request', message(readIdentity.request, i));
      wire.say('reply', message(readIdentity.reply, i));
    }
    const forgotten = () => {
      const analysis = new Analysis({ strict: true });
      analysis.push(wire.pcap());
      return analysis.finish().dropped['requests']!;
    };
    assert.equal(forgotten(), 0);
    for (let i = 0; i < 6_000; i++) wire.say('request', message(readIdentity.request, i));
    assert.ok(forgotten() >= 6_000 - 4_096);
  });

  it('reads every service of a Multiple Service Packet', () => {
    const report = analysed(readTags);
    assert.deepEqual(textsOf(report), ['read 1 of Level (got 42)', 'read 1 of Pump[2].A (got on)']);
    assert.deepEqual(countsOf(report, 'cip_service'), {
      'request:0x4c': 2,
      'response:0x4c': 2,
      'request:0x0a': 1,
      'response:0x0a': 1,
    });
  });

  it('tells what a tag was before it was written', () => {
    const texts = textsOf(analysed(readTags, writeTag, writeTag));
    assert.ok(texts.includes('write 99 to Level (was 42)'), texts.join());
    assert.ok(texts.includes('write 99 to Level (was 99)'), texts.join());
  });

  it('does not believe a write that was refused', () => {
    const report = analysed(readTags, writeRefused);
    const level = report.variables.find(({ name }) => name === 'Level')!;
    assert.deepEqual([level.sets, level.last.value], [0, 42]);
    const texts = textsOf(analysed(readTags, writeRefused, writeTag));
    assert.ok(!texts.includes('write 99 to Level (was 99)'), texts.join());
  });

  it('tells the mode change of a controller, who did it, and that it was not allowed', () => {
    const report = analysed(stop);
    const [operation] = operationsOf(report);
    assert.equal(operation!.code, 'cip.stop-controller');
    assert.equal(operation!.dangerous, true);
    assert.deepEqual(operation!.techniques, ['T0858']);
    assert.deepEqual(operation!.refused, [
      { code: 'cip.privilege-violation', text: 'privilege violation', params: {}, count: 1 },
    ]);
    assert.deepEqual(countsOf(report, 'cip_request_service_class'), { '0x07@class0x8e': 1 });
    const station = report.devices.find(({ addresses }) => addresses.includes('192.0.2.1'))!;
    assert.equal(station.roles[0]!.role, 'engineering');
  });

  it('tells what is forced, with which bytes, and whether the controller did it', () => {
    const force = hex`4E 02 2068 2401 0100 01000000`;
    const report = analysed(exchange(force, hex`CE 00 00 00`), exchange(force, hex`CE 00 0F 00`));
    const [operation] = operationsOf(report);
    const { code, count, dangerous, access, refused, samples } = operation!;
    assert.deepEqual([code, count, dangerous, access], ['cip.force', 2, true, 'control']);
    assert.equal(samples[0]!.text, 'force Program (0x68), instance 1 (with 010001000000)');
    assert.deepEqual(refused, [
      { code: 'cip.privilege-violation', text: 'privilege violation', params: {}, count: 1 },
    ]);
    const forced = report.detections.find(({ id }) => id === 'io-forced')!;
    assert.deepEqual([forced.severity, forced.count, forced.refused], ['high', 2, 1]);
    // The same number with a tag changes a tag, and with the Connection Manager closes a connection.
    assert.deepEqual(
      operationsOf(
        analysed(
          exchange(hex`4E 04 9105 4C6576656C00 0400 FFFFFFFF 00000000`, hex`CE 00 00 00`),
          exchange(
            hex`4E 02 2006 2401 0599 0100 3700 3F825100 00 00`,
            hex`CE 00 00 00 0100 3700 3F825100 00 00`,
          ),
        ),
      ).filter(({ code }) => code === 'cip.force'),
      [],
    );
  });

  it('hands PCCC on, with who asks kept apart from it', () => {
    const { counts, operations } = analysed(writeFile);
    assert.deepEqual({ ...(counts['ics_frames'] as object) }, { cip: 2, enip: 2, pccc: 2 });
    const write = operations.find(({ code }) => code === 'pccc.write')!;
    assert.equal(write.samples[0]!.text, 'write 4660 to N7:0');
    assert.equal(write.refused[0]!.code, 'pccc.illegal-command-or-format');
  });

  it('binds I/O data over UDP to the connection that was opened over TCP', () => {
    const wire = new Wire(enip.carriers[0]!);
    wire.say('request', encapsulated(forwardOpen.request));
    wire.say('reply', encapsulated(forwardOpen.reply));
    const io = new Wire(cip.carriers[1]!);
    io.time = wire.time;
    io.say('request', outputs.request);
    wire.packets.push(...io.packets);
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();

    assert.deepEqual(textsOf(report), [
      'open a class 1 connection to Assembly (0x04), connection point 150, connection point 100',
      'send 8 bytes to Assembly (0x04), connection point 150, connection point 100',
    ]);
    assert.deepEqual(countsOf(report, 'ics_frames'), { cip: 3, enip: 2 });
    assert.deepEqual(countsOf(report, 'cip_service'), { 'mixed:0x54': 2 });
  });

  it('tells the data of an I/O connection by assembly and word, and when outputs go idle', async () => {
    const sent = (id: ArrayLike<number>, sequence: number, data: ArrayLike<number>) =>
      joined(hex`0200 0280 0800`, id, hex`01000000 B100`, [data.length + 2, 0, sequence, 0], data);
    let file: Uint8Array = new Uint8Array(0);
    const reportOf = (
      open: { request: Uint8Array; reply: Uint8Array },
      ...data: [Direction, Uint8Array][]
    ) => {
      const wire = new Wire(enip.carriers[0]!);
      wire.say('request', encapsulated(open.request));
      wire.say('reply', encapsulated(open.reply));
      const io = new Wire(cip.carriers[1]!);
      io.time = wire.time;
      for (const [direction, bytes] of data) io.say(direction, bytes);
      wire.packets.push(...io.packets);
      const analysis = new Analysis({ strict: true });
      analysis.push((file = wire.pcap()));
      return analysis.finish();
    };
    const rowsOf = ({ variables }: ReturnType<typeof reportOf>) =>
      Object.fromEntries(variables.map(({ name, count, sets, last }) => [name, [count, sets, last.value]]));
    const [out, input] = [hex`0200FE00`, hex`01004B00`];
    const report = reportOf(
      forwardOpen,
      ['request', sent(out, 1, hex`01000000 FF00 07`)],
      // Again because it was time, then with another word, then idle.
      ['request', sent(out, 1, hex`01000000 0000 00`)],
      ['request', sent(out, 2, hex`01000000 FF01 07`)],
      ['request', sent(out, 3, hex`00000000 FF01 07`)],
      ['reply', sent(input, 1, hex`10270000`)],
      ['reply', sent(input, 2, hex`10270100`)],
    );
    assert.deepEqual(rowsOf(report), {
      'assembly 150 run?': [2, 2, 0],
      'assembly 150 word 0?': [2, 2, 0x1ff],
      'assembly 150 byte 2?': [1, 1, 7],
      'assembly 100 word 0': [1, 0, 10_000],
      'assembly 100 word 1': [2, 0, 1],
    });
    assert.deepEqual(
      report.anomalies.map(({ code, count }) => [code, count]),
      [['cip.io-idle', 1]],
    );
    const outputsSent = operationsOf(report).find(({ code }) => code === 'cip.io-outputs')!;
    assert.deepEqual(
      outputsSent.samples.map(({ params }) => params['mode']),
      ['run?', 'run?', 'run?', 'idle?'],
    );
    // No device says that it has a header: a guess is no fault that one reports.
    assert.deepEqual(
      report.detections
        .filter(({ id }) => id === 'device-reports-fault' || id === 'outputs-perhaps-idle')
        .map(({ id, certainty }) => [id, certainty]),
      [['outputs-perhaps-idle', 'guessed']],
    );

    // Read again, field by field.
    const { at } = outputsSent.samples.at(-1)!;
    const { messages } = await readMessage((from, count) => file.subarray(from, from + count), at);
    const tree = JSON.stringify(messages.at(-1)!.fields);
    assert.match(tree, /"field":"sequence count".*"value":3.*"field":"run\/idle".*"idle"/);

    // Without the header, its place belongs to the data.
    assert.deepEqual(rowsOf(reportOf(forwardOpen, ['request', sent(out, 1, hex`0A000000`)])), {
      'assembly 150 word 0': [1, 1, 10],
      'assembly 150 word 1': [1, 1, 0],
    });

    // Taken for one until its bits say otherwise: what follows is told anew where it is, also what did not change.
    assert.deepEqual(
      rowsOf(
        reportOf(
          forwardOpen,
          ['request', sent(out, 1, hex`01000000 0700`)],
          ['request', sent(out, 2, hex`0A000000 0700`)],
          ['request', sent(out, 3, hex`01000000 0700`)],
        ),
      ),
      {
        'assembly 150 run?': [1, 1, 1],
        'assembly 150 word 0?': [1, 1, 7],
        'assembly 150 word 0': [2, 2, 1],
        'assembly 150 word 1': [1, 1, 0],
        'assembly 150 word 2': [1, 1, 7],
      },
    );
    assert.deepEqual(rowsOf(reportOf(forwardOpen, ['request', sent(out, 1, hex`010000`)])), {
      'assembly 150 word 0': [1, 1, 1],
      'assembly 150 byte 2': [1, 1, 0],
    });

    // A tag that one controller produces for another.
    const tag = Uint8Array.from([...forwardOpen.request.subarray(0, -7), ...hex`04 0100 9104 50756D70`]);
    tag[8] = tag.length - 10;
    assert.deepEqual(
      rowsOf(reportOf({ ...forwardOpen, request: tag }, ['reply', sent(input, 1, hex`0500`)])),
      {
        'slot 0 Pump word 0': [1, 0, 5],
      },
    );
  });

  it('keeps the names of 4,096 places of I/O data, and counts those that find none', () => {
    const wire = new Wire(enip.carriers[0]!);
    const head = forwardOpen.request.subarray(0, -7);
    for (let point = 0; point <= 4_096; point++) {
      const at = [point & 0xff, point >> 8];
      const request = joined(head, hex`05 2004 2D00`, at, hex`2D00`, at);
      request[8] = request.length - 10;
      wire.say('request', encapsulated(request));
      wire.say('reply', encapsulated(forwardOpen.reply));
      const io = new Wire(cip.carriers[1]!);
      io.time = wire.time;
      io.say('request', joined(hex`0200 0280 0800 0200FE00 01000000 B100 0600 0100 0A000000`));
      wire.packets.push(...io.packets);
    }
    const analysis = new Analysis({ strict: true, detections: [], dissectors: [enip, cip] });
    analysis.push(wire.pcap());
    const { dropped, operations } = analysis.finish();
    assert.equal(operations.find(({ code }) => code === 'cip.io-outputs')!.count, 4_097);
    assert.equal(dropped['memories'], 1);
  });

  it('keeps room for what was opened, however many connections nobody saw opened', () => {
    const unseen = new Wire(cip.carriers[1]!);
    for (let id = 0; id <= 4_096; id++)
      unseen.say(
        'reply',
        joined(hex`0200 0280 0800`, [id & 0xff, id >> 8, 0x77, 0x77], hex`01000000 B100 0600 0100 0A000000`),
      );
    const wire = new Wire(enip.carriers[0]!);
    wire.time = unseen.time;
    wire.packets.push(...unseen.packets);
    wire.say('request', encapsulated(forwardOpen.request));
    wire.say('reply', encapsulated(forwardOpen.reply));
    const io = new Wire(cip.carriers[1]!);
    io.time = wire.time;
    io.say('request', outputs.request);
    wire.packets.push(...io.packets);
    const analysis = new Analysis({ strict: true, detections: [], dissectors: [enip, cip] });
    analysis.push(wire.pcap());
    const { variables, dropped } = analysis.finish();
    const unopened = variables.flatMap(({ name }) => /^connection (0x\w+)/.exec(name)?.[1] ?? []);
    assert.equal(new Set(unopened).size, 1_024);
    assert.ok(dropped['memories']! >= 4_097 - 1_024);
    assert.ok(variables.some(({ name }) => name.startsWith('assembly 150 word 0')));
    assert.ok(variables.some(({ name }) => name === 'connection 0x77770000 word 0?'));
  });

  it('tells who a safety connection is between, and when its data go idle', () => {
    const segment = hex`
      50 1B 00 00          safety segment, 27 words, target format
      01020304             configuration checksum
      000000000000         configuration time
      A0860100 0000        time correction
      0102030405060A0000C0  target: network number, 192.0.0.10
      0102030405060B0000C0  originator
      0200 0100 0400 02 01
      AABBCCDD FFFFFFFF
    `;
    const head = Uint8Array.from(forwardOpen.request.subarray(0, -7));
    // Class 0, cyclic.
    head[head.length - 1] = 0x00;
    const request = joined(head, [3 + segment.length / 2], hex`2004 2C96 2C64`, segment);
    request[8] = request.length - 10;
    const wire = new Wire(enip.carriers[0]!);
    wire.say('request', encapsulated(request));
    wire.say('reply', encapsulated(forwardOpen.reply));
    const io = new Wire(cip.carriers[1]!);
    io.time = wire.time;
    const safetyData = (mode: number) =>
      joined(hex`0200 0280 0800 0200FE00 01000000 B100 0700`, [0x01, mode], hex`AA BB 3412 CC`);
    for (const mode of [0x90, 0x80, 0x80, 0x10, 0x10]) io.say('request', safetyData(mode));
    wire.packets.push(...io.packets);
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();
    const [sent, opened] = operationsOf(report);
    assert.equal(opened!.samples[0]!.params['safetyTarget'], '192.0.0.10 in safety network 010203040506');
    assert.deepEqual(
      sent!.samples.map(({ params }) => params['mode']),
      [undefined, 'run', 'run', 'idle'],
    );
    assert.deepEqual(
      report.anomalies.map(({ code, count }) => [code, count]),
      [['cip.safety-idle', 1]],
    );
  });

  it('reads a reply again in the light of its request', async () => {
    const wire = new Wire(enip.carriers[0]!);
    wire.say('request', encapsulated(readIdentity.request));
    wire.say('reply', encapsulated(readIdentity.reply));
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    const device = analysis.finish().devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    const { at } = device.facts.find(({ field }) => field === 'serial')!;

    const file = wire.pcap();
    const { messages } = await readMessage((from, count) => file.subarray(from, from + count), at!);
    assert.deepEqual(
      messages.map(({ dissector }) => dissector),
      ['enip', 'cip'],
    );
    assert.match(
      JSON.stringify(messages[1]!.fields),
      /"field":"product name".*"value":"1756-L61\/B LOGIX5561"/,
    );
  });

  it('shows a path in words', () => {
    const reader = new TracedReader(readTags.request);
    cip.read(reader, { direction: 'request' });
    assert.match(JSON.stringify(reader.finish()), /"remark":"Pump\[2\]\.A"/);
  });

  it('knows what services do by what they are addressed to', () => {
    const cases: [number, number, boolean, string][] = [
      [0x4d, -1, true, 'writeTag'],
      [0x4e, 0x68, true, 'modifyTag'],
      [0x4e, 0x68, false, 'force'],
      [0x4e, 0x06, false, 'close'],
      [0x4d, 0xa1, false, 'firmware'],
      [0x4b, 0x8e, false, 'lock'],
      [0x4c, 0x8e, false, 'unlock'],
      [0x5c, 0x8e, false, 'handshake'],
      [0x08, 0x68, false, 'createProgram'],
      [0x50, 0x6a, false, 'writeProgram'],
      [0x05, 0x01, false, 'reset'],
      [0x05, 0x72, false, 'resetObject'],
      [0x10, 0xf5, false, 'network'],
      [0x50, 0x37, false, 'writeFile'],
      [0x04, 0x8b, false, 'setClock'],
      [0x10, 0x04, false, 'writeAttributes'],
    ];
    for (const [code, classId, isTag, kind] of cases) assert.equal(kindOf(code, classId, isTag), kind);
  });

  it('hands on firmware as the vendor packs it', () => {
    const report = analysed(
      exchange(hex`4B 02 20A1 2401 00000000`, hex`CB 00 00 00`),
      exchange(hex`4D 02 20A1 2401 0102030405060708`, hex`CD 00 00 00`),
      exchange(hex`4D 02 20A1 2401 090A0B0C`, hex`CD 00 00 00`),
      exchange(hex`51 02 20A1 2401`, hex`D1 00 00 00`),
    );
    assert.deepEqual(
      report.transfers.map(({ way, kind, name, bytes, complete }) => [way, kind, name, bytes, complete]),
      [['to', 'firmware', 'firmware', 12, true]],
    );
    assert.equal(operationsOf(report)[0]!.code, 'cip.update-firmware');
  });

  it('puts files of the File object together, without numbers and checksum', () => {
    const path = hex`02 2037 24C8`;
    const upload = analysed(
      exchange(joined([0x4b], path, [0xff]), hex`CB 00 00 00 0600 0000 04`),
      exchange(joined([0x4f], path, [0]), hex`CF 00 00 00 00 00 5B46696C`),
      exchange(joined([0x4f], path, [1]), hex`CF 00 00 00 01 02 655D 3412`),
    );
    const download = analysed(
      exchange(joined([0x4c], path, hex`0600 0000 0000 01 01 00`), hex`CC 00 00 00 00000000 0000 04`),
      exchange(joined([0x50], path, hex`00 00 5B46696C`), hex`D0 00 00 00 00`),
      exchange(joined([0x50], path, hex`01 02 655D 3412`), hex`D0 00 00 00 01`),
    );
    for (const [{ transfers }, way] of [
      [upload, 'from'],
      [download, 'to'],
    ] as const) {
      assert.deepEqual(
        transfers.map((transfer) => [transfer.way, transfer.name, transfer.bytes, transfer.complete]),
        [[way, 'EDS and icon files', 6, true]],
      );
    }
  });

  it('tells the clock from what else belongs to it', () => {
    const set = (attribute: number, value: Uint8Array) => ({
      request: unconnected(joined(hex`04 02 208B 2401 0100`, [attribute, 0], value)),
    });
    const report = analysed(set(6, hex`0040EB9D5E5A0400`), set(2, hex`3C00`));
    assert.deepEqual(
      operationsOf(report).map(({ code }) => code),
      ['cip.set-clock', 'cip.write-attributes'],
    );
  });

  it('does not follow services within services for ever', () => {
    let inner = hex`01 02 2001 2401`;
    for (let depth = 0; depth < 40; depth++) {
      inner = joined([0x0a, 2, 0x20, 2, 0x24, 1, 1, 0, 4, 0], inner);
    }
    const packet = joined([2, 0, 0, 0, 0, 0, 0xb2, 0, inner.length & 0xff, inner.length >> 8], inner);
    const { malformed } = analysed({ request: packet });
    assert.equal(malformed[0]!.field, 'service');
  });
});

describe('real captures of CIP', () => {
  it('program download to a ControlLogix (Quickdraw, "Reboot or Restart")', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/cip/CL5000EIP-Reboot or Restart.pcap');
    if (!report) return;
    const counts = operationsOf(report)
      .filter(({ dangerous }) => dangerous)
      .map(({ code, count }) => [code, count]);
    assert.deepEqual(Object.fromEntries(counts), {
      'cip.write-attributes': 56,
      'cip.create-program-object': 43,
      'cip.write-program-object': 9,
      'cip.lock-controller': 3,
      'cip.unlock-controller': 3,
      'cip.stop-controller': 1,
      'cip.start-controller': 1,
    });
    assert.ok(
      report.devices.some(({ facts }) =>
        facts.some(({ value }) => value.startsWith('slot 0: 1756-L61/B LOGIX5561')),
      ),
    );
    assert.deepEqual(
      report.transfers.map(({ way, kind, name, bytes, complete }) => [way, kind, name, bytes, complete]),
      [['to', 'program', 'program, slot 0', 784, true]],
    );
    const created = operationsOf(report).find(({ code }) => code === 'cip.create-program-object')!;
    assert.ok(created.samples.some(({ text }) => text === 'create Symbol (0x6b), instance 7162'));
    assert.deepEqual(report.malformed, []);
  });

  it('outputs switched in a Micro800, with what they were before', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CIP/CIPvalue.pcap');
    if (!report) return;
    const write = operationsOf(report).find(({ code }) => code === 'cip.write-tag')!;
    assert.equal(write.count, 17);
    assert.equal(write.samples[0]!.text, 'write on to _IO_EM_DO_00 (was off)');
  });

  it('I/O over UDP whose opening nobody saw', (t) => {
    const report = told(t, 'cisagov+icsnpp-enip/tests/traces/enip_cip_example.pcap');
    if (!report) return;
    const io = operationsOf(report).filter(({ code }) => code === 'cip.io');
    assert.equal(
      io.reduce((total, { count }) => total + count, 0),
      398,
    );
    assert.equal(io[0]!.samples[0]!.params['connection'], '0x004b0603');
    // Behind a sequence count that goes up by 960 each time.
    const words = report.variables.filter(({ name }) => name.startsWith('connection 0x004b0603 '));
    assert.deepEqual(
      words.map(({ name, sets, first, last }) => [name, sets, first.value, last.value]),
      [
        ['connection 0x004b0603 word 0?', 0, 0x0fe8, 0x0fe9],
        ['connection 0x004b0603 word 1?', 0, 3, 3],
      ],
    );
    const clock = operationsOf(report).find(({ code }) => code === 'cip.set-clock')!;
    assert.equal(clock.samples[0]!.text, 'set the clock to 2008-10-24T23:28:11.000Z');
  });
});
