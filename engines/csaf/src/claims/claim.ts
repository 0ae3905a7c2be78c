import type { ProductStatus } from '../documents/document.ts';
import type { DocumentProblem } from '../documents/values.ts';

/** What one source says of one vulnerability: a fact for the board, with the words it was taken from. */
export type ClaimFact = {
  /**
   * Names the claim within its document and stays the same over the document's versions, so that a claim whose value
   * changed is known as the same claim. Unique within a document.
   */
  readonly key: string;
  /** The CVE, else the first other id ("Acme: 17"), else the document's own id and the place in it ("ACME-1#2"). */
  readonly vulnerability: string;
  /** Who within the document says so, where it is not the document's publisher: a CNA, an ADP, who scored. */
  readonly by: string | undefined;
  readonly subject: ClaimSubject;
  /** The text as written, cut at 500 characters. */
  readonly quote: string;
  /** JSON Pointer of where it is written. */
  readonly pointer: string;
} & ClaimContent;

export type ClaimContent =
  | { readonly kind: 'productStatus'; readonly value: StatusValue }
  | { readonly kind: 'severity'; readonly value: SeverityValue }
  | { readonly kind: 'exploitation'; readonly value: ExploitationValue }
  | { readonly kind: 'remedy'; readonly value: RemedyValue }
  | { readonly kind: 'mitigation'; readonly value: MitigationValue }
  | { readonly kind: 'date'; readonly value: DateValue }
  | { readonly kind: 'weakness'; readonly value: { readonly cwe: string; readonly name: string } };
export type ClaimKind = ClaimContent['kind'];
export const claimKinds = [
  'productStatus',
  'severity',
  'exploitation',
  'remedy',
  'mitigation',
  'date',
  'weakness',
] as const satisfies readonly ClaimKind[];

/**
 * The products that a claim is about; none means that the source names none. Claims of one document about the same
 * products have the very same object: a hundred thousand products are kept once, not once a vulnerability.
 */
export interface ClaimSubject {
  readonly products: readonly ClaimProduct[];
}

export interface ClaimProduct {
  readonly vendor: string;
  readonly product: string;
  /** Version expressions as written, any of which holds; none where the source names none. */
  readonly versions: readonly string[];
  readonly orderNumbers: readonly string[];
  readonly cpes: readonly string[];
  readonly purls: readonly string[];
  /** What it is installed on or part of. */
  readonly partOf: string | undefined;
}

export interface StatusValue {
  readonly status: 'affected' | 'fixed' | 'notAffected' | 'underInvestigation' | 'recommended' | 'unknown';
  /** As the document has it: CSAF's list, or the word of a CVE record. */
  readonly as: ProductStatus | 'affected' | 'unaffected' | 'unknown';
  /** What a CVE record says of the versions it does not list. */
  readonly byDefault?: boolean;
  /** CSAF's flag: why products are not affected. */
  readonly justification?: string;
}

export type SeverityValue =
  | {
      readonly system: 'cvss2' | 'cvss3' | 'cvss4';
      readonly version: string;
      readonly vector: string | undefined;
      /** 0 to 10, as stated. */
      readonly base: number | undefined;
      readonly severity: string | undefined;
    }
  | { readonly system: 'word'; readonly severity: string }
  | {
      readonly system: 'ssvc';
      readonly selections: readonly { readonly point: string; readonly values: readonly string[] }[];
    };

export interface ExploitationValue {
  readonly state: 'exploited' | 'proofOfConcept' | 'noneKnown' | 'predicted' | 'unclear';
  /** RFC 3339 or a day. */
  readonly since?: string;
  readonly ransomware?: boolean;
  /** EPSS, 0 to 1: of exploitation within 30 days. */
  readonly probability?: number;
  readonly percentile?: number;
}

export interface RemedyValue {
  readonly category:
    | 'vendor_fix'
    | 'optional_patch'
    | 'fix_planned'
    | 'no_fix_planned'
    | 'none_available'
    | 'unknown';
  readonly text: string;
  readonly url: string | undefined;
  readonly date: string | undefined;
}

export interface MitigationValue {
  readonly category: 'mitigation' | 'workaround';
  readonly text: string;
  readonly url: string | undefined;
}

export interface DateValue {
  readonly of:
    | 'discovered'
    | 'disclosed'
    | 'released'
    | 'firstExploited'
    | 'knownExploitedListed'
    | 'remedyDue';
  /** RFC 3339 or a day. */
  readonly date: string;
}

/** What a document claims, and what in it could not be taken. */
export interface Claims {
  readonly claims: readonly ClaimFact[];
  readonly problems: readonly DocumentProblem[];
}

/** What two versions of a claim are compared by, as text: equal means that nothing changed. */
export function claimContent({ subject, kind, value }: ClaimFact): string {
  return JSON.stringify([kind, value, subject.products]);
}

export const mostClaims = 50_000;
export const nothingNamed: ClaimSubject = { products: [] };

type Draft = Omit<ClaimFact, 'key' | 'quote' | 'kind' | 'value'> & { readonly quote: string } & ClaimContent;

/** Gathers the claims of one document and names them. */
export class ClaimList {
  readonly claims: ClaimFact[] = [];
  readonly #taken = new Map<string, number>();
  /** Claims that are beyond what is kept of one document. */
  left = 0;

  /** The name tells claims of a kind apart: a status, a scoring system, a fingerprint of the text. */
  add(name: string, draft: Draft): void {
    if (this.claims.length >= mostClaims) {
      this.left++;
      return;
    }
    const base = [draft.kind, draft.vulnerability, ...(draft.by === undefined ? [] : [draft.by]), name].join(
      '|',
    );
    const count = (this.#taken.get(base) ?? 0) + 1;
    this.#taken.set(base, count);
    this.claims.push({ ...draft, key: count === 1 ? base : `${base}|${count}`, quote: cut(draft.quote) });
  }
}

const longestQuote = 500;

export function cut(text: string, length = longestQuote): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}
