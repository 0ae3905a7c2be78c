import type { CaseObservation, HandlingLimit, Rsit, Tlp } from '@busbar/contract';

/** Who may be given what is marked so: TLP 2.0 (FIRST), sections 2 to 6. */
export const audienceOf: Readonly<Record<Tlp, string>> = {
  CLEAR: 'TLP:CLEAR: there is no limit on disclosure.',
  GREEN: 'TLP:GREEN: limited disclosure, recipients can spread this within their community.',
  AMBER:
    'TLP:AMBER: limited disclosure, recipients can only spread this on a need-to-know basis within their organization and its clients.',
  'AMBER+STRICT':
    'TLP:AMBER+STRICT: limited disclosure, recipients can only spread this on a need-to-know basis within their organization.',
  RED: 'TLP:RED: for the eyes and ears of individual recipients only, no further disclosure.',
};

/** What whoever reported it allows to do with it. */
export const limitSays: Readonly<Record<HandlingLimit, string>> = {
  advise: 'Whoever reported this allows the CERT to advise with it, and nothing more.',
  analyse: 'Whoever reported this allows the CERT to analyse it; nothing of it is shared without consent.',
  shareIndicators:
    'Whoever reported this allows the CERT to share its indicators, without names; anything else needs consent.',
};

/** A machine tag of the taxonomy “rsit” (Reference Security Incident Taxonomy): the class; its types are not recorded. */
export const rsitTag = (rsit: Rsit): string => `rsit:${rsit}`;

export const tlpTag = (label: Tlp): string => `tlp:${label.toLowerCase()}`;

/** Said in a file that does not carry all. */
export const leftOutSays = (count: number): string =>
  `${count} more accepted observations of this case are later than these and are not in this file.`;

/** Of a hundred: STIX 2.1 Appendix A, the scale None / Low / Med / High. */
export const confidenceOf: Readonly<Record<CaseObservation['confidence'], number>> = {
  stated: 85,
  inferred: 50,
  guessed: 15,
};
