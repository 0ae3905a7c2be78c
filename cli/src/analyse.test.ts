import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { detections } from '@busbar/dissect';

import {
  contentAt,
  expertWitness,
  rewritten,
  u64,
} from '../../engines/artefacts/src/testing/expert-witness.ts';
import { registerWritten as written } from '../../engines/dissect/src/testing/detection.ts';
import {
  ethernet,
  ipv4,
  join as bytesOf,
  u16,
  u32,
  udp,
  Wire,
} from '../../engines/dissect/src/testing/wire.ts';

const captures = join(
  process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'),
  'data/captures/captures',
);
const program = resolve(import.meta.dirname, 'busbar.ts');
const place = mkdtempSync(join(tmpdir(), 'busbar-analyse-'));
after(() => rmSync(place, { recursive: true }));

const busbar = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const text = (words: string) => new TextEncoder().encode(words);

interface Manifest {
  readonly capture: string;
  readonly sha256: string;
  readonly files: readonly Record<string, unknown>[];
  readonly secrets: readonly Record<string, unknown>[];
}
const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;

const write = (value: number) => bytesOf(u16(1), u16(0), u16(6), [1, 6], u16(4), u16(value));
const setting = (...values: readonly number[]) =>
  Wire.speaking(
    { on: 'tcp', at: [502] },
    values.flatMap((value) => [
      ['request', write(value)],
      ['reply', write(value)],
    ]),
  ).pcap();

/** By TFTP to 192.0.2.2, in blocks of 512 octets; each file from a port of its own. */
function sending(...files: readonly (readonly [name: string, content: Uint8Array])[]): Uint8Array {
  const wire = new Wire({ on: 'udp', at: [69] });
  files.forEach(([name, content], i) => {
    const [client, server] = [49_200 + i, 2_001 + i];
    const say = (direction: 'request' | 'reply', to: number, payload: ArrayLike<number>) => {
      const ports: [number, number] = direction === 'request' ? [client, to] : [server, client];
      wire.add(ethernet(direction, 0x0800, ipv4(direction, 17, udp(ports, bytesOf(payload)))));
    };
    say('request', 69, bytesOf(u16(2), text(`${name}\0octet\0`)));
    say('reply', client, bytesOf(u16(4), u16(0)));
    for (let block = 0; block * 512 <= content.length; block++) {
      const part = content.subarray(block * 512, block * 512 + 512);
      say('request', server, bytesOf(u16(3), u16(block + 1), part));
      say('reply', client, bytesOf(u16(4), u16(block + 1)));
    }
  });
  return wire.pcap();
}

function capture(name: string, bytes: Uint8Array): string {
  const file = join(place, name);
  writeFileSync(file, bytes);
  return file;
}

const image = Uint8Array.from({ length: 1_500 }, (_, i) => (i * 7) & 0xff);
const note = text('setpoint=40\n');

