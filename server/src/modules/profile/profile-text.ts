import type { Contact, SigningKey } from '@busbar/contract';

export interface Profile {
  readonly cert: Contact;
  readonly origin: string;
  readonly key: SigningKey | undefined;
  /** The day this text is of, RFC 3339 full-date. */
  readonly day: string;
  readonly version: string;
  /** What the CERT does here, one line each. */
  readonly services: readonly string[];
}

/** What RFC 2350 wants a CSIRT to say of itself, in the order of its appendix D, from what is switched on. */
export function profileText({ cert, origin, key, day, version, services }: Profile): string {
  const keyLines = key
    ? [
        `   OpenPGP ${key.algorithm}, ${key.userIds.join(', ')}`,
        `   Fingerprint: ${(key.fingerprint.match(/.{4}/g) ?? []).join(' ')}`,
        `   ${origin}/.well-known/csaf/openpgp/${key.fingerprint}.asc`,
      ]
    : ['   None yet.'];
  return [
    `${cert.name}: description after RFC 2350`,
    '',
    '1. Document information',
    '',
    `1.1 Date of last update: ${day} (version ${version})`,
    '1.2 Distribution list for notifications: none. Changes appear in the Atom feed:',
    `   ${origin}/feed.atom`,
    '1.3 Where this document may be found:',
    `   ${origin}/rfc2350.txt`,
    '1.4 Authenticity: signed with the key of section 2.8. The signature is beside it:',
    `   ${origin}/rfc2350.txt.asc`,
    `   It can also be verified without any tool: ${origin}/verify`,
    '',
    '2. Contact information',
    '',
    `2.1 Name of the team: ${cert.name} (${cert.shortName})`,
    `2.2 Country: ${cert.country}`,
    '2.3 Time zone: times are given in UTC and in the zone of the reader.',
    `2.4 Telephone: ${cert.phone}`,
    '2.5 Facsimile: none',
    `2.6 Other telecommunication: ${origin}`,
    `2.7 Electronic mail: ${cert.email}`,
    '2.8 Public keys and encryption:',
    ...keyLines,
    '2.9 Team members: not published; they identify themselves by keys.',
    `2.10 Points of customer contact: by telephone when something happens now, otherwise ${origin}/report`,
    '',
    '3. Charter',
    '',
    '3.1 Mission: to help those who operate, make and study industrial automation systems prevent incidents, and',
    '   recover from those that happen.',
    '3.2 Constituency: operators of industrial plants, vendors of automation systems, researchers and authorities',
    '   that this CERT serves, free of charge.',
    '3.3 Sponsorship and affiliation: see the imprint of this CERT.',
    '3.4 Authority: this CERT advises. Its members decide what is done in their plants.',
    '',
    '4. Policies',
    '',
    '4.1 Types of incidents and level of support: everything that touches the automation of a plant; danger to people',
    '   first, then the process, then data.',
    '4.2 Co-operation and disclosure of information: every item carries one label of the Traffic Light Protocol 2.0',
    '   (FIRST). What leaves this CERT passes a release gate: author, second checker and approver are three people, and',
    '   what belongs to somebody leaves with his consent.',
    '4.3 Communication and authentication: TLS, and OpenPGP with the key above.',
    '',
    '5. Services',
    '',
    ...services.map((service) => `   - ${service}`),
    '',
    '6. Incident reporting',
    '',
    `   ${origin}/report, or by telephone.`,
    '',
    '7. Disclaimers',
    '',
    '   What is published here was checked with care by more than one person. It comes without warranty, and whoever',
    '   acts in a plant weighs it against what he knows of that plant.',
    '',
  ].join('\n');
}
