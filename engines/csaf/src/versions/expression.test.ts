import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { compareVersions, evaluate, type Facts, parseExpression, parseVersion } from '../index.ts';

/** Each line: what the advisory says, then versions that are in, out, and open. */
const table: readonly (readonly [text: string, yes: string[], no: string[], unknown?: string[]])[] = [
  ['vers:all/*', ['1', ''], []],
  ['All versions', ['1', ''], []],
  ['vers:all/<V4.3.8', ['V4.3.7', '4.3'], ['V4.3.8', '4.10'], ['', 'green', 'V4']],
  ['<= 3.8', ['3.8', '3.8 build 7'], ['3.9']],
  ['vers:all/>=V7.80<V9.40', ['V7.80', '8.40'], ['7.79', 'V9.40']],
  ['>= 8.0.0 | <= 8.5.1', ['8.5.1'], ['7.9', '8.5.2']],
  ['>= V2.3 and < V6.30.016', ['6.29'], ['2.2', '6.30.016']],
  ['28.011 | 28.012 | 28.013', ['28.012'], ['28.014']],
  ['5.1.0-x | 5.1.1-x | >= 6.0.0-1 | <= 6.0.0-3', ['5.1.1-7', '6.0.0-2'], ['6.0.0-4', '5.2.0-1']],
  ['11.*', ['11.4.2'], ['12.0']],
  ['R15x', ['R155.2'], ['R161.1']],
  ['All versions between V2.5 (including) and V2.7 (excluding)', ['2.6'], ['2.7']],
  ['2.3.6 and  below', ['2.3.5'], ['2.3.7']],
  ['All versions prior to V1.5.1', ['1.5.0'], ['1.5.1']],
  ['All versions V14 < V14 SP3', ['V14 SP1'], ['V14 SP3', 'V13 SP1']],
  ['> 4.001 | < 4.005 | > 5.011 | < 5.017', ['4.004', '5.012'], ['4.005', '5.011']],
  ['<= 4.2.21 | <= 6.0.16', ['4.2.20', '6.0.16', '3.0'], ['6.0.17', '4.2.22'], ['5.1']],
  ['31  - 32', ['31', '32'], ['30', '33']],
  ['<=V2.5.0 and Function State (FS) <= 9', [], ['2.5.1'], ['2.4']],
  ['<=_V3.3', ['3.3'], ['3.4']],
  ['<R511.5_TCU4_HF4', ['R511.5 TCU4 HF3'], ['R511.5 TCU4 HF4']],
  ['8.1', ['8.1', '8.1.0'], ['8.2'], ['8.1.3']],
  ['<= 32', ['31.011', '32'], ['33'], ['32.011']],
  ['All versions only if web components are used', [], [], ['1.0', '']],
  ['< V10.3.3.3 only if web components are used', [], ['V10.4'], ['V10.1']],
  ['BIOS < V22.01.04', [], [], ['V21.0']],
  ['4.1.1.7662 (and possibly prior versions)', ['4.1.1.7662'], [], ['4.0', '5.0']],
  ['>= 1.5 | <= a3b04b7bc4872a5a39e5de3fdc5fbde52c09e10e', [], [], ['1.6']],
  ['>= 4.5.0 | =< 3.5.20304.x', [], [], ['4.0']],
  ['program to update 2G modems has been active since 2016', [], [], ['1']],
  ['1763-L16DWD', [], [], ['1']],
  // A range written with a dash is one where both ends are of one shape.
  ['12.4.1-12.4.11', ['12.4.1', '12.4.9', '12.4.11'], ['12.4.0', '12.4.12', '12.5.1']],
  ['R430.1-R510.2', ['R500.1'], ['R511.1']],
  ['3.4 -> 3.6', ['3.5'], ['3.7']],
  ['3.4..3.6', ['3.5'], ['3.3']],
  ['1.0 ～ 2.0', ['1.5'], ['2.1']],
  ['[1.0, 2.0)', ['1.0', '1.9'], ['2.0']],
  ['versions 1.0 and 2.0 through 2.3', ['1.0', '2.1'], ['1.5', '2.4']],
  ['before 2.0 and 3.x before 3.2', ['1.9', '3.1'], ['3.3', '2.5']],
  ['V14 < V14 SP3, V15 < V15 SP1', ['V14 SP2', 'V15'], ['V14 SP3', 'V15 SP1', 'V13']],
  ['All versions V15', ['V15.1'], ['V16']],
  ['All FW versions < 2.0', ['1.9'], ['2.0']],
  // What is taken out of a range.
  ['8.0 through 8.4.2 except 8.3.9', ['8.3.8', '8.4.2'], ['8.3.9', '8.5']],
  ['All versions before 3.1, except 2.9', ['2.8'], ['2.9', '3.1']],
  ['All versions except V2.9', ['2.8', '3.0'], ['2.9']],
  ['All except 3.0 and later', ['2.9'], ['3.1']],
  ['<2.0|!=1.5|!=1.6', ['1.4'], ['1.5', '1.6', '2.0']],
  ['<= 2.0 except with the web server', [], ['2.1'], ['1.9']],
  // Words.
  ['3.4 (and prior)', ['3.3', '3.4'], ['3.5']],
  ['starting from 3.4 and prior to 3.6', ['3.4', '3.5'], ['3.3', '3.6']],
  ['version 3.15.0 or later to before 4.0.1', ['4.0.0'], ['4.0.1', '3.14']],
  ['less than or equal to 3.3.2', ['3.3.2'], ['3.3.3']],
  ['equal or less than 3.3.2', ['3.3.2'], ['3.3.3']],
  ['3.4 up to, but not including, 3.6', ['3.5'], ['3.6']],
  ['from version 3.4 (inclusive) to 3.6 (exclusive)', ['3.4'], ['3.6']],
  ['Up to (excluding) 2.3.11', ['2.3.10'], ['2.3.11']],
  ['below 3.4', ['3.3'], ['3.4']],
  ['since 3.4', ['3.4', '4'], ['3.3']],
  ['3.4 or less', ['3.4'], ['3.5']],
  ['3.4+', ['3.4', '3.5'], ['3.3']],
  ['Firmware versions "26" and prior', ['26', '25'], ['27']],
  ['firmware version: prior to 1.2', ['1.1'], ['1.2']],
  ['> = 2.0', ['2.1'], ['1.9']],
  ['3.4 <', [], [], ['3.3', '3.5']],
  ['-', [], [], ['1', '']],
  // Words of others; what their language leaves open stays open.
  ['V3.4及之前版本', ['3.4'], ['3.5']],
  ['低于V3.4', ['3.3'], ['3.4']],
  ['V1.0之前', ['0.9'], ['1.0']],
  ['Ver.3.4 およびそれ以前', ['3.4'], ['3.5']],
  ['Ver.3.4以前', [], [], ['3.4', '3.3']],
  ['alle Versionen vor V3.4', ['3.3'], ['3.4']],
  ['V3.4 und älter', ['3.4'], ['3.5']],
  ['bis einschließlich V3.4', ['3.4'], ['3.5']],
  ['toutes les versions antérieures à 3.4', ['3.3'], ['3.4']],
  ['versiones anteriores a 2.3', ['2.2'], ['2.3']],
  ['3.4 и ниже', ['3.4'], ['3.5']],
  ['до 3.4 включительно', ['3.4'], ['3.5']],
  ['до 3.4', [], [], ['3.4', '3.3']],
  // Names of others for what comes on top of a version, or says nothing of it.
  ['8.0 SIM 31 and earlier', ['8.0 SIM 30'], ['8.0 SIM 32']],
  ['Prior to R520.2 TCU4 HFR3', ['R520.2 TCU4 HFR1'], ['R520.2 TCU4 HFR3']],
  ['< 2024.0.6 LTS', ['2024.0.5'], ['2024.0.6 LTS']],
  ['7.4 (build < 5123)', [], ['7.5'], ['7.4 build 5122', '7.4 build 5123', '7.4']],
  ['< 7.4 build 5123', ['7.4 build 5122', '7.3'], ['7.4 build 5123', '7.5'], ['7.4']],
];