describe('busbar analyse --extract', () => {
  it('writes what was carried over, with a manifest that tells whose it was and whether it is all', () => {
    const file = capture('pumps.pcap', sending(['plc5.upd', image], ['limits.cfg', note]));
    const into = join(place, 'evidence');
    const { status, stderr } = busbar('analyse', file, '--extract', into);
    assert.equal(status, 0, stderr);
    const folder = join(into, 'pumps.pcap');
    const manifest = manifestIn(folder);
    assert.equal(manifest.capture, 'pumps.pcap');
    assert.equal(manifest.sha256, sha256(readFileSync(file)));
    assert.deepEqual(
      manifest.files.map(({ file: name, sha256: sum, bytes, complete, source, target, packet }) => [
        name,
        sum,
        bytes,
        complete,
        `${String(source)} > ${String(target)}`,
        packet,
      ]),
      [
        ['0001-plc5.upd', sha256(image), 1_500, true, '192.0.2.1 > 192.0.2.2', 1],
        ['0002-limits.cfg', sha256(note), 12, true, '192.0.2.1 > 192.0.2.2', 9],
      ],
    );
    assert.deepEqual(readFileSync(join(folder, '0001-plc5.upd')), Buffer.from(image));
    assert.deepEqual(readFileSync(join(folder, '0002-limits.cfg')), Buffer.from(note));
  });

  it('writes the same out of a packed capture, and tells of what is missing', () => {
    const whole = sending(['plc5.upd', image]);
    const into = join(place, 'packed');
    busbar('analyse', capture('packed.pcap.gz', gzipSync(whole)), '--extract', into);
    const [packed] = manifestIn(join(into, 'packed.pcap.gz')).files;
    assert.deepEqual([packed!['sha256'], packed!['complete']], [sha256(image), true]);

    // Without the last block and its receipt.
    busbar('analyse', capture('cut.pcap', whole.subarray(0, whole.length - 600)), '--extract', into);
    const [cut] = manifestIn(join(into, 'cut.pcap')).files;
    assert.deepEqual([cut!['sha256'], cut!['complete']], [sha256(image.subarray(0, 1_024)), false]);
  });

  it('writes decryption secrets that the capture carries, too, and shows them nowhere', () => {
    const keys = text('CLIENT_RANDOM 00 c0ffee\n');
    const le = (value: number) => u32(value).reverse();
    const secrets = (kind: string, size: number) =>
      bytesOf(le(10), le(size + 20), Array.from(text(kind)).reverse(), le(size), keys, le(size + 20));
    const whole = bytesOf(Wire.speaking({ on: 'udp', at: [69] }, []).pcapng(), secrets('TLSK', keys.length));
    // The second breaks off, and says that it is a hundred bytes longer.
    const file = capture('secrets.pcapng', bytesOf(whole, secrets('WGKL', keys.length + 100)));
    const into = join(place, 'secrets');
    const { status, stdout } = busbar('analyse', file, '--extract', into, '--json');
    assert.equal(status, 0);
    assert.doesNotMatch(stdout + busbar('analyse', file).stdout, /c0ffee/);
    const folder = join(into, 'secrets.pcapng');
    assert.deepEqual(manifestIn(folder).secrets, [
      {
        file: '0001-secrets TLS key log',
        sha256: sha256(keys),
        bytes: keys.length,
        complete: true,
        kind: 'TLS key log',
        packet: 0,
      },
      {
        file: '0002-secrets WireGuard key log',
        sha256: sha256(bytesOf(keys, le(keys.length + 120))),
        bytes: keys.length + 4,
        complete: false,
        kind: 'WireGuard key log',
        packet: 0,
      },
    ]);
    assert.deepEqual(readFileSync(join(folder, '0001-secrets TLS key log')), Buffer.from(keys));
  });

  it('lets no name from the traffic out of its folder', () => {
    const names = ['../../escaped', 'C:\\plant\\.profile', 'a\nb|c;$(d)', '..', 'x'.repeat(300)];
    const file = capture('names.pcap', sending(...names.map((name) => [name, note] as const)));
    const into = join(place, 'names');
    assert.equal(busbar('analyse', file, '--extract', into).status, 0);
    assert.deepEqual(readdirSync(into), ['names.pcap']);
    assert.deepEqual(readdirSync(join(into, 'names.pcap')).sort(), [
      '0001-escaped',
      '0002-profile',
      '0003-a_b_c___d_',
      '0004-unnamed',
      `0005-${'x'.repeat(80)}`,
      'manifest.json',
    ]);
  });

  it('never writes over what is there', () => {
    const file = capture('again.pcap', sending(['plc5.upd', image]));
    const into = join(place, 'again');
    busbar('analyse', file, '--extract', into);
    writeFileSync(join(into, 'again.pcap', '0001-plc5.upd'), 'marked by an analyst');
    busbar('analyse', file, '--extract', into);
    assert.deepEqual(readdirSync(into).sort(), ['again.pcap', 'again.pcap-2']);
    assert.equal(readFileSync(join(into, 'again.pcap', '0001-plc5.upd'), 'utf8'), 'marked by an analyst');
  });

  it('says what to do instead where it cannot be done', () => {
    const file = capture('plain.pcap', sending(['plc5.upd', image]));
    const nowhere = busbar('analyse', file, '--extract', join(file, 'below'));
    assert.deepEqual([nowhere.status, nowhere.stdout], [2, '']);
    assert.match(nowhere.stderr, /nothing can be written there/);
    const piped = busbar('analyse', '-', '--extract', place);
    assert.equal(piped.status, 2);
    assert.match(piped.stderr, /save the capture to a file/);
  });

  it('takes a program block out of a real capture', (t) => {
    const file = join(captures, 'cisagov+icsnpp-s7comm');
    if (!existsSync(file)) return t.skip('the shared captures are not here');
    const real = readdirSync(file, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.pcap'))
      .map((name) => join(file, name));
    const into = join(place, 'real');
    assert.equal(busbar('analyse', ...real, '--extract', into).status, 0);
    const blocks = readdirSync(into).flatMap((folder) =>
      manifestIn(join(into, folder)).files.map((line) => ({ folder, line })),
    );
    assert.ok(blocks.length > 0);
    for (const { folder, line } of blocks) {
      const content = readFileSync(join(into, folder, String(line['file'])));
      assert.deepEqual([sha256(content), content.length], [line['sha256'], line['bytes']]);
    }
  });
});

describe('busbar analyse --detections', () => {
  const list = (...all: readonly object[]) =>
    capture('list.json', text(JSON.stringify({ format: 'busbar detections 1', detections: all })));
  const engineIn = (stdout: string) => (JSON.parse(stdout) as { engine: string }).engine;

  it('looks also for what another CERT looks for, tells it in its words, and says so', () => {
    const file = capture('pump.pcap', setting(40));
    const tomorrow = { ...written, id: 'tomorrow', seen: { weather: 'rain' } };
    const known = detections.find(({ id }) => id === 'address-sweep')!;
    const { status, stdout, stderr } = busbar(
      'analyse',
      file,
      '--detections',
      list(written, tomorrow, known),
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^high .*A register of a pump was written/m);
    assert.match(
      stderr,
      /list\.json: 1 looked for beside those of the program \(0\.1\.0\+detections\.[0-9a-f]{12}\); 1 no newer than its own; 1 left out, which only a newer program understands$/m,
    );
    assert.doesNotMatch(busbar('analyse', file).stdout, /register of a pump/);
  });

  it('names the list in the JSON by a hash of what it says, however it is written down', () => {
    const file = capture('pump.pcap', setting(40));
    const told = (...all: readonly object[]) =>
      engineIn(busbar('analyse', file, '--json', '--detections', list(...all)).stdout);
    const engine = told(written);
    assert.match(engine, /^0\.1\.0\+detections\.[0-9a-f]{12}$/);
    assert.equal(told(Object.fromEntries(Object.entries(written).reverse())), engine);
    assert.notEqual(told({ ...written, severity: 'low' }), engine);
    assert.equal(engineIn(busbar('analyse', file, '--json').stdout), '0.1.0');
  });

  it('takes nothing else for a list, and reads no capture then', () => {
    const file = capture('pump.pcap', setting(40));
    for (const [other, words] of [
      [capture('not.json', text('{"format": "busbar detections 2", "detections": []}')), /is no list of/],
      [capture('cut.json', text('{"format": "busbar det')), /is no list of detections/],
      [join(place, 'missing.json'), /There is no such file/],
    ] as const) {
      const { status, stdout, stderr } = busbar('analyse', file, '--detections', other);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, words);
    }
  });
});

