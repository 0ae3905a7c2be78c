import type { FactField, Here } from '../../dissector.ts';
import type { Station } from './stations.ts';
import { propertyName } from './values.ts';
import { vendorName } from './vendors.ts';

const APPLICATION_SOFTWARE = 12;
const VENDOR_IDENTIFIER = 120;

/** 12.11, the device object. */
export function deviceFact(
  here: Here,
  { endpoint, remote }: Station,
  property: number,
  value: unknown,
): void {
  const text = typeof value === 'string' ? value : '';
  const field = deviceFields[property];
  if (property === VENDOR_IDENTIFIER && typeof value === 'number') {
    if (remote === '') here.fact(endpoint, 'vendor', vendorName(value));
  } else if (field && text !== '') {
    if (remote === '') here.fact(endpoint, field, text);
    else here.fact(endpoint, 'module', `${remote}: ${propertyName(property)} ${text}`);
  } else if (property === APPLICATION_SOFTWARE && text !== '') {
    const whose = remote === '' ? '' : `${remote}: `;
    here.fact(endpoint, 'module', `${whose}application software ${text}`);
  }
}

const deviceFields: Readonly<Record<number, FactField>> = {
  28: 'description',
  44: 'firmware',
  58: 'location',
  70: 'model',
  77: 'name',
  121: 'vendor',
  372: 'serial',
};