describe('version expressions', () => {
  for (const [text, yes, no, unknown = []] of table) {
    it(text, () => {
      const truths = (versions: string[]) =>
        versions.map((version) => `${version}: ${truth(text, { version })}`);
      assert.deepEqual(
        truths(yes),
        yes.map((version) => `${version}: yes`),
      );
      assert.deepEqual(
        truths(no),
        no.map((version) => `${version}: no`),
      );
      assert.deepEqual(
        truths(unknown),
        unknown.map((version) => `${version}: unknown`),
      );
    });
  }

  it('may be about the first digits of the serial number', () => {
    for (const text of [
      '<=the_first_5_digits_of_serial_number_22031',
      '<=The_first_5_digits_of_serial_No._"22031"',
      '5  digits of serial number <= 22031',
    ]) {
      assert.equal(truth(text, { serial: '22031999' }), 'yes');
      assert.equal(truth(text, { serial: '22081999' }), 'no');
      assert.equal(truth(text, {}), 'unknown');
    }
  });

  it('may be about a component, whose version must be named as such', () => {
    assert.equal(truth('< CPCI85 V05.20', { version: 'CPCI85 V05.11' }), 'yes');
    assert.equal(truth('< CPCI85 V05.20', { version: 'V05.11' }), 'unknown');
    assert.equal(
      truth('< SIMATIC WinAC RTX 2010 SP3', { version: '2010 SP2', productName: 'SIMATIC WinAC RTX 2010' }),
      'yes',
    );
  });

  it('mean the same in whatever words: one range, or two in a list', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...families),
        fc.constantFrom('', 'V', 'v'),
        fc.constantFrom('', 'All versions ', 'Versions ', 'Firmware versions ', 'versions: '),
        fc.array(fc.nat(29), { minLength: 8, maxLength: 8 }),
        fc.constantFrom(...Object.keys(wordings)),
        fc.constantFrom(', ', ' and ', '; ', ' or ', ' | ', ', and '),
        fc.boolean(),
        (version, v, prefix, numbers, kind, join, twice) => {
          const [first, last, second, end, inside, ...at] = numbers;
          const [a, b, c, d] = [version(1, first!), version(4, last!), version(7, second!), version(9, end!)];
          const words = wordings[kind]!;
          const one = (from: string, to: string, which: number) =>
            words.say[which % words.say.length]!(v + from, v + to);
          const isTwo = twice && words.from && words.to;
          const text = prefix + one(a, b, at[0]!) + (isTwo ? join + one(c, d, at[1]!) : '');
          for (const device of [a, b, c, d, version(0, inside!), version(2, inside!), version(8, inside!)]) {
            const lies = (from: string, to: string) =>
              (!words.from || test(order(device, from), words.from)) &&
              (!words.to || test(order(device, to), words.to));
            const want = lies(a, b) || (isTwo && lies(c, d)) ? 'yes' : 'no';
            assert.equal(truth(text, { version: device }), want, `“${text}” of ${device}`);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('may be about the hardware, of which the firmware says nothing', () => {
    for (const [text, hardware, want] of [
      ['HW version < 3', 'HW 2', 'yes'],
      ['HW version < 3', '3', 'no'],
      ['HW version < 3', undefined, 'unknown'],
      ['Hardware revision C and later', 'Rev D, FS 04', 'yes'],
      ['Software version < 1.2, Hardware version >= 3', '2', 'no'],
      ['Software version < 1.2, Hardware version >= 3', '3', 'yes'],
      ['Software version < 1.2, Hardware version >= 3', undefined, 'unknown'],
    ] as const)
      assert.equal(truth(text, { version: '1.1', hardware }), want, `${text}: ${hardware}`);
  });

  it('may hold for one vulnerability only', () => {
    const text = '>= 4.4.0 (only affected by CVE-2019-10943)';
    assert.equal(truth(text, { version: '4.4.1', cve: 'CVE-2019-10943' }), 'yes');
    assert.equal(truth(text, { version: '4.4.1', cve: 'CVE-2019-10929' }), 'unknown');
    assert.equal(truth(text, { version: '4.3', cve: 'CVE-2019-10929' }), 'no');
  });

  it('say what to look up where they stay open', () => {
    const codes = (text: string, version?: string) =>
      evaluate(parseExpression(text), { ...nothing, version }, text).lookUp.map(({ code }) => code);
    assert.deepEqual(codes('< 2'), ['read-version']);
    assert.deepEqual(codes('<=with_the_first_5_digits_of_serial_number_24051'), ['read-serial']);
    assert.deepEqual(codes('All versions with Function State (FS) < 11', '1'), ['read-hardware-revision']);
    assert.deepEqual(codes('distributed  < april 1, 2018', '1'), ['find-date-made']);
  });

  it('are read to an end, whatever they are', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void truth(text, { version: '1.2' })));
    const pieces = fc.array(
      fc.constantFrom(
        '<',
        '>=',
        '|',
        ' and ',
        '(',
        ')',
        'V1.2',
        'x',
        '*',
        ' or later',
        'all versions ',
        ',',
        ' - ',
        'CVE-2020-1',
      ),
      { maxLength: 200 },
    );
    fc.assert(fc.property(pieces, (list) => void truth(list.join(''), { version: '1.2' })));
  });
});

