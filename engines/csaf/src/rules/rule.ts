import type { LicenseStatus } from '../licenses/license-list.ts';
import type { ExtensionJson } from './csaf-json.ts';
import type { Subject } from './subject.ts';

export type CsafVersion = '2.0' | '2.1';

/** 6.1 is an error and makes a document invalid, 6.2 a warning, 6.3 information. */
export type Severity = 'error' | 'warning' | 'information';

export type Params = Readonly<Record<string, string | number>>;

/** Steps from the root; a path may begin with another one, so that places are shared and never joined in vain. */
export type Path = readonly (string | number | Path)[];

/** @param kind which of several sentences of the rule, where it has several */
export type Find = (at: Path, params?: Params, kind?: string) => void;

/** What a rule needs and the engine cannot know. A rule whose resource is not there is not run. */
export interface Resources {
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** What asking for a URL gave, asked beforehand: an HTTP status, 0 for no answer, undefined when it was not asked. */
  readonly statusOf?: (url: string) => number | undefined;
  /** Words that are misspelt; undefined for a language that is not supported. */
  readonly misspelt?: (text: string, language: string) => readonly string[] | undefined;
  /** What is wrong with the grammar, in sentences; undefined for a language that is not supported. */
  readonly ungrammatical?: (text: string, language: string) => readonly string[] | undefined;
  /** AboutCode's ScanCode LicenseDB by its keys. Without it nothing is said of its licenses. */
  readonly scancodeLicense?: (key: string) => LicenseStatus;
  /** What is found where a public OpenPGP key should be; undefined where there was no answer, or nobody asked. */
  readonly openPgpKeyAt?: (url: string) => OpenPgpKey | undefined;
  /** Extensions that are supported, by the URL of their schema. */
  readonly extensionOf?: (schema: string) => Extension | undefined;
}

/** What was delivered in place of a public OpenPGP key. */
export interface OpenPgpKey {
  /** As the server said: `application/pgp-keys`. */
  readonly contentType: string;
  /** Whether it is a public key in ASCII armor at all. */
  readonly armored: boolean;
  /** Whether others can encrypt to it: it is neither expired nor revoked, and has a part that is meant for it. */
  readonly encrypts: boolean;
  /** Addresses of the users it is made out to. */
  readonly emails: readonly string[];
}

/** An extension as its schema and its metadata define it (CSAF 2.1 section 2.4). */
export interface Extension {
  /** Whether an entry is as the schema of the extension has it. */
  accepts(entry: ExtensionJson): boolean;
  /** Schemas of extensions that may not stand beside it. */
  readonly incompatible: readonly string[];
  /** How many may stand in a list, by where the list is: `$.vulnerabilities[*].x_extensions`. */
  readonly most: Readonly<Record<string, number>>;
}

/** Why a rule could not be run. */
export type Missing = keyof Resources | 'translation';

/** One test of CSAF section 6. Sees right types only (see shape.ts); texts may be any text, everything may be missing. */
export interface Rule {
  /** As the standard numbers it, the same in all versions: `6.1.27.3`. */
  readonly section: string;
  /** What it is about, for people and programs: `missing-product`. */
  readonly name: string;
  readonly versions: readonly CsafVersion[];
  /** What is wrong and what to do next, in English; `{id}` stands for the parameter id. Several by their kind. */
  readonly advice: string | Readonly<Record<string, string>>;
  readonly needs?: readonly (keyof Resources)[];
  /** What is missing to try this document by the rule, where that depends on the document. */
  missing?(subject: Subject, resources: Resources): Missing | undefined;
  check(subject: Subject, find: Find, resources: Resources): void;
}

export function severityOf(section: string): Severity {
  if (section.startsWith('6.2')) return 'warning';
  return section.startsWith('6.3') ? 'information' : 'error';
}

/** RFC 6901. */
export function pointer(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'object') text += pointer(step);
    else if (typeof step === 'number') text += `/${step}`;
    else text += knownSteps.get(step) ?? stepOf(step);
  }
  return text;
}

/** The same few names of fields are in all paths. */
const knownSteps = new Map<string, string>();
const mostSteps = 1000;

function stepOf(name: string): string {
  const step = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (knownSteps.size < mostSteps && name.length < 100) knownSteps.set(name, step);
  return step;
}

/** The sentence of a finding in English. */
export function adviceOf({ advice }: Pick<Rule, 'advice'>, params: Params, kind?: string): string {
  return fill(typeof advice === 'string' ? advice : (advice[kind ?? ''] ?? ''), params);
}

/** Texts and, at odd places, names of parameters. */
const templates = new Map<string, readonly string[]>();

/** Puts parameters in the place of their names. */
export function fill(advice: string, params: Params): string {
  let parts = templates.get(advice);
  if (!parts) templates.set(advice, (parts = advice.split(/\{(\w+)\}/)));
  let text = parts[0]!;
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i]!;
    text += `${Object.hasOwn(params, name) ? params[name] : `{${name}}`}${parts[i + 1]}`;
  }
  return text;
}