describe('busbar analyse --csv', () => {
  const rows = (...args: string[]) =>
    busbar('analyse', ...args)
      .stdout.trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));

  it('has a table of transfers, in which nothing is a formula', () => {
    const file = capture('table.pcap', sending(['=cmd()', note]));
    const [head, row] = rows(file, '--csv=transfers');
    assert.deepEqual(
      ['file', 'kind', 'name', 'bytes', 'complete', 'way', 'device', 'other', 'protocol'].map(
        (name) => row![head!.indexOf(name)],
      ),
      ['table.pcap', 'file', "'=cmd()", '12', 'yes', 'to', '192.0.2.2', '192.0.2.1', 'tftp'],
    );
  });

  it('has a table of process values and one of sign-ins, without the secrets', () => {
    const ftp = Wire.speaking({ on: 'tcp', at: [21] }, [
      ['request', text('USER plant\r\n')],
      ['reply', text('331 Password required\r\n')],
      ['request', text('PASS sluice-gate\r\n')],
      ['reply', text('230 Logged in\r\n')],
    ]);
    const signIn = busbar('analyse', capture('ftp.pcap', ftp.pcap()), '--csv=credentials').stdout;
    assert.match(signIn, /^ftp\.pcap,[^,]*,1,FTP,plant,11,192\.0\.2\.1,192\.0\.2\.2,ftp,/m);
    assert.doesNotMatch(signIn, /sluice/);

    const write = bytesOf(u16(1), u16(0), u16(6), [1, 6], u16(4), u16(40));
    const modbus = Wire.speaking({ on: 'tcp', at: [502] }, [
      ['request', write],
      ['reply', write],
    ]);
    const [head, row] = rows(capture('modbus.pcap', modbus.pcap()), '--csv=variables');
    assert.deepEqual(
      ['device', 'protocol', 'sets', 'last', 'set by'].map((name) => row![head!.indexOf(name)]),
      ['192.0.2.2', 'modbus', '1', '40', '192.0.2.1'],
    );
  });

  it('tells what a packet carries field by field, from its headers to its last value', () => {
    const file = capture('fields.pcap', setting(40));
    const packed = capture('fields.pcap.gz', gzipSync(setting(40)));
    const { stdout, status } = busbar('analyse', file, '--packet', '1');
    assert.equal(status, 0);
    assert.match(stdout, /^0022 +2 +source port +49152/m);
    assert.match(stdout, /^0007 +1 +function +6 +Write Single Register/m);
    assert.match(stdout, /^000a +2 +value +40 *$/m);
    assert.equal(busbar('analyse', packed, '--packet', '1').stdout, stdout);
    const none = busbar('analyse', file, '--packet', '3');
    assert.deepEqual([none.status, none.stdout], [1, '']);
    assert.match(none.stderr, /it has 2 packets, and none of number 3/);
    for (const wrong of ['0', 'x', '1.5']) assert.equal(busbar('analyse', file, '--packet', wrong).status, 2);
    assert.equal(busbar('analyse', file, packed, '--packet', '1').status, 2);
  });

  it('learns what is usual, more of it with each capture, and tells only what differs', () => {
    const base = join(place, 'base.json');
    const [calm, today] = [
      capture('calm.pcap', setting(...Array.from({ length: 30 }, (_, i) => 40 + (i % 10)))),
      capture('today.pcap', setting(45, 900)),
    ];
    const learnt = () => JSON.parse(readFileSync(base, 'utf8')) as { captures: number };
    assert.equal(busbar('analyse', calm, '--learn', base).status, 0);
    assert.equal(learnt().captures, 1);
    busbar('analyse', calm, '--learn', base);
    assert.equal(learnt().captures, 2);
    assert.match(busbar('analyse', calm, '--baseline', base).stdout, /^Not as usual: none$/m);
    const [only] = (
      JSON.parse(busbar('analyse', today, '--baseline', base, '--json').stdout) as {
        differences: { id: string; params: object }[];
      }
    ).differences;
    assert.equal(only!.id, 'baseline-value-outside');
    assert.match(JSON.stringify(only!.params), /900/);
    assert.equal(busbar('analyse', today, '--baseline', calm).status, 2);
  });
});

