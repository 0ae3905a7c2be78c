import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { AdvisoryIndex, entriesOf, match, NotATable, readingOf, readText } from '../index.ts';
import { advisory } from '../testing/advisories.ts';

const bytes = (document: unknown) =>
  new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));

async function devices(document: unknown) {
  const table = readText(bytes(document));
  const reading = readingOf(table, {});
  const entries = await entriesOf(table, reading);
  return {
    format: table.format,
    notes: table.notes.map(({ code }) => code),
    says: entries.map(({ says }) => says),
  };
}

const firmwareCpe = 'cpe:2.3:o:nordbruk:px_200_firmware:2.3.9:*:*:*:*:*:*:*';
const hardwareCpe = 'cpe:2.3:h:nordbruk:px_200:7:*:*:*:*:*:*:*';

describe('a bill of materials', () => {
  it('as CycloneDX of others: the CPE of the firmware beside that of the device, which is called by its product', async () => {
    const { says } = await devices({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        {
          type: 'device',
          name: 'PX 200',
          supplier: { name: 'Nordbruk' },
          cpe: hardwareCpe,
          components: [{ type: 'firmware', name: 'PX 200 firmware', version: '2.3.9', cpe: firmwareCpe }],
        },
      ],
    });
    assert.deepEqual(says, [
      {
        name: 'PX 200',
        product: 'PX 200',
        vendor: 'Nordbruk',
        firmware: '2.3.9',
        cpe: `${hardwareCpe} ${firmwareCpe}`,
      },
    ]);
    const index = AdvisoryIndex.of([advisory([{ vendor: 'Nordbruk', name: 'PX 200', range: '<2.4.1' }])]);
    assert.equal(match(says[0]!, index)[0]!.verdict, 'affected');
  });

  const packages = [
    {
      SPDXID: 'SPDXRef-px',
      name: 'PX 200',
      versionInfo: '7',
      supplier: 'Organization: Nordbruk (psirt@nordbruk.example)',
      primaryPackagePurpose: 'DEVICE',
      externalRefs: [
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: hardwareCpe },
      ],
    },
    {
      SPDXID: 'SPDXRef-fw',
      name: 'PX 200 firmware',
      versionInfo: '2.3.9',
      supplier: 'NOASSERTION',
      primaryPackagePurpose: 'FIRMWARE',
      externalRefs: [
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: firmwareCpe },
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:generic/nordbruk/px-200@2.3.9',
        },
      ],
    },
    { SPDXID: 'SPDXRef-z', name: 'zlib', versionInfo: '1.2.11', supplier: 'Person: Mark' },
  ];
  const device = {
    name: 'PX 200',
    product: 'PX 200',
    vendor: 'Nordbruk',
    hardware: '7',
    firmware: '2.3.9',
    cpe: `${hardwareCpe} ${firmwareCpe}`,
    purl: 'pkg:generic/nordbruk/px-200@2.3.9',
  };

  it('as SPDX 2.3 in JSON: devices with the firmware they contain, and no libraries', async () => {
    const document = {
      spdxVersion: 'SPDX-2.3',
      packages,
      relationships: [
        { spdxElementId: 'SPDXRef-fw', relationshipType: 'CONTAINED_BY', relatedSpdxElement: 'SPDXRef-px' },
        { spdxElementId: 'SPDXRef-px', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-z' },
      ],
    };
    assert.deepEqual(await devices(document), { format: 'spdx', notes: ['not-devices'], says: [device] });
  });

  it('as tag-value, saying the same', async () => {
    const text = [
      '# of a pump',
      'SPDXVersion: SPDX-2.3',
      'SPDXID: SPDXRef-DOCUMENT',
      ...packages.flatMap(
        ({ SPDXID, name, versionInfo, supplier, primaryPackagePurpose, externalRefs = [] }) => [
          '',
          `PackageName: ${name}`,
          `SPDXID: ${SPDXID}`,
          `PackageVersion: ${versionInfo}`,
          `PackageSupplier: ${supplier}`,
          ...(primaryPackagePurpose ? [`PrimaryPackagePurpose: ${primaryPackagePurpose}`] : []),
          ...externalRefs.map(
            (ref) => `ExternalRef: ${ref.referenceCategory} ${ref.referenceType} ${ref.referenceLocator}`,
          ),
          'PackageComment: <text>Two lines\nPackageVersion: 99</text>',
        ],
      ),
      'FileName: ./a',
      'SPDXID: SPDXRef-a',
      'Relationship: SPDXRef-px CONTAINS SPDXRef-fw',
    ].join('\r\n');
    assert.deepEqual(await devices(text), { format: 'spdx', notes: ['not-devices'], says: [device] });
  });

  it('as SPDX of a program: what the document describes is what somebody has', async () => {
    const { says } = await devices({
      spdxVersion: 'SPDX-2.2',
      documentDescribes: ['SPDXRef-scada'],
      packages: [
        {
          SPDXID: 'SPDXRef-scada',
          name: 'ScadaPro',
          versionInfo: '6.9',
          originator: 'Organization: Measuresoft',
        },
        { SPDXID: 'SPDXRef-z', name: 'zlib', versionInfo: '1.2.11' },
      ],
    });
    assert.deepEqual(says, [
      { name: 'ScadaPro', product: 'ScadaPro', vendor: 'Measuresoft', software: '6.9' },
    ]);
  });

  it('that is none, or made to be much, does no harm', async () => {
    for (const [document, code] of [
      [{ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] }, 'spdx-3'],
      [{ spdxVersion: 2 }, 'not-a-table'],
    ] as const)
      assert.throws(
        () => readText(bytes(document)),
        (error) => error instanceof NotATable && error.code === code,
      );
    // What only begins like one is a sheet, and that is seen at once.
    assert.equal(readText(bytes(`${'\n'.repeat(4000)}# x\nname;ip\nP;10.0.0.1\n`)).format, 'csv');
    const odd = [null, 7, [], { name: {} }, { name: 'x', externalRefs: [null, { referenceType: 1 }] }];
    assert.deepEqual(
      (
        await devices({
          spdxVersion: 'SPDX-2.3',
          packages: odd,
          relationships: [null, 3],
          documentDescribes: 'x',
        })
      ).says.length,
      1,
    );
    const many = Array.from({ length: 5000 }, (_, n) => ({ SPDXID: `SPDXRef-${n}`, name: `P ${n}` }));
    const all = many.map(({ SPDXID }) => ({
      spdxElementId: 'SPDXRef-0',
      relationshipType: 'CONTAINS',
      relatedSpdxElement: SPDXID,
    }));
    const { says } = await devices({
      spdxVersion: 'SPDX-2.3',
      packages: many,
      relationships: [...all, ...all],
    });
    assert.equal(says.length, 5000);
    // One part of many devices, with a name and references that are no such; it would be written for each of them.
    const part = {
      SPDXID: 'SPDXRef-part',
      name: 'n'.repeat(1_000_000),
      primaryPackagePurpose: 'APPLICATION',
      supplier: `Organization: a${' '.repeat(200_000)}b`,
    };
    const firmware = {
      SPDXID: 'SPDXRef-firmware',
      name: 'f',
      primaryPackagePurpose: 'FIRMWARE',
      externalRefs: Array.from({ length: 20_000 }, (_, n) => ({
        referenceType: 'purl',
        referenceLocator: `pkg:generic/f${n}`,
      })),
    };
    const began = performance.now();
    const shared = await devices({
      spdxVersion: 'SPDX-2.3',
      packages: [
        ...many.slice(0, 2000).map((one) => ({ ...one, primaryPackagePurpose: 'DEVICE' })),
        { name: 'S', primaryPackagePurpose: 'DEVICE', supplier: part.supplier },
        part,
        firmware,
      ],
      relationships: many.slice(0, 2000).flatMap(({ SPDXID }) =>
        [part, firmware].map((one) => ({
          spdxElementId: SPDXID,
          relationshipType: 'CONTAINS',
          relatedSpdxElement: one.SPDXID,
        })),
      ),
    });
    assert.equal(shared.says.length, 2001);
    const references = 'ExternalRef: SECURITY purl pkg:generic/f\n'.repeat(200_000);
    await devices(`SPDXVersion: SPDX-2.3\nPackageName: P\n${references}`);
    assert.ok(performance.now() - began < 10_000, 'work grows with what came, and not with its square');
    assert.equal(
      (await devices(`SPDXVersion: SPDX-2.3\n${'PackageName: <text>\n'.repeat(5000)}`)).format,
      'spdx',
    );
  });
});