/** Versions as vendors write them: by how far they are, and a number that tells neighbours apart. */
const families: readonly ((at: number, n: number) => string)[] = [
  (at, n) => `${at}.${n}`,
  (at, n) => `${at}.${n}.${(n * 7) % 30}`,
  (at, n) => `1${at} SP${n + 1}`,
  (at, n) => `1${at} Update ${n + 1}`,
  (at, n) => `4.${at} SP3 HF${n + 1}`,
  (at, n) => `201${at} R2 SP${n + 1}`,
  (at, n) => `6.${at}.0-${n}`,
];

/** From one version to another, in words: which ends belong to it, and which it has at all. */
const wordings: Readonly<
  Record<string, { from?: '>' | '>='; to?: '<' | '<='; say: readonly ((a: string, b: string) => string)[] }>
> = {
  'up to and with': {
    to: '<=',
    say: [
      (_, b) => `<= ${b}`,
      (_, b) => `${b} and prior`,
      (_, b) => `${b} (or earlier)`,
      (_, b) => `up to and including ${b}`,
      (_, b) => `less than or equal to ${b}`,
      (_, b) => `${b} and all previous versions`,
      (_, b) => `no later than ${b}`,
    ],
  },
  'up to': {
    to: '<',
    say: [
      (_, b) => `<${b}`,
      (_, b) => `prior to version ${b}`,
      (_, b) => `earlier than ${b}`,
      (_, b) => `up to (but not including) ${b}`,
    ],
  },
  from: {
    from: '>=',
    say: [
      (a) => `>= ${a}`,
      (a) => `${a} and later`,
      (a) => `starting with ${a}`,
      (a) => `${a} and higher versions`,
    ],
  },
  after: { from: '>', say: [(a) => `> ${a}`, (a) => `newer than ${a}`] },
  'from and to': {
    from: '>=',
    to: '<=',
    say: [
      (a, b) => `${a} to ${b}`,
      (a, b) => `${a} – ${b}`,
      (a, b) => `>= ${a}, <= ${b}`,
      (a, b) => `between ${a} and ${b}`,
      (a, b) => `from version ${a} through version ${b}`,
      (a, b) => `${a} up to and including ${b}`,
      (a, b) => `${a} to ${b} (inclusive)`,
    ],
  },
  'from and before': {
    from: '>=',
    to: '<',
    say: [
      (a, b) => `>=${a} <${b}`,
      (a, b) => `${a} prior to ${b}`,
      (a, b) => `${a} to before ${b}`,
      (a, b) => `${a} and later but before ${b}`,
      (a, b) => `${a} or later, but earlier than ${b}`,
      (a, b) => `${a} (including) to ${b} (excluding)`,
      (a, b) => `from ${a} (inclusive) up to ${b} (exclusive)`,
      (a, b) => `${a} <= version < ${b}`,
    ],
  },
};

const order = (a: string, b: string) => compareVersions(parseVersion(a)!, parseVersion(b)!)!.order;
const test = (sign: number, operator: string) =>
  (operator.endsWith('=') && sign === 0) || (operator.startsWith('<') ? sign < 0 : sign > 0);

const nothing: Facts = {
  product: 'p',
  productName: 'p',
  version: undefined,
  serial: undefined,
  hardware: undefined,
  cve: undefined,
};

function truth(text: string, facts: Partial<Facts>) {
  return evaluate(parseExpression(text), { ...nothing, ...facts }, text).truth;
}
