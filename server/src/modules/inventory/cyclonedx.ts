import { cycloneDxNames as named, severalNames } from '@busbar/csaf';

import type { Exported } from './exported.ts';

/** @param at when it was written */
export function cycloneDxOf(
  assets: readonly Exported[],
  at: Date,
  tool: { name: string; version: string },
): object {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: at.toISOString(),
      tools: { components: [{ type: 'application', ...tool }] },
    },
    components: assets.map((asset) => ({
      type: 'device',
      'bom-ref': asset.id,
      ...(asset.vendor && { manufacturer: { name: asset.vendor } }),
      name: asset.product ?? asset.model ?? asset.name,
      ...(asset.hardware && { version: asset.hardware }),
      ...first('cpe', asset.cpe),
      ...first('purl', asset.purl),
      ...(asset.description && { description: asset.description }),
      properties: propertiesOf(asset),
      ...((asset.firmware || asset.software) && { components: partsOf(asset) }),
    })),
  };
}

function first(field: 'cpe' | 'purl', value: string | null): object {
  const [one] = identifiersIn(value);
  return one === undefined ? {} : { [field]: one };
}

/** What people typed there instead stays whole. */
const identifiersIn = (value: string | null) => value?.split(/\s+(?=cpe:|pkg:)/i) ?? [];

function partsOf({ id, name, product, model, firmware, software }: Exported): object[] {
  return [
    ...(firmware
      ? [
          {
            type: 'firmware',
            'bom-ref': `${id}/firmware`,
            name: `${product ?? model ?? name} firmware`,
            version: firmware,
          },
        ]
      : []),
    ...(software ? [{ type: 'application', 'bom-ref': `${id}/software`, name: software }] : []),
  ];
}

function propertiesOf(asset: Exported): { name: string; value: string }[] {
  const one = (name: string, value: string | null) => (value ? [{ name, value }] : []);
  return [
    ...one('busbar:name', asset.name),
    // A component is called by what there is, and that need not be its product.
    ...one('busbar:product', asset.product),
    ...one(named.serial, asset.serial),
    ...one(named.orderNumber, asset.orderNumber),
    ...one(named.model, asset.model),
    ...asset.macs.flatMap((mac) => one(named.mac, mac)),
    ...asset.addresses.flatMap((address) => one(named.address, address)),
    ...one(named.role, asset.role === 'unknown' ? null : asset.role),
    ...one(named.level, asset.level === 'unknown' ? null : asset.level),
    ...one(named.location, asset.location),
    ...one(named.site, asset.site.name),
    ...one(named.slot, asset.slot),
    ...one(named.criticality, asset.criticality),
    ...(['cpe', 'purl'] as const).flatMap((field) =>
      identifiersIn(asset[field])
        .slice(1)
        .flatMap((more) => one(severalNames[field], more)),
    ),
    ...one(named.zone, asset.zone?.name ?? null),
    ...one('busbar:network', asset.network),
  ];
}
