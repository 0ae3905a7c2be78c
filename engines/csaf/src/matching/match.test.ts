import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  advisoryFacts,
  AdvisoryIndex,
  type Asset,
  Fleet,
  inEnglish,
  match,
  read,
  reasonSentences,
} from '../index.ts';
import { advisory, indexOf } from '../testing/advisories.ts';

const cpu = {
  name: 'SIMATIC S7-300 CPU 315-2 PN/DP (6ES7315-2EH14-0AB0)',
  range: 'vers:all/<V3.2.16',
  orderNumbers: ['6ES7315-2EH14-0AB0'],
};
const siemens = { vendor: 'Siemens', product: 'S7-300 CPU 315-2 PN/DP' };

describe('a device is affected', () => {
  it('exactly, when its order number is listed and its version lies in the range', () => {
    const [verdict] = match(
      { ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3.2.6' },
      indexOf([cpu]),
    );
    assert.deepEqual(
      [verdict!.verdict, verdict!.certainty, verdict!.path.rule, verdict!.path.token],
      ['affected', 'exact', 'order-number', '6ES73152EH140AB0'],
    );
    assert.deepEqual(verdict!.because.slice(0, 2).map(inEnglish), [
      'The order number 6ES7 315-2EH14-0AB0 is listed.',
      'Version V3.2.6 lies in “<V3.2.16”.',
    ]);
    assert.deepEqual(verdict!.lookUp, []);
  });

  it('likely, when only its name is known, and is told to read the order number', () => {
    const [verdict] = match({ ...siemens, firmware: 'V3.2.6' }, indexOf([cpu]));
    assert.deepEqual(
      [verdict!.verdict, verdict!.certainty, verdict!.lookUp.map(({ code }) => code)],
      ['affected', 'likely', ['read-order-number']],
    );
  });

  it('likely, when its name is listed and its order number is one that the advisory does not know', () => {
    const listed = indexOf([{ vendor: 'Nordbruk', name: 'PX 200', range: '<2' }]);
    const device = { vendor: 'Nordbruk', product: 'PX 200', firmware: '1' };
    assert.deepEqual(answer({ ...device, orderNumber: '7712345' }, listed), ['affected', 'likely']);
    assert.deepEqual(answer({ ...device, orderNumber: 'PX-200' }, listed), ['affected', 'exact']);
    assert.equal(answer({ ...device, product: 'PX 300', orderNumber: 'PX-200' }, listed), undefined);
  });

  it('when an advisory names several with slashes, and it is one of them or all', () => {
    const found = (vendor: string, name: string, ...products: string[]) => {
      const listed = indexOf([{ vendor, name, range: '<2' }]);
      return products.map((product) => {
        const fleet = new Fleet();
        fleet.add({ vendor, product, firmware: '1' });
        const one = answer({ vendor, product, firmware: '1' }, listed)?.[1] ?? '';
        assert.equal([...fleet.against(listed)].length, one === '' ? 0 : 1, product);
        return one;
      });
    };
    const metasys = ['Metasys ADX Server', 'Metasys ADS/ADX/OAS Servers', 'Metasys NAE Server'];
    assert.deepEqual(found('Johnson Controls', 'Metasys ADS/ADX/OAS Servers', ...metasys), [
      'likely',
      'exact',
      '',
    ]);
    assert.deepEqual(
      found('Mitsubishi Electric', 'R04/08/16/32/120(EN)CPU', 'R08CPU', 'R120ENCPU', 'R02CPU'),
      ['exact', 'exact', ''],
    );
    assert.deepEqual(found('Siemens', 'S7-1200/1500', 'S7-1500', 'S7-1200/1500', 'S7-300'), [
      'exact',
      'exact',
      '',
    ]);
    const comserver = 'FL COMSERVER UNI 232/422/485';
    assert.deepEqual(found('Phoenix Contact', comserver, comserver), ['exact']);
    // What is one name, or may be: no part of it is the product.
    assert.deepEqual(found('Siemens', 'S7-300 CPU 315-2 PN/DP', 'S7-300 CPU 315-2 DP'), ['']);
    assert.deepEqual(found('Nordbruk', 'Gateway GSM/GPRS/LTE', 'Gateway GSM'), ['']);
    assert.deepEqual(found('Siemens', 'LOGO! 12/24RCE', 'LOGO! 24RCE', 'LOGO! 12/24RCE'), ['', 'exact']);
    assert.deepEqual(found('Yokogawa', 'STARDOM FCN/FCJ', 'STARDOM FCN', 'STARDOM FCN/FCJ'), ['', 'exact']);
  });

  it('exactly, by a number of whatever form that the advisory calls it by, whatever its own name', () => {
    const device = {
      vendor: 'Nordbruk',
      product: 'CTRL-500-ETH',
      orderNumber: '1NB120600R0071',
      firmware: '1',
    };
    for (const name of ['1NB120600R0071', '1NB120600R0071 Controller with Ethernet']) {
      const listed = indexOf([{ vendor: 'Nordbruk', name, range: '<2' }]);
      assert.deepEqual(answer(device, listed), ['affected', 'exact']);
      assert.equal(answer({ ...device, orderNumber: '1NB120600R0072' }, listed), undefined);
      const fleet = new Fleet();
      fleet.add(device);
      assert.equal([...fleet.against(listed)].length, 1);
    }
  });

  it('likely, by the family of its order number, SIPLUS twins included', () => {
    const family = indexOf([
      { name: 'SIMATIC S7-1200 CPU family (incl. SIPLUS variants)', range: '< V4.2.3' },
    ]);
    for (const orderNumber of ['6ES7214-1AG40-0XB0', '6AG1214-1AG40-2XB0']) {
      assert.deepEqual(
        answer({ vendor: 'Siemens', product: 'CPU 1214C', orderNumber, firmware: 'V4.2.1' }, family),
        ['affected', 'likely'],
      );
    }
    assert.equal(
      answer(
        { vendor: 'Siemens', product: 'CPU 224', orderNumber: '6ES7214-1AD23-0XB0', firmware: 'V4.2.1' },
        family,
      ),
      undefined,
    );
  });

  it('likely at best, when it is only known as its family', () => {
    const family = indexOf([{ name: 'SIMATIC S7-300 CPU family', range: '*' }]);
    assert.deepEqual(answer({ vendor: 'Siemens', product: 'S7-300' }, family), ['affected', 'likely']);
  });

  it('likely, when the entry says more about the product in brackets', () => {
    const index = indexOf([{ name: 'SIMATIC STEP 7 (TIA Portal)', range: '< V15.1' }]);
    assert.deepEqual(answer({ vendor: 'Siemens', product: 'SIMATIC STEP 7', software: 'V5.6' }, index), [
      'affected',
      'likely',
    ]);
    assert.deepEqual(
      answer({ vendor: 'Siemens', product: 'STEP 7 (TIA Portal)', software: 'V15.0' }, index),
      ['affected', 'exact'],
    );
  });

  it('also when its product line is named beside the model', () => {
    const index = indexOf([{ vendor: 'WAGO', name: '750-8202', range: '< 02.07.07(10)' }]);
    assert.deepEqual(
      answer({ vendor: 'WAGO', product: 'PFC200 750-8202', firmware: '02.07.07(09)' }, index),
      ['affected', 'likely'],
    );
  });

  it('whatever the vendor is called', () => {
    const index = indexOf([
      { vendor: 'Rockwell Automation ', name: 'ControlLogix 5580', version: 'V35.011' },
    ]);
    assert.deepEqual(answer({ vendor: 'Allen-Bradley', product: '1756-L83E', firmware: '35.011' }, index), [
      'affected',
      'likely',
    ]);
  });

  it('also when it names itself without a vendor, by its order number', () => {
    assert.deepEqual(answer({ orderNumber: '6ES7315-2EH14-0AB0', firmware: '3.2.1' }, indexOf([cpu])), [
      'affected',
      'exact',
    ]);
  });
});

describe('a device is recognised', () => {
  it('by a CPE in which a star is quoted, and is no pattern', () => {
    const starred = (version: string) => `cpe:2.3:o:nordbruk:px\\*:${version}:*:*:*:*:*:*:*`;
    const index = indexOf([
      { vendor: 'Nordbruk', name: 'Pump controller', range: '<2.4.1', cpe: starred('*') },
    ]);
    assert.deepEqual(answer({ cpe: starred('2.3.9') }, index), ['affected', 'exact']);
    assert.deepEqual(answer({ cpe: 'cpe:/o:nordbruk:px%2a:2.3.9' }, index), ['affected', 'exact']);
    for (const pattern of [
      'cpe:2.3:o:nordbruk:px*:2.3.9:*:*:*:*:*:*:*',
      'cpe:2.3:o:nordbruk:px?:2.3.9:*:*:*:*:*:*:*',
      'cpe:/o:nordbruk:px%02:2.3.9',
      'cpe:/o:nordbruk:-:2.3.9',
    ])
      assert.equal(answer({ cpe: pattern }, index), undefined, pattern);
  });

  it('by a CPE or package URL, whatever both call it, and by the version that it names', () => {
    const cpe = 'cpe:2.3:o:nordbruk:px_200\\/a_firmware:*:*:*:*:*:*:*:*';
    const index = indexOf([
      {
        vendor: 'Nordbruk',
        name: 'Pump controller',
        range: '<2.4.1',
        cpe,
        purls: ['pkg:generic/nordbruk/px-200'],
      },
    ]);
    const named = (version: string) => `cpe:2.3:o:NORDBRUK:px_200\\/a_firmware:${version}:*:*:*:*:*:*:*`;
    for (const asset of [
      { vendor: 'NB', product: 'PX', cpe: named('2.3.9') },
      { cpe: 'cpe:/o:nordbruk:px_200%2fa_firmware:2.3.9' },
      { cpe: named('*'), firmware: '2.3.9' },
      { purl: 'pkg:generic/Nordbruk/PX-200@2.3.9?arch=arm#x' },
      // What is installed says more than what somebody named it by.
      { cpe: named('9'), firmware: '2.3.9' },
    ]) {
      assert.deepEqual(answer(asset, index), ['affected', 'exact'], JSON.stringify(asset));
      const fleet = new Fleet();
      fleet.add(asset);
      assert.deepEqual(
        [...fleet.against(index)].flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict)),
        ['affected'],
      );
    }
    assert.equal(match({ cpe: named('2.3.9') }, index)[0]!.path.rule, 'identifier');
    assert.deepEqual(answer({ cpe: named('2.4.1') }, index), ['notAffected', 'exact']);
    assert.deepEqual(answer({ cpe: named('*') }, index), ['unknown', 'unsure']);
    for (const other of [
      'cpe:2.3:h:nordbruk:px_200\\/a_firmware:2.3.9:*:*:*:*:*:*:*',
      'cpe:2.3:o:nordbruk:px_200\\/a_firmware:2.3.9:*:*:*:*:*:other:*',
      'cpe:2.3:o:nordbruk:*:2.3.9:*:*:*:*:*:*:*',
      `cpe:2.3:o:${'a:'.repeat(10_000)}`,
      'cpe:',
    ])
      assert.equal(answer({ cpe: other }, index), undefined, other.slice(0, 80));
    for (const other of [
      'pkg:npm/nordbruk/px-200@2.3.9',
      'pkg:generic/px-200@2.3.9',
      'pkg:generic/%E0%A4%A@1',
    ])
      assert.equal(answer({ purl: other }, index), undefined, other);
    // One that names a version, where the tree has none, does not speak of all versions.
    const facts = advisoryFacts(
      advisory([{ vendor: 'Nordbruk', name: 'Pump controller', cpe: named('2.3.9') }]),
    );
    const one = new AdvisoryIndex();
    one.addFacts({
      ...facts,
      products: facts.products.map((product) => ({ ...product, version: undefined, versionIs: undefined })),
    });
    assert.deepEqual(answer({ cpe: named('2.3.9') }, one), ['affected', 'exact']);
    assert.deepEqual(answer({ cpe: named('3.0') }, one), ['notAffected', 'exact']);
  });

  it('by the CPE of its firmware beside that of its hardware, whose revision is no version', () => {
    const hardware = (revision: string) => `cpe:2.3:h:nordbruk:px_200:${revision}:*:*:*:*:*:*:*`;
    const firmware = 'cpe:2.3:o:nordbruk:px_200_firmware:2.3.9:*:*:*:*:*:*:*';
    const listed = (cpe: string, range: string | undefined = '<2.4.1') =>
      indexOf([{ vendor: 'Nordbruk', name: 'Pump controller', ...(range && { range }), cpe }]);
    const ofFirmware = listed('cpe:2.3:o:nordbruk:px_200_firmware:*:*:*:*:*:*:*:*');
    for (const cpe of [`${hardware('7')} ${firmware}`, `${firmware}, ${hardware('7')}`])
      assert.deepEqual(answer({ cpe }, ofFirmware), ['affected', 'exact']);
    // Revision 1 of the hardware is no firmware below 2.4.1.
    assert.deepEqual(answer({ cpe: hardware('1') }, listed(hardware('*'))), ['unknown', 'unsure']);
    assert.deepEqual(answer({ cpe: hardware('1'), firmware: '2.3.9' }, listed(hardware('*'))), [
      'affected',
      'exact',
    ]);
    assert.deepEqual(answer({ cpe: hardware('1'), firmware: '2.3.9' }, listed(hardware('1'))), [
      'affected',
      'exact',
    ]);
    assert.equal(answer({ cpe: hardware('2'), firmware: '2.3.9' }, listed(hardware('1'))), undefined);
  });

  it('by a CPE 2.2 whose edition packs what 2.3 has fields for', () => {
    const listed = indexOf([
      {
        vendor: 'Nordbruk',
        name: 'Pump controller',
        range: '<2.4.1',
        cpe: 'cpe:2.3:a:nordbruk:px\\~suite:*:*:*:*:pro:windows:x64:*',
      },
    ]);
    for (const cpe of [
      'cpe:/a:nordbruk:px%7esuite:2.3.9::~~pro~windows~x64~',
      'cpe:/a:nordbruk:px%7Esuite:2.3.9:-:~-~pro~windows~x64~-:en-us',
      'cpe:2.3:a:nordbruk:px\\~suite:2.3.9:*:*:de:pro:windows:x64:*',
    ])
      assert.deepEqual(answer({ cpe }, listed), ['affected', 'exact'], cpe);
    for (const cpe of [
      'cpe:/a:nordbruk:px%7esuite:2.3.9::~~~linux~x64~',
      'cpe:/a:nordbruk:px%7esuite:2.3.9',
      'cpe:/a:nordbruk:%02:2.3.9::~~pro~windows~x64~',
    ])
      assert.equal(answer({ cpe }, listed), undefined, cpe);
  });

  it('by its order number before a CPE that a whole family shares', () => {
    const cpe = 'cpe:2.3:o:siemens:simatic_s7-1500_firmware:*:*:*:*:*:*:*:*';
    const index = indexOf([
      { name: 'SIMATIC S7-1500 CPU 1511-1 PN', range: '<V2.0', cpe, orderNumbers: ['6ES7511-1AK00-0AB0'] },
      { name: 'SIMATIC S7-1500 CPU 1513-1 PN', range: '<V3.0', cpe, orderNumbers: ['6ES7513-1AL00-0AB0'] },
    ]);
    const device = (orderNumber: string) => ({ vendor: 'Siemens', orderNumber, firmware: 'V2.5', cpe });
    assert.deepEqual(answer(device('6ES7511-1AK00-0AB0'), index), ['notAffected', 'exact']);
    assert.deepEqual(answer(device('6ES7513-1AL00-0AB0'), index), ['affected', 'exact']);
    // Listed with no number of its own, it is of the family all the same.
    assert.deepEqual(answer(device('6ES7516-3AN00-0AB0'), index), ['affected', 'exact']);
  });

  const x204 = indexOf([{ name: 'SCALANCE X204-2', range: '< V5.2.5' }]);
  const scada = indexOf([{ vendor: 'Measuresoft', name: 'ScadaPro Server Suite', range: '< 7' }]);

  for (const [product, why] of [
    ['SCALANCE X204 2', 'written apart'],
    ['SCALANCE_X204-2', 'with underscores'],
    ['scalance x2042', 'written together'],
    ['X204-2 switch (slot 3)', 'with the slot it is in'],
    ['X204-2 HW Rev. 4', 'with the revision of its hardware'],
  ] as const) {
    it(`${why}: ${product}`, () =>
      assert.deepEqual(answer({ vendor: 'Siemens', product, firmware: 'V5.2.4' }, x204)?.[0], 'affected'));
  }

  it('without a vendor, by an unmistakable name, and is told where the vendor comes from', () => {
    const [verdict] = match({ product: 'ScadaPro Server Suite', software: '6.9' }, scada);
    assert.deepEqual(
      [
        verdict!.verdict,
        verdict!.certainty,
        verdict!.because.map(({ code }) => code).includes('vendor-inferred'),
      ],
      ['affected', 'likely', true],
    );
    assert.equal(
      answer({ product: 'Pump', software: '1' }, indexOf([{ vendor: 'Acme', name: 'Pump', range: '*' }])),
      undefined,
    );
  });

  it('by the vendor in its name', () =>
    assert.deepEqual(
      answer(
        { product: 'Acme Pump', software: '1' },
        indexOf([{ vendor: 'Acme', name: 'Pump', range: '*' }]),
      ),
      ['affected', 'likely'],
    ));

  it('though its MAC address names the maker of the network chip', () =>
    assert.deepEqual(
      answer({ vendor: 'Texas Instruments', product: 'ScadaPro Server Suite', software: '6.9' }, scada),
      ['affected', 'likely'],
    ));

  it('by its order number though another vendor is given, which is said and makes it likely only', () => {
    const [verdict] = match(
      { vendor: 'Yokogawa', orderNumber: '6ES7315-2EH14-0AB0', firmware: 'V3.2.6' },
      indexOf([cpu]),
    );
    assert.deepEqual(
      [verdict!.certainty, verdict!.because.map(inEnglish)[1]],
      ['likely', 'The order number is one of Siemens, though the vendor is given as “Yokogawa”.'],
    );
  });

  it('with firmware and hardware swapped stays open, and is told so', () => {
    const [verdict] = match(
      { ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: '2', hardware: 'V3.2.6' },
      indexOf([cpu]),
    );
    assert.deepEqual(
      [verdict!.verdict, verdict!.because.map(({ code }) => code), verdict!.lookUp.map(({ code }) => code)],
      ['unknown', ['order-number-equal', 'revisions-swapped'], ['read-version-at']],
    );
  });
});

