import type { Contact, Organisation, Role } from '@busbar/contract';

// Everybody here is made up. Names end in domains that RFC 2606 keeps for examples.

/** Printed on the sign-in page of a demo, and good for nothing else. */
export const DEMO_PASSWORD = 'look-around-busbar';

export const cert: Contact = {
  name: 'ICS CERT of the Demo',
  shortName: 'Demo CERT',
  country: 'DE',
  phone: '+49 30 555 0110',
  email: 'cert@cert.example',
  url: 'https://cert.example',
};

export interface DemoOrganisation {
  readonly name: string;
  readonly kinds: Organisation['kinds'];
  readonly country: string;
  readonly sectors: string[];
  readonly people: readonly {
    readonly name: string;
    readonly email: string;
    readonly roles: readonly Role[];
  }[];
}

/** Operators with a few devices of the common kinds: without them no count of five organisations would have anything to show. */
export const neighbours: readonly DemoOrganisation[] = [
  ['Havel Locks', 'transport', 'DE', 'Emil Brandt', 'emil.brandt@havel-locks.example'],
  ['Morava Dairies', 'food', 'CZ', 'Lucie Dvorak', 'lucie.dvorak@morava-dairies.example'],
  ['Norrland Heat', 'energy', 'SE', 'Nils Berg', 'nils.berg@norrland-heat.example'],
].map(([name, sector, country, person, email]) => ({
  name: name!,
  kinds: ['operator'],
  country: country!,
  sectors: [sector!],
  people: [{ name: person!, email: email!, roles: ['MAD'] }],
}));

export const constituency: readonly DemoOrganisation[] = [
  {
    name: cert.name,
    kinds: ['cert'],
    country: 'DE',
    sectors: [],
    people: [
      { name: 'Lena Vogt', email: 'lena.vogt@cert.example', roles: ['LEAD'] },
      { name: 'Arjun Mehta', email: 'arjun.mehta@cert.example', roles: ['ANA'] },
      { name: 'Mei Lin', email: 'mei.lin@cert.example', roles: ['ANA'] },
      { name: 'Tomas Berg', email: 'tomas.berg@cert.example', roles: ['ADM'] },
    ],
  },
  {
    name: 'Nordwasser',
    kinds: ['operator'],
    country: 'DE',
    sectors: ['water'],
    people: [
      { name: 'Katrin Sommer', email: 'katrin.sommer@nordwasser.example', roles: ['MAD'] },
      { name: 'Jonas Weber', email: 'jonas.weber@nordwasser.example', roles: ['MEM'] },
    ],
  },
  {
    name: 'Delta Motors',
    kinds: ['operator'],
    country: 'CZ',
    sectors: ['automotive'],
    people: [
      { name: 'Pavel Novak', email: 'pavel.novak@delta-motors.example', roles: ['MAD'] },
      { name: 'Ines Roth', email: 'ines.roth@delta-motors.example', roles: ['MEM'] },
    ],
  },
  {
    name: 'Elmira Grid',
    kinds: ['operator'],
    country: 'SE',
    sectors: ['electric power'],
    people: [
      { name: 'Sara Lind', email: 'sara.lind@elmira-grid.example', roles: ['MAD'] },
      { name: 'Omar Haddad', email: 'omar.haddad@elmira-grid.example', roles: ['MEM'] },
    ],
  },
  {
    name: 'Aurum Controls',
    kinds: ['vendor'],
    country: 'AT',
    sectors: [],
    people: [{ name: 'Yuki Tanaka', email: 'psirt@aurum-controls.example', roles: ['VEN'] }],
  },
  {
    name: 'Fenix HMI',
    kinds: ['vendor'],
    country: 'ES',
    sectors: [],
    people: [{ name: 'Carlos Ruiz', email: 'psirt@fenix-hmi.example', roles: ['VEN'] }],
  },
  {
    name: 'Independent finders',
    kinds: ['research'],
    country: 'NL',
    sectors: [],
    people: [{ name: 'Robin Fisk', email: 'robin.fisk@finders.example', roles: ['RES'] }],
  },
  {
    name: 'Ministry of Infrastructure',
    kinds: ['government'],
    country: 'DE',
    sectors: [],
    people: [{ name: 'Anna Kowalska', email: 'anna.kowalska@ministry.example', roles: ['GOV'] }],
  },
  {
    name: 'Academy for Plant Defence',
    kinds: ['training'],
    country: 'DE',
    sectors: [],
    people: [{ name: 'Olga Petrova', email: 'olga.petrova@academy.example', roles: ['TRN'] }],
  },
  ...neighbours,
];