describe('busbar image', () => {
  const medium = Uint8Array.from({ length: 512 * 200 }, (_, i) => (i * 13 + (i >> 9)) & 0xff);
  const header =
    '1\nmain\nc\tn\ta\te\tt\tav\tov\tm\nC-17\tHMI-1\tPanel\tJ.\x1b[2J Doe\t\t6.19\tWindows 7\t2026 11 20 3 41 9\n';
  const segments = expertWitness(medium, { segments: 2, header, compress: 'every other' });
  const [one, two] = segments.map((bytes, at) => capture(`panel.E0${at + 1}`, bytes)) as [string, string];

  it('tells who took it and that it is what was taken, and writes it as raw tools read it', () => {
    const raw = join(place, 'panel.raw');
    const { status, stdout, stderr } = busbar('image', two, one, '--raw', raw);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^examiner +J\.·\[2J Doe$/m);
    assert.match(stdout, /^taken at +2026-11-20T03:41:09, in an unknown zone$/m);
    const md5 = createHash('md5').update(medium).digest('hex');
    assert.match(stdout, new RegExp(`^MD5 +verified ${md5}$`, 'm'));
    assert.deepEqual(readFileSync(raw), Buffer.from(medium));
    const again = busbar('image', one, two, '--raw', raw);
    assert.deepEqual([again.status, again.stderr.trim()], [2, `${raw}: There is a file of that name.`]);
  });

  it('ends with 1 where part of it is missing or other than it was', () => {
    const part = busbar('image', one, '--json');
    const told = JSON.parse(part.stdout) as { read: { missingSegment: number }; faults: { code: string }[] };
    assert.deepEqual([part.status, told.read.missingSegment], [1, 2]);
    assert.deepEqual(
      told.faults.map(({ code }) => code),
      ['segment-missing', 'chunks-missing'],
    );
    const other = Uint8Array.from(segments[1]!);
    other[contentAt(other, 'sectors') + 5000]! ^= 1;
    const differs = busbar('image', one, capture('other.E02', other));
    assert.deepEqual([differs.status, /^MD5 +differs: stored /m.test(differs.stdout)], [1, true]);
    // The volume claims 4 PB: what is written is what is here.
    const volume = contentAt(segments[0]!, 'volume');
    const huge = rewritten(segments[0]!, volume + 16, u64(2 ** 43), volume, 1048);
    const raw = join(place, 'huge.raw');
    assert.equal(busbar('image', capture('huge.E01', huge), '--raw', raw).status, 1);
    assert.deepEqual(readFileSync(raw), Buffer.from(medium.subarray(0, 512 * 104)));
    const alone = busbar('image', two);
    assert.deepEqual(
      [alone.status, /segment 2 of an image; only with segment 1/.test(alone.stderr)],
      [2, true],
    );
  });
});