describe('a device is not affected', () => {
  it('when it runs the fixed version', () => {
    assert.deepEqual(
      answer({ ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: '3.2.16' }, indexOf([cpu])),
      ['notAffected', 'exact'],
    );
  });

  it('when the publisher says so, though a range covers it', () => {
    const products = [
      { vendor: 'Acme', name: 'Pump', range: '< 9' },
      { vendor: 'Acme', name: 'Pump', version: '8.2' },
    ];
    assert.deepEqual(
      answer({ vendor: 'Acme', product: 'Pump', firmware: '8.2' }, indexOf(products, { fixed: ['P2'] })),
      ['notAffected', 'exact'],
    );
    assert.deepEqual(
      answer(
        { vendor: 'Acme', product: 'Pump', firmware: '8.2' },
        indexOf(products, { notAffected: ['P2'] }),
      ),
      ['notAffected', 'exact'],
    );
    assert.deepEqual(
      answer({ vendor: 'Acme', product: 'Pump', firmware: '8.1' }, indexOf(products, { fixed: ['P2'] })),
      ['affected', 'exact'],
    );
  });

  it('when its own release train is fixed, though another train goes further', () => {
    const trains = indexOf([
      { vendor: 'Honeywell', name: 'Experion PKS', range: '<R510.2_HF14' },
      { vendor: 'Honeywell', name: 'Experion PKS', range: '<R520.2_TCU4_HF2' },
    ]);
    assert.deepEqual(
      answer({ vendor: 'Honeywell', product: 'Experion PKS', software: 'R510.2 HF14' }, trains)?.[0],
      'notAffected',
    );
    assert.deepEqual(
      answer({ vendor: 'Honeywell', product: 'Experion PKS', software: 'R520.2 TCU4 HF1' }, trains)?.[0],
      'affected',
    );
    assert.deepEqual(
      answer({ vendor: 'Honeywell', product: 'Experion PKS', software: 'R511.1' }, trains)?.[0],
      'unknown',
    );
  });
});

