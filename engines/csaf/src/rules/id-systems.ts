/**
 * Vulnerability ID systems by `system_name`, with the pattern of their ids: the Registry for Vulnerability ID Systems
 * for CSAF (RVISC) of the OASIS CSAF TC, as of 2026-02-06.
 */
export const idSystems: ReadonlyMap<string, { readonly name: string; readonly pattern: RegExp }> = new Map([
  ['https://github.com/oasis-tcs/csaf', { name: 'OASIS Open CSAF TC GitHub Issues', pattern: /^#[1-9]\d*$/ }],
  ['https://euvd.enisa.europa.eu', { name: 'EUVD IDs', pattern: /^EUVD-[1-9][0-9]{3}-[0-9]{4,}$/ }],
]);
