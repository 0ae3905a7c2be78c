import type { Certainty } from '../../dissector.ts';

interface Vendor {
  readonly name: string;
  /** `guessed` until somebody has seen the number in a device description or a capture of that vendor. */
  readonly certainty: Certainty;
}

const seen = (name: string): Vendor => ({ name, certainty: 'inferred' });
const recalled = (name: string): Vendor => ({ name, certainty: 'guessed' });

/** Vendors as PROFIBUS & PROFINET International numbers them; those one meets most. */
export const profinetVendors: Readonly<Record<number, Vendor>> = {
  0x001a: recalled('ABB'),
  0x002a: seen('Siemens'),
  0x005d: recalled('Pepperl+Fuchs'),
  0x00b0: recalled('Phoenix Contact'),
  0x0101: recalled('SICK'),
  0x010a: seen('SEW-EURODRIVE'),
  0x010c: seen('HMS Industrial Networks'),
  0x011d: recalled('WAGO'),
  0x011e: recalled('Hilscher'),
  0x0120: recalled('Beckhoff'),
  0x012f: recalled('Murrelektronik'),
  0x013d: recalled('Turck'),
  0x014d: recalled('Festo'),
  0x015a: seen('GE'),
  0x0378: recalled('Balluff'),
};
