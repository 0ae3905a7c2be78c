import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Pseudonyms } from './pseudonyms.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3);

describe('pseudonyms', () => {
  it('are drawn bit by bit: of many keys, half flip each, whatever they did with the bit before', () => {
    const keys = 600;
    const flips = Array.from({ length: keys }, (_, i) => {
      const own = Uint8Array.from({ length: 32 }, (__, at) => Math.imul(i + 1, at * 2 + 40_503) >>> 7);
      return new Pseudonyms({ key: own }).ipv4(0x0853_0211) ^ 0x0853_0211;
    });
    const share = (holds: (flip: number) => boolean) => flips.filter(holds).length / keys;
    // The first bits of an address that is not reserved are those of its block's neighbours.
    for (let bit = 8; bit < 31; bit++) {
      const [one, next] = [1 << (31 - bit), 1 << (30 - bit)];
      const [single, pair] = [
        share((flip) => (flip & one) !== 0),
        share((flip) => ((flip & one) !== 0) === ((flip & next) !== 0)),
      ];
      assert.ok(Math.abs(single - 0.5) < 0.1, `bit ${bit}: ${single}`);
      assert.ok(Math.abs(pair - 0.5) < 0.1, `bits ${bit} and ${bit + 1}: ${pair}`);
    }
  });

  it('keep the length of the prefix that two addresses have in common', () => {
    const pseudonyms = new Pseudonyms({ key });
    let state = 1;
    const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
    for (let i = 0; i < 2_000; i++) {
      const one = random();
      const other = (one ^ (random() >>> (random() % 32))) >>> 0;
      const kept = (address: number) => pseudonyms.ipv4(address) === address;
      // Groups of a protocol are no places in a tree of networks.
      if (one >>> 29 === 7 || other >>> 29 === 7 || kept(one) || kept(other)) continue;
      assert.equal(Math.clz32(pseudonyms.ipv4(one) ^ pseudonyms.ipv4(other)), Math.clz32(one ^ other));
    }
    const [a, b, c] = ['2001:db8:1:2::5', '2001:db8:1:2::77', '2001:db8:1:3::5'].map((text) =>
      pseudonyms.text(text),
    );
    assert.equal(a!.split(':').slice(0, 4).join(), b!.split(':').slice(0, 4).join());
    assert.equal(a!.split(':').slice(0, 3).join(), c!.split(':').slice(0, 3).join());
    assert.notEqual(a!.split(':')[3], c!.split(':')[3]);
  });

  it('remain private, a group, or what they were kept for', () => {
    const pseudonyms = new Pseudonyms({ key });
    for (let i = 0; i < 200; i++) {
      assert.match(pseudonyms.text(`10.${i}.3.4`), /^10\./);
      assert.match(pseudonyms.text(`192.168.${i}.4`), /^192\.168\./);
      assert.match(pseudonyms.text(`172.${16 + (i % 16)}.3.4`), /^172\.(1[6-9]|2\d|3[01])\./);
      assert.doesNotMatch(pseudonyms.text(`8.8.${i}.8`), /^(10|127|0)\./);
    }
    for (const kept of [
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.251',
      '239.255.255.250',
      '127.0.0.1',
      '::1',
      'ff02::1',
    ])
      assert.equal(pseudonyms.text(kept), kept);
    assert.match(pseudonyms.text('fe80::1234'), /^fe[89ab]/);
    assert.match(pseudonyms.text('239.192.1.32'), /^239\./);
    assert.notEqual(pseudonyms.text('239.192.1.32'), '239.192.1.32');
    assert.equal(pseudonyms.text('01:00:5e:00:00:fb'), '01:00:5e:00:00:fb');
  });

  it('keep who made a station, or say that nobody knows; two stations stay two', () => {
    const keeping = new Pseudonyms({ key });
    const hiding = new Pseudonyms({ key, keepVendors: false });
    const seen = new Set<string>();
    for (let i = 0; i < 5_000; i++) {
      const mac = `00:0e:8c:${[i >> 8, i & 255, 7].map((octet) => octet.toString(16).padStart(2, '0')).join(':')}`;
      const made = keeping.text(mac);
      assert.match(made, /^00:0e:8c:/);
      seen.add(made);
      assert.equal(Number.parseInt(hiding.text(mac).slice(0, 2), 16) & 3, 2);
    }
    assert.equal(seen.size, 5_000);
    assert.equal(keeping.text('ff:ff:ff:ff:ff:ff'), 'ff:ff:ff:ff:ff:ff');
  });

  it('are as long as the names, of the same kind of characters, and the same for the same name', () => {
    const pseudonyms = new Pseudonyms({ key, publicWords: ['SIMATIC S7-1500'] });
    const made = pseudonyms.text('PLC-07.Halle3.local');
    assert.match(made, /^[A-Z]{3}-\d\d\.[A-Z][a-z]{4}\d\.local$/);
    assert.equal(pseudonyms.text('plc-07.halle3.local'), made.toLowerCase());
    assert.notEqual(made.slice(0, 3), 'PLC');
    assert.equal(pseudonyms.text('SIMATIC S7-1500'), 'SIMATIC S7-1500');
    assert.match(pseudonyms.octets('Насос-5'.replaceAll(/[^\x20-\x7e]/g, '\xd0\xbf')), /^[à-ö]+-\d$/i);
    const numbers = Array.from({ length: 100 }, (_, i) => pseudonyms.text(`pump${i + 100}`));
    assert.equal(new Set(numbers).size, 100);
  });

  it('are as long as the names in every encoding', () => {
    const pseudonyms = new Pseudonyms({ key });
    const utf8 = (words: string) => new TextEncoder().encode(words).length;
    for (const name of [
      'Pümpe-7',
      'НАСОС-12',
      'насосная',
      '水泵3',
      'किला',
      '𠀋井',
      'Kelvin',
      'straẞe',
      'İstanbul',
    ]) {
      const made = pseudonyms.text(name);
      assert.deepEqual([made.length, utf8(made)], [name.length, utf8(name)], name);
      assert.notEqual(made, name);
    }
    // Vowels of some scripts are marks beside letters.
    assert.doesNotMatch(pseudonyms.text('किला'), /[\p{M}कल]/u);
    assert.match(pseudonyms.text('НАСОС-12'), /^[А-Я]{5}-\d\d$/);
    // Of Latin-1 each letter is one octet, and so is what it becomes.
    assert.equal(pseudonyms.octets('P\xfcmpe'), pseudonyms.text('Pümpe'));
  });

  it('of NetBIOS names are those of the names in them', () => {
    const pseudonyms = new Pseudonyms({ key });
    const wrapped = (name: string) =>
      Array.from(`${name.padEnd(15)}\0`, (char) =>
        String.fromCharCode(65 + (char.charCodeAt(0) >> 4), 65 + (char.charCodeAt(0) & 15)),
      ).join('');
    assert.equal(pseudonyms.text(wrapped('HMI7')), wrapped(pseudonyms.text('HMI7')));
  });

  it('are others with another key', () => {
    const other = new Pseudonyms({ key: key.toReversed() });
    for (const text of ['192.168.7.9', '00:0e:8c:01:02:03', 'turbine-house', '2001:db8::9'])
      assert.notEqual(other.text(text), new Pseudonyms({ key }).text(text));
  });
});
