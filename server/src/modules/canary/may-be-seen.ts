import type { Role } from '@busbar/contract';

/** A place is a table or `table.column`, ` of the CERT` where that owns it, and ` at ` a part of the addresses where it is seen by right. */
type Seen = readonly [why: string, to: 'everybody' | readonly Role[], ...places: readonly string[]];

/** What others than its owner see by right, and why; nothing else. */
const list: readonly Seen[] = [
  ['whose portal it is', 'everybody', 'organisation.name of the CERT'],
  ['published', 'everybody', 'published', 'published_file', 'signing_key'],
  [
    'told of what is published',
    'everybody',
    'dispatch.about at a webhook: publication',
    'dispatch.path at a webhook: publication',
    'dispatch.texts at a webhook: publication',
    'dispatch.about at a letter: published',
    'dispatch.path at a letter: published',
    'dispatch.texts at a letter: published',
    'dispatch.about at a letter: recalled',
    'dispatch.path at a letter: recalled',
    'dispatch.texts at a letter: recalled',
  ],
  ['where authorities take notices', 'everybody', 'authority'],
  [
    'published by vendors and others, and taken in',
    'everybody',
    'advisory',
    'advisory_version',
    'vulnerability_source',
  ],
  [
    'who takes part, for whoever does',
    ['ADM', 'ANA', 'GOV', 'LEAD', 'MAD', 'MEM', 'TRN', 'VEN'],
    'organisation.name',
    'organisation.country',
    'organisation.sectors',
  ],
  [
    'of whom the CERT and its administrator keep a list',
    ['ADM', 'ANA', 'LEAD'],
    'organisation',
    'person.name',
  ],
  ['handed to the CERT, to be published', ['ANA', 'LEAD'], 'publication_proposal'],
  [
    'asked for by the CERT',
    ['ANA', 'LEAD'],
    'consent.purpose',
    'consent.case_ref',
    'consent_step.person',
    'consent_step.reason',
  ],
  ['that there is a case', ['LEAD', 'ADM'], 'case.ref'],
  ['that there is a release, in the ledger', ['LEAD'], 'release.ref', 'release.version'],
  ['asked by an administrator, decided by a lead', ['LEAD', 'ADM'], 'break_glass'],
  ['who looked at what is theirs', ['MAD', 'MEM'], 'person.name at access', 'person.name at who-sees'],
  ['who of the CERT works in their cases', ['MAD', 'MEM'], 'person.name of the CERT at cases/:id'],
  ['who looked at any case', ['LEAD'], 'audit_event at access'],
  ['of which organisation they were', ['RCP'], 'organisation.name at access'],
  [
    'that something was done',
    ['ADM'],
    'audit_event.person_name at access',
    'audit_event.organisation_name at access',
  ],
];

/**
 * What whoever holds the words of a report reads of it: what was said and found, and what is done about it. Not the notes of
 * the CERT, which nobody else owns, nor what it says to guests; he reads no names of who
 * works on it.
 */
const inReport: ReadonlySet<string> = new Set([
  // That an administrator was let in, and why; by whom is said to the owner.
  'break_glass',
  'case',
  'case_clock',
  'case_clock_event',
  'case_content',
  'case_evidence',
  'case_finding',
  'case_hypothesis',
  'case_measure',
  'case_measure_step',
  'case_message',
  'case_notice',
  'case_observation',
  'case_playbook',
  'case_reply',
  'case_report',
  'case_run',
  'case_task',
  'consent',
  'consent_item',
]);

/** Whoever wrote to him, or gave a file, and is not of the CERT. */
const namedToHim: ReadonlySet<string> = new Set(['case_message.person_name', 'case_evidence.person_name']);

export function isInHisReport(place: string): boolean {
  const [table, column] = place.split('.');
  return inReport.has(table!) && (namedToHim.has(place) || !/_name$|^checker$|^withdrawn_by$/.test(column!));
}

/** @param where the path as it is declared */
export function mayBeSeen(place: string, roles: readonly Role[], where: string): boolean {
  return list.some(
    ([, to, ...places]) =>
      (to === 'everybody' || roles.some((role) => to.includes(role))) &&
      places.some((each) => {
        const [what, at] = each.split(' at ');
        return (what === place || what === place.split('.')[0]) && where.includes(at ?? '');
      }),
  );
}
