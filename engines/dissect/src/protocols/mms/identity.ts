import type { Endpoint, FactField, Here } from '../../dissector.ts';

// IEC 61850-7-3: DPL, the nameplate of a device, and LPL, that of a logical node; LLN0 speaks for its logical device.
const plates: readonly (readonly [ending: RegExp, field: FactField])[] = [
  [/\$DC\$PhyNam\$vendor$/, 'vendor'],
  [/\$DC\$PhyNam\$hwRev$/, 'hardware'],
  [/\$DC\$PhyNam\$swRev$/, 'firmware'],
  [/\$DC\$PhyNam\$serNum$/, 'serial'],
  [/\$DC\$PhyNam\$model$/, 'model'],
  [/\$DC\$PhyNam\$location$/, 'location'],
  [/\$DC\$PhyNam\$name$/, 'name'],
  [/\/LLN0\$DC\$NamPlt\$vendor$/, 'vendor'],
  [/\/LLN0\$DC\$NamPlt\$swRev$/, 'firmware'],
];

export function facts(here: Here, device: Endpoint, name: string, value: string): void {
  if (!name.includes('$DC$')) return;
  for (const [ending, field] of plates) if (ending.test(name)) here.fact(device, field, value);
}
