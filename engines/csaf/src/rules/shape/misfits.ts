import type { Misfit, MisfitParams } from './shape.ts';

/** What is wrong and what to do next; of wrong types by the type that is wanted, of texts by the form they should have. */
export const misfitAdvice: Readonly<Record<Misfit, string | Readonly<Record<string, string>>>> = {
  type: {
    text: 'This must be text; put it between quotation marks, or remove it',
    number: 'This must be a number; write it without quotation marks, or remove it',
    boolean: 'This must be true or false; write one of the two, or remove it',
    list: 'This must be a list; put it between square brackets, or remove it',
    object: 'This must be an object with fields; write it between braces, or remove it',
  },
  missing: 'The field {field} is missing; add it',
  unexpected: 'The field {field} is not known here; remove it or correct its name',
  empty: 'This text is empty; write something or remove the field',
  form: {
    'date-time': 'This is no date and time; write it like 2026-03-31T14:05:00Z',
    uri: 'This is no address (URI); write it in full, like https://example.com/advisory',
    version: 'This is no version of a document; write an integer such as 3, or one like 1.2.0',
    'semantic-version': 'This is no semantic version; write it like 1.2.0',
    language: 'This is no language code; write one such as en or zh-CN',
    cpe: 'This is no CPE; write it like cpe:2.3:o:vendor:product:1.0:*:*:*:*:*:*:*',
    cve: 'This is no CVE number; write it like CVE-2026-12345',
    'cwe-id': 'This is no CWE number; write it like CWE-79',
    'cwe-version': 'This is no version of the CWE; write it like 4.17',
    'framed-text':
      'This begins or ends with a space, a dash, an underscore or a point; remove that character',
    'trimmed-text': 'This begins or ends with a space; remove it',
    share: 'This is no share; write it as text from "0.0" to "1.0", with a point',
    uuid: 'This is no id of a sharing group; write a UUID of version 4 in lower case',
    purl: 'This is no package URL; write it like pkg:type/namespace/name@version',
    hash: 'This is no hash; write 32 hexadecimal digits or more, in CSAF 2.1 in lower case',
    'hash-algorithm': 'This is no name of a hash algorithm; write it in lower case, like sha256',
    'extension-schema': 'This is no address of an extension; write a https URL that ends like _1.0.0.json',
    'cvss-vector': 'This is no CVSS vector of this version; copy it from the calculator',
    'ssvc-key': 'This is no key of SSVC; write letters, digits and underscores',
    'ssvc-namespace':
      'This is no namespace of SSVC; write a registered one, or x_ and a reversed domain with #',
  },
  choice: 'This is none of the values that are allowed here; use one of: {choices}',
  few: 'This has fewer entries than the {least} it needs; add some or remove the field',
  many: 'This has more entries than the {most} it may have; remove some',
  repeated: 'Entry {again} repeats entry {first} (counted from 0); remove one of them',
  range: 'This number must be from {least} to {most}; correct it',
  deep: 'This is nested too deeply to be looked at; nothing may lie more than {most} steps deep',
};

/** Which of several sentences a misfit has, where it has several. */
export function kindOf(misfit: Misfit, params: MisfitParams): string | undefined {
  if (misfit === 'type') return String(params['type']);
  return misfit === 'form' ? String(params['form']) : undefined;
}
