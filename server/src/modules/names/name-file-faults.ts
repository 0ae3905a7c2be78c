import type { TaughtNamesFile } from '@busbar/contract';
import { nameFaultSentences } from '@busbar/csaf';
import type { YAMLParseError } from 'yaml';
import type { core } from 'zod';

export type NameFileFault = TaughtNamesFile['faults'][number];
type Params = NameFileFault['params'];

/** What may be wrong with a file of names, in plain English; the portal has words for each code. */
export const nameFileSentences = {
  ...nameFaultSentences,
  'too-many-files': 'Only {most} files are read; put them together',
  'too-large': 'This is no file, or it is larger than {most} bytes; split it',
  unreadable: 'The file cannot be read ({reason})',
  yaml: 'This cannot be read as YAML; compare it with the example in docs/matching.md',
  'yaml-indent':
    'Lines of one level must begin in the same column, after blanks and no tabs, and each bracket must be closed',
  'yaml-missing': 'A character is missing here: a colon, a quotation mark or a closing bracket',
  'yaml-quotes': 'This value needs quotation marks, or has a \\ that it must not have',
  'yaml-twice': 'This field stands here a second time; put both together',
  'yaml-documents': 'A second document begins here (---); put it into a file of its own',
  'yaml-references':
    'There are too many references (& and *), or one that leads nowhere; write the names out',
  missing: 'This field is missing',
  'want-text': 'This must be text; put a number into quotation marks',
  'want-list': 'This must be a list: a dash before each entry',
  'want-fields': 'This must have fields: a name and a colon before each value',
  empty: 'This must not be empty',
  'too-long': 'This is longer than {most} characters',
  'too-many': 'There are more than {most} entries here',
  characters: 'An order number may have letters, digits, dashes, and ? or * for what may be anything',
  'unknown-field': '“{field}” is no field that can stand here; docs/matching.md shows those that can',
  'no-label': 'This is no label; the labels are {labels}',
  form: 'This has another form than it should; compare it with the example in docs/matching.md',
} as const;
export type NameFileFaultCode = keyof typeof nameFileSentences;

export function fault(
  code: NameFileFaultCode,
  params: Params = {},
  { line = null, path = [] }: { line?: number | null; path?: readonly PropertyKey[] } = {},
): NameFileFault {
  const said = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, 200) : value,
    ]),
  );
  const text = nameFileSentences[code].replace(/\{(\w+)\}/g, (_, name: string) => String(said[name] ?? '?'));
  // Which entry of a list it is, its line says.
  const place = path
    .filter((part) => typeof part === 'string')
    .join('.')
    .slice(0, 200);
  return { line, place, code, params: said, text };
}

export const ofYaml: Readonly<Record<YAMLParseError['code'], NameFileFaultCode>> = {
  ALIAS_PROPS: 'yaml-references',
  BAD_ALIAS: 'yaml-references',
  BAD_COLLECTION_TYPE: 'yaml',
  BAD_DIRECTIVE: 'yaml',
  BAD_DQ_ESCAPE: 'yaml-quotes',
  BAD_INDENT: 'yaml-indent',
  BAD_PROP_ORDER: 'yaml',
  BAD_SCALAR_START: 'yaml-quotes',
  BLOCK_AS_IMPLICIT_KEY: 'yaml-indent',
  BLOCK_IN_FLOW: 'yaml-missing',
  DUPLICATE_KEY: 'yaml-twice',
  IMPOSSIBLE: 'yaml',
  KEY_OVER_1024_CHARS: 'yaml-missing',
  MISSING_CHAR: 'yaml-missing',
  MULTILINE_IMPLICIT_KEY: 'yaml-missing',
  MULTIPLE_ANCHORS: 'yaml-references',
  MULTIPLE_DOCS: 'yaml-documents',
  MULTIPLE_TAGS: 'yaml',
  NON_STRING_KEY: 'yaml',
  RESOURCE_EXHAUSTION: 'yaml',
  TAB_AS_INDENT: 'yaml-indent',
  TAG_RESOLVE_FAILED: 'yaml',
  UNEXPECTED_TOKEN: 'yaml',
};

/** `value`: what stands where the issue is. */
export function ofShape(
  issue: core.$ZodIssue,
  value: unknown,
): readonly { code: NameFileFaultCode; params?: Params; at?: string }[] {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return [{ code: 'missing' }];
      return [{ code: value === null ? 'empty' : (wanted[issue.expected] ?? 'form') }];
    case 'too_small':
      return [{ code: 'empty' }];
    case 'too_big':
      return [
        {
          code: issue.origin === 'string' ? 'too-long' : 'too-many',
          params: { most: Number(issue.maximum) },
        },
      ];
    case 'invalid_format':
      return [{ code: 'characters' }];
    case 'unrecognized_keys':
      return issue.keys.map((field) => ({ code: 'unknown-field', params: { field }, at: field }));
    case 'invalid_value':
      return [{ code: 'no-label', params: { labels: issue.values.join(', ') } }];
    default:
      return [{ code: 'form' }];
  }
}

const wanted: Readonly<Record<string, NameFileFaultCode>> = {
  string: 'want-text',
  array: 'want-list',
  object: 'want-fields',
};
