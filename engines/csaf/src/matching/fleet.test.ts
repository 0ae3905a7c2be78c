import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { AdvisoryIndex, type Asset, Fleet, match } from '../index.ts';
import { indexOf } from '../testing/advisories.ts';

const index = indexOf([
  { vendor: 'Siemens', name: 'SIMATIC S7-300 CPU 315-2 PN/DP (6ES7315-2EH14-0AB0)', range: '< V3.2.16' },
  { vendor: 'Moxa', name: 'EDS-408A series', range: '<= 3.8' },
  { vendor: 'Schneider Electric', name: 'Modicon M340 CPU (part numbers BMXP34*)', range: '< SV3.51' },
  { vendor: 'Mitsubishi Electric', name: 'Q03UDVCPU', range: '<=the_first_5_digits_of_serial_number_22031' },
  { vendor: 'Measuresoft', name: 'ScadaPro', range: '6.9.0.0' },
  { vendor: 'multiple', name: 'Stack TX200', range: '*' },
  { vendor: 'Siemens', name: 'RUGGEDCOM RS900', range: 'All versions with Function State (FS) < 11' },
  { vendor: 'multiple', name: '*-QX20', range: '< 3' },
]);

/** Whose products are called like those of others, and whose vendor nobody names. */
const everybody = indexOf([
  { vendor: 'multiple', name: 'ScadaPro', range: '*' },
  { vendor: 'Siemens', name: 'Pump', range: '*' },
  { vendor: 'Acme', name: 'Pump', range: '*' },
  { vendor: 'Siemens', name: 'SIMATIC S7-300 CPU 315-2 PN/DP (6ES7315-2EH14-0AB0)', range: '*' },
]);

const assets: readonly Asset[] = [
  { vendor: 'Siemens AG', orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3.2.6' },
  { vendor: 'Siemens AG', orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3.2.16' },
  { vendor: 'Siemens AG', orderNumber: '6ES7 315-2EH14-0AB0', firmware: '2', hardware: 'V3.2.6' },
  { vendor: 'Siemens AG', orderNumber: '6ES7 315-2EH14-0AB0', firmware: '2' },
  { vendor: 'MOXA', product: 'EDS-408A-MM-SC', firmware: '3.8' },
  { vendor: 'Schneider Electric', model: 'BMXP342020', firmware: 'SV3.30' },
  { vendor: 'Mitsubishi Electric', product: 'Q03UDVCPU', serial: '22031999' },
  { vendor: 'Mitsubishi Electric', product: 'Q03UDVCPU', serial: '22081999' },
  { vendor: 'Mitsubishi Electric', product: 'Q03UDVCPU' },
  { product: 'Measuresoft ScadaPro', software: '6.9.0.0' },
  { vendor: 'Acme', product: 'Stack TX200' },
  { vendor: 'Siemens', product: 'RUGGEDCOM RS900', firmware: 'FW 4.3 / HW FS 9' },
  { vendor: 'Siemens', product: 'RUGGEDCOM RS900', hardware: 'FS 9', firmware: '4.3' },
  { vendor: 'Siemens', product: 'RUGGEDCOM RS900', hardware: 'FS 12', firmware: '4.3' },
  { vendor: 'Acme', model: 'MTX-QX20', firmware: '2.1' },
  { vendor: 'Acme', product: 'Pump', firmware: '1' },
  {},
];

describe('a fleet', () => {
  const fleet = new Fleet();
  for (const asset of [...assets, ...assets]) fleet.add(asset);
  const answers = assets.map((asset) =>
    match(asset, index).map(({ verdict, certainty }) => `${verdict} ${certainty}`),
  );

  it('says of every asset what is said of it alone', () => {
    assert.deepEqual(byAsset(fleet.against(index)), [...answers, ...answers]);
    // The table above would prove little if most of it meant nothing.
    assert.equal(answers.filter((list) => list.length).length, assets.length - 1);
  });

  it('is found by a new advisory with the same answers', () => {
    assert.deepEqual(byAsset(fleet.concernedBy(index.advisories[0]!)), [...answers, ...answers]);
  });

  it('says why, in the words of an asset alone', () => {
    const told = Array.from({ length: fleet.size }, (): unknown[] => []);
    for (const { assets: members, verdicts } of fleet.explained(index))
      for (const member of members) told[member] = verdicts.map(({ because, path }) => ({ because, path }));
    const alone = assets.map((asset) => match(asset, index).map(({ because, path }) => ({ because, path })));
    assert.deepEqual(told, [...alone, ...alone]);
  });

  it('knows whose vendor nobody named', () => {
    assert.deepEqual(
      fleet.unnamed.filter((position) => position < assets.length),
      [9, 16],
    );
  });

  it('tells equal assets together, and those apart whose serial numbers decide', () => {
    const told = [...fleet.against(index)];
    assert.deepEqual(told.find(({ assets: members }) => members.includes(0))!.assets, [0, assets.length]);
    assert.deepEqual(told.find(({ assets: members }) => members.includes(6))!.assets, [6, 6 + assets.length]);
    assert.deepEqual(told.find(({ assets: members }) => members.includes(7))!.assets, [7, 7 + assets.length]);
  });

  it('hears nothing any more of an advisory that was taken out, wherever it stood', () => {
    for (const removed of [0, 1]) {
      const both = new AdvisoryIndex();
      for (let n = 0; n < 2; n++)
        both.addFacts(n === removed ? everybody.advisories[0]! : index.advisories[0]!);
      assert.notDeepEqual(byAsset(fleet.against(both)), [...answers, ...answers]);
      both.remove(removed);
      assert.deepEqual(byAsset(fleet.against(both)), [...answers, ...answers]);
      assert.deepEqual(both.serialise(), index.serialise());
      both.remove(1 - removed);
      assert.equal(both.hasVendor('siemens'), false);
      assert.deepEqual(
        Object.values(both.keys).map((keys) => [...keys]),
        [[], [], []],
      );
    }
  });

  it('tries those who might have built it in one order, whoever was heard of first', () => {
    const vendors = ['Aurum', 'Nordbruk', 'Zenith'];
    const guesses = [vendors, vendors.toReversed()].map((order) => {
      const library = new AdvisoryIndex();
      for (const vendor of order) {
        const [facts] = index.advisories;
        library.addFacts({ ...facts!, products: [{ ...facts!.products[0]!, vendor, name: 'PX 200' }] });
      }
      return library.vendorsNaming([...library.keys.names]);
    });
    assert.equal(guesses[0]!.length, 3);
    assert.deepEqual(guesses[0], guesses[1]);
  });

  function byAsset(told: Iterable<ReturnType<Fleet['concernedBy']>[number]>): string[][] {
    const all = Array.from({ length: fleet.size }, (): string[] => []);
    for (const { assets: members, verdicts } of told)
      for (const member of members)
        all[member] = verdicts.map(({ verdict, certainty }) => `${verdict} ${certainty}`);
    return all;
  }
});
