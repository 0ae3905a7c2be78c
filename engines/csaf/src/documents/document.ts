/** An advisory as facts. Texts are as the publisher wrote them; only what is compared is repaired. */
export interface CsafDocument {
  readonly csafVersion: '2.0' | '2.1';
  readonly category: string;
  readonly title: string;
  readonly language: string | undefined;
  readonly tlp: Tlp | undefined;
  readonly publisher: { readonly name: string; readonly category: string; readonly namespace: string };
  readonly tracking: Tracking;
  /** The publisher's own summary, where a note is marked as one. */
  readonly summary: string | undefined;
  readonly severity: string | undefined;
  readonly notes: readonly Note[];
  readonly references: readonly Reference[];
  readonly products: readonly Product[];
  readonly vulnerabilities: readonly Vulnerability[];
}

/** TLP 2.0; the WHITE of TLP 1 and CSAF 2.0 is read as CLEAR. */
export type Tlp = 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER+STRICT' | 'RED';

export interface Tracking {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly version: string;
  readonly status: 'draft' | 'interim' | 'final' | 'unknown';
  /** RFC 3339 as written, or undefined where it is no date. */
  readonly initialRelease: string | undefined;
  readonly currentRelease: string | undefined;
  readonly revisions: readonly { readonly number: string; readonly date: string; readonly summary: string }[];
}

export interface Note {
  readonly category: string;
  readonly title: string | undefined;
  readonly text: string;
}

export interface Reference {
  readonly category: string;
  readonly summary: string;
  /** Only http and https; anything else is kept in the summary's place as text, never as a link. */
  readonly url: string | undefined;
}

export interface Product {
  readonly id: string;
  /** The full name, as a person would read it. */
  readonly name: string;
  readonly vendor: string | undefined;
  readonly family: string | undefined;
  readonly productName: string | undefined;
  readonly version: VersionText | undefined;
  readonly helper: ProductHelper | undefined;
  /** For products that a relationship makes: what is installed on, or part of, what. */
  readonly combines: { readonly how: string; readonly product: string; readonly with: string } | undefined;
}

export interface VersionText {
  readonly category: 'version' | 'range';
  readonly text: string;
}

export interface ProductHelper {
  readonly modelNumbers: readonly string[];
  readonly skus: readonly string[];
  readonly serialNumbers: readonly string[];
  readonly cpe: string | undefined;
  readonly purls: readonly string[];
  readonly hashes: readonly { readonly algorithm: string; readonly value: string; readonly file: string }[];
}

export const productStatuses = [
  'first_affected',
  'first_fixed',
  'fixed',
  'known_affected',
  'known_not_affected',
  'last_affected',
  'recommended',
  'under_investigation',
  'unknown',
] as const;
export type ProductStatus = (typeof productStatuses)[number];

export interface Vulnerability {
  readonly cve: string | undefined;
  readonly ids: readonly { readonly system: string; readonly text: string }[];
  readonly title: string | undefined;
  readonly cwes: readonly { readonly id: string; readonly name: string }[];
  readonly notes: readonly Note[];
  readonly references: readonly Reference[];
  readonly scores: readonly Score[];
  /** Product ids by status. */
  readonly statuses: Readonly<Partial<Record<ProductStatus, readonly string[]>>>;
  readonly remediations: readonly Remediation[];
  readonly threats: readonly Threat[];
  readonly flags: readonly Flag[];
  readonly assessments: readonly Assessment[];
  readonly firstExploited: readonly { readonly date: string; readonly products: readonly string[] }[];
  readonly released: string | undefined;
  readonly discovered: string | undefined;
  readonly disclosed: string | undefined;
}

/** What is said of the danger, how it is exploited (`exploit_status`) or what it does (`impact`). */
export interface Threat {
  readonly category: string;
  readonly text: string;
  readonly date: string | undefined;
  /** With groups resolved; empty means the publisher did not say for which. */
  readonly products: readonly string[];
}

/** Why products are not affected, as one of five labels (CSAF 2.0 section 3.2.3.5). */
export interface Flag {
  readonly label: string;
  readonly products: readonly string[];
}

/** What CSAF 2.1 (section 3.2.4.12) has beside CVSS: a word, EPSS, SSVC decision points. */
export type Assessment = {
  readonly source: string | undefined;
  readonly products: readonly string[];
  /** JSON Pointer of where it stands. */
  readonly pointer: string;
} & (
  | { readonly is: 'rating'; readonly severity: string }
  | {
      readonly is: 'epss';
      /** 0 to 1. */
      readonly probability: number;
      readonly percentile: number | undefined;
      readonly date: string | undefined;
    }
  | {
      readonly is: 'ssvc';
      readonly selections: readonly { readonly point: string; readonly values: readonly string[] }[];
    }
);

export interface Score {
  readonly system: 'cvss2' | 'cvss3' | 'cvss4';
  readonly version: string;
  readonly vector: string | undefined;
  /** 0 to 10, as stated. */
  readonly base: number | undefined;
  readonly severity: string | undefined;
  /** The address of who scored, where it is not the publisher (CSAF 2.1). */
  readonly source: string | undefined;
  readonly products: readonly string[];
  /** JSON Pointer of where it stands. */
  readonly pointer: string;
}

export interface Remediation {
  /** What can be done without a fix comes first for those who cannot stop a plant. */
  readonly category: RemediationCategory;
  readonly text: string;
  readonly url: string | undefined;
  readonly date: string | undefined;
  /** What has to be restarted (CSAF 2.0 section 3.2.3.12.8), `none` or one of eight words, as it stands there. */
  readonly restart: string | undefined;
  /** With groups resolved; empty means the publisher did not say for which. */
  readonly products: readonly string[];
}

export const remediationCategories = [
  'mitigation',
  'workaround',
  'vendor_fix',
  'optional_patch',
  'fix_planned',
  'no_fix_planned',
  'none_available',
] as const;
export type RemediationCategory = (typeof remediationCategories)[number] | 'unknown';

/** Mitigations first, then fixes, then the absence of one. */
export function byUsefulnessNow(remediations: readonly Remediation[]): Remediation[] {
  const rank = (category: RemediationCategory) =>
    category === 'unknown' ? remediationCategories.length : remediationCategories.indexOf(category);
  return remediations.toSorted((a, b) => rank(a.category) - rank(b.category));
}
