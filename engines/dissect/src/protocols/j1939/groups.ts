/** Parameter groups by number (SAE J1939-71 and -21); those one meets, cited from memory. */
export const groupNames: Readonly<Record<number, string>> = {
  0x0000: 'torque and speed control',
  0xe800: 'acknowledgement',
  0xea00: 'request',
  0xeb00: 'transport, data',
  0xec00: 'transport, connection',
  0xee00: 'address claimed',
  0xef00: 'proprietary A',
  0xf003: 'electronic engine controller 2',
  0xf004: 'electronic engine controller 1',
  0xfeca: 'active faults (DM1)',
  0xfecb: 'previous faults (DM2)',
  0xfecc: 'clear previous faults (DM3)',
  0xfed3: 'clear active faults (DM11)',
  0xfed8: 'commanded address',
  0xfeda: 'software identification',
  0xfee5: 'engine hours',
  0xfee9: 'fuel consumption',
  0xfeeb: 'component identification',
  0xfeec: 'vehicle identification',
  0xfeee: 'engine temperature 1',
  0xfeef: 'engine fluid level and pressure 1',
  0xfef1: 'cruise control and vehicle speed',
  0xfef2: 'fuel economy',
  0xfef5: 'ambient conditions',
  0xfef6: 'intake and exhaust conditions 1',
  0xfef7: 'vehicle electrical power 1',
  0xfefc: 'dash display',
};

export const REQUEST = 0xea00;
export const TRANSPORT_DATA = 0xeb00;
export const TRANSPORT = 0xec00;
export const ADDRESS_CLAIMED = 0xee00;
export const TORQUE_SPEED = 0x0000;
export const ACTIVE_FAULTS = 0xfeca;
export const CLEAR_PREVIOUS = 0xfecc;
export const CLEAR_ACTIVE = 0xfed3;
export const COMMANDED_ADDRESS = 0xfed8;
export const SOFTWARE = 0xfeda;
export const COMPONENT = 0xfeeb;
export const VEHICLE = 0xfeec;

export function groupName(group: number): string {
  const number = `0x${group.toString(16).padStart(4, '0')}`;
  const name = groupNames[group];
  return name === undefined ? number : `${number}, ${name}`;
}

/** A quantity of a group: where it stands, how many octets, and how they become a number. */
export interface Quantity {
  readonly name: string;
  readonly at: number;
  readonly octets: 1 | 2 | 4;
  readonly factor: number;
  readonly offset: number;
}

const quantity = (name: string, at: number, octets: 1 | 2 | 4, factor: number, offset = 0): Quantity => ({
  name,
  at,
  octets,
  factor,
  offset,
});

/** SAE J1939-71: by parameter group, with the number of the parameter (SPN). */
export const quantities: ReadonlyMap<number, readonly Quantity[]> = new Map([
  [
    0xf003,
    [quantity('accelerator pedal, % (SPN 91)', 1, 1, 0.4), quantity('engine load, % (SPN 92)', 2, 1, 1)],
  ],
  [
    0xf004,
    [
      quantity('engine torque, % (SPN 513)', 2, 1, 1, -125),
      quantity('engine speed, 1/min (SPN 190)', 3, 2, 0.125),
    ],
  ],
  [0xfee5, [quantity('engine hours, h (SPN 247)', 0, 4, 0.05)]],
  [0xfeee, [quantity('coolant temperature, °C (SPN 110)', 0, 1, 1, -40)]],
  [0xfeef, [quantity('oil pressure, kPa (SPN 100)', 3, 1, 4)]],
  [0xfef1, [quantity('vehicle speed, km/h (SPN 84)', 1, 2, 1 / 256)]],
  [0xfef2, [quantity('fuel rate, l/h (SPN 183)', 0, 2, 0.05)]],
  [0xfef5, [quantity('barometric pressure, kPa (SPN 108)', 0, 1, 0.5)]],
  [0xfef6, [quantity('boost pressure, kPa (SPN 102)', 1, 1, 2)]],
  [0xfef7, [quantity('battery voltage, V (SPN 168)', 4, 2, 0.05)]],
  [0xfefc, [quantity('fuel level, % (SPN 96)', 1, 1, 0.4)]],
]);

/** SAE J1939, table B11 (industry groups). */
export const industries: Readonly<Record<number, string>> = {
  0: 'global',
  1: 'on-highway equipment',
  2: 'agricultural and forestry equipment',
  3: 'construction equipment',
  4: 'marine equipment',
  5: 'industrial, process control, stationary equipment',
};