describe('it stays unknown', () => {
  it('without a version, and says what to look up', () => {
    const [verdict] = match({ ...siemens, orderNumber: '6ES7 315-2EH14-0AB0' }, indexOf([cpu]));
    assert.deepEqual(
      [verdict!.verdict, verdict!.certainty, verdict!.lookUp.map(inEnglish)],
      [
        'unknown',
        'unsure',
        [
          'Look up the installed version of S7-300 CPU 315-2 PN/DP: SIMATIC Manager: PLC › Diagnostic/Setting › Module Information › General.',
        ],
      ],
    );
  });

  it('without a version, and says where this model shows it, where that is known', () => {
    const products = [
      { vendor: 'Siemens', name: 'SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AK02-0AB0)', range: '<V2.9' },
      { vendor: 'Siemens', name: 'SIMATIC RF186C', range: '<V2.9' },
    ];
    const told = (asset: Asset) => {
      const [verdict] = match(asset, AdvisoryIndex.of([advisory(products)]));
      return verdict!.lookUp.map(({ code, params }) => [code, params['where']?.split(':')[0]]);
    };
    // By its family, which only the order number tells.
    assert.deepEqual(told({ vendor: 'Siemens', orderNumber: '6ES7511-1AK02-0AB0' }), [
      ['read-version-at', 'TIA Portal'],
    ]);
    assert.deepEqual(told({ vendor: 'Siemens', product: 'SIMATIC RF186C' }), [['read-version', undefined]]);
    const [unknown] = match(
      { vendor: 'Siemens', product: 'SIMATIC RF186C' },
      AdvisoryIndex.of([advisory(products)]),
    );
    assert.match(
      inEnglish(unknown!.lookUp[0]!),
      /for example on its web page or display under “Device information”/,
    );
  });

  it('without the variant that the entry speaks of', () => {
    const relay = indexOf([{ name: 'SIPROTEC 5 7SA87 (CP300)', range: 'vers:all/>=V7.80<V9.40' }]);
    assert.deepEqual(
      answer({ vendor: 'Siemens', product: 'SIPROTEC 5 7SA87', firmware: 'V8.40' }, relay)?.[0],
      'unknown',
    );
    assert.deepEqual(
      answer(
        { vendor: 'Siemens', product: 'SIPROTEC 5 7SA87', hardware: 'CP300', firmware: 'V8.40' },
        relay,
      )?.[0],
      'affected',
    );
    assert.equal(
      answer({ vendor: 'Siemens', product: 'SIPROTEC 5 7SA87', hardware: 'CP200', firmware: 'V8.40' }, relay),
      undefined,
    );
  });

  it('when entries of the same name disagree and only the order number could tell', () => {
    const index = indexOf([
      { name: 'SCALANCE X204-2', range: '< V5', orderNumbers: ['6GK5204-2BB10-2AA3'] },
      { name: 'SCALANCE X204-2', range: '< V4', orderNumbers: ['6GK5204-2BC10-2AA3'] },
    ]);
    const [verdict] = match({ vendor: 'Siemens', product: 'SCALANCE X204-2', firmware: 'V4.5' }, index);
    assert.deepEqual(
      [verdict!.verdict, verdict!.lookUp.map(({ code }) => code)],
      ['unknown', ['read-order-number']],
    );
  });

  it('when the product is named without a status', () => {
    const document = advisory([cpu]);
    const index = AdvisoryIndex.of([
      { ...document, vulnerabilities: [{ ...document.vulnerabilities[0]!, statuses: {} }] },
    ]);
    assert.deepEqual(answer({ ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3' }, index), [
      'unknown',
      'unsure',
    ]);
  });
});

describe('another product is not taken for it:', () => {
  for (const [listed, asset, vendor = 'Siemens'] of [
    ['SIMATIC CP 443-1', 'CP 443-1 Advanced'],
    ['SIMATIC CP 443-1 Advanced', 'CP 443-1'],
    ['SIMATIC WinCC', 'SIMATIC WinCC OA'],
    ['RUGGEDCOM RS900', 'RUGGEDCOM RS900 (32M)'],
    ['SIMATIC S7-1500 Software Controller', 'S7-1500 CPU 1511-1 PN'],
    ['SIPLUS S7-300 CPU 315-2 PN/DP', 'S7-300 CPU 315-2 PN/DP'],
    ['SIMATIC S7-300 CPU 315-2 PN/DP', 'S7-300 CPU 317-2 PN/DP'],
    ['750-8202/025-002', '750-8202', 'WAGO'],
    ['GuardLogix 5580', '1756-L83E', 'Rockwell Automation'],
    ['1756-EN2T Series C', '1756-EN2T/D', 'Rockwell Automation'],
    ['EDS-408A', 'EDS-405A', 'Moxa'],
    ['RUGGEDCOM RSG2100', 'RUGGEDCOM RSG2100 Advanced'],
    ['EN100 Ethernet module Modbus TCP variant', 'EN100 Ethernet module IEC 104 variant'],
    ['ACE IP gateway (CPU 4600)', 'ACE IP gateway (CPU 4603)', 'Motorola Solutions'],
    ['FactoryTalk View SE', 'FactoryTalk View ME', 'Rockwell Automation'],
  ] as const) {
    it(`${asset} is not ${listed}`, () => {
      assert.equal(
        answer({ vendor, product: asset, firmware: '1.0' }, indexOf([{ vendor, name: listed, range: '*' }])),
        undefined,
      );
    });
  }

  it('an order number that begins alike', () => {
    assert.equal(
      answer({ ...siemens, orderNumber: '6ES7 315-2AG10-0AB0', firmware: 'V2' }, indexOf([cpu])),
      undefined,
    );
  });

  it('a SIPLUS device, where only the standard family is listed', () => {
    const family = indexOf([{ name: 'SIMATIC S7-1200 CPU family', range: '*' }]);
    assert.equal(
      answer({ vendor: 'Siemens', product: 'CPU 1214C', orderNumber: '6AG1214-1AG40-2XB0' }, family),
      undefined,
    );
  });

  it('the same name of another vendor', () => {
    assert.equal(
      answer(
        { vendor: 'Acme', product: 'Pump', firmware: '1' },
        indexOf([{ vendor: 'Emca', name: 'Pump', range: '*' }]),
      ),
      undefined,
    );
  });
});

describe('an index', () => {
  it('can be stored, and answers the same afterwards', () => {
    const index = indexOf([cpu]);
    const again = AdvisoryIndex.restore(JSON.parse(JSON.stringify(index.serialise())));
    const asset = { ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3.2.6' };
    assert.deepEqual(match(asset, again), match(asset, index));
  });

  it('answers about devices of which nothing is known', () => {
    for (const asset of [
      {},
      { vendor: '' },
      { product: '(((' },
      { orderNumber: '*' },
      { product: '\ud800'.repeat(500), firmware: 'x'.repeat(10_000) },
    ]) {
      assert.deepEqual(match(asset, indexOf([cpu])), []);
    }
  });

  it('puts the gravest first', () => {
    const index = AdvisoryIndex.of([
      advisory([{ vendor: 'Acme', name: 'Pump', range: '< 1' }], { id: 'FIXED' }),
      advisory([{ vendor: 'Acme', name: 'Pump', range: 'ask us' }], { id: 'OPEN' }),
      advisory([{ vendor: 'Acme', name: 'Pump', range: '*' }], { id: 'ALL' }),
    ]);
    assert.deepEqual(
      match({ vendor: 'Acme', product: 'Pump', firmware: '2' }, index).map(({ advisoryId }) => advisoryId),
      ['ALL', 'OPEN', 'FIXED'],
    );
  });
});

it('a sentence writes models as the device does, and names as the advisory does', () => {
  const first = (asset: Asset, name: string) =>
    match({ firmware: '1', ...asset }, indexOf([{ vendor: 'Acme', name, range: '*' }]))[0]?.because.map(
      inEnglish,
    )[0];
  assert.equal(
    first({ vendor: 'Acme', product: 'Gauge', model: 'AX-300' }, 'Gauge AX300'),
    'The model AX-300 is listed in “Gauge AX300”.',
  );
  assert.equal(first({ vendor: 'Acme', model: 'RS 900' }, 'RS900'), 'The model RS 900 is listed in “RS900”.');
  assert.equal(
    first({ vendor: 'Acme', product: 'Controller', orderNumber: 'K-77123' }, 'K77123'),
    'The model K-77123 is listed in “K77123”.',
  );
});

it('every parameter of a sentence is filled', () => {
  const assets: Asset[] = [
    { ...siemens },
    { ...siemens, orderNumber: '6ES7 315-2EH14-0AB0', firmware: 'V3.2.6' },
    { vendor: 'Siemens AG', product: 'SIMATIC S7-300 CPU 315-2 PN/DP', firmware: 'green' },
  ];
  for (const asset of assets) {
    const [answer] = match(asset, indexOf([cpu]));
    const all = [...answer!.because, ...answer!.lookUp].map(inEnglish);
    assert.ok(all.length > 0);
    for (const sentence of all) assert.doesNotMatch(sentence, /\?|\{/);
  }
  assert.ok(Object.values(reasonSentences).every((sentence) => sentence.endsWith('.')));
});

it('a component inside another product is only found together with it', () => {
  const reading = read({
    document: { title: 't', tracking: { id: 'T' }, publisher: { name: 'p' } },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Acme',
          branches: ['Library', 'Station'].map((name) => ({
            category: 'product_name',
            name,
            product: { name, product_id: name },
          })),
        },
      ],
      relationships: [
        {
          category: 'installed_on',
          product_reference: 'Library',
          relates_to_product_reference: 'Station',
          full_product_name: { product_id: 'both', name: 'Library on Station' },
        },
      ],
    },
    vulnerabilities: [{ cve: 'CVE-2026-1', product_status: { known_affected: ['both'] } }],
  });
  assert.ok(reading.ok);
  const [verdict] = match(
    { vendor: 'Acme', product: 'Library', software: '1' },
    AdvisoryIndex.of([reading.document]),
  );
  assert.deepEqual(
    [verdict!.verdict, verdict!.lookUp.map(inEnglish)],
    ['unknown', ['Check whether this holds in your plant: “Station”.']],
  );
});

function answer(asset: Asset, index: AdvisoryIndex) {
  const [verdict] = match(asset, index);
  return verdict && [verdict.verdict, verdict.certainty];
}
