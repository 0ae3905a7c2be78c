import type { Flag, ProductStatus, RemediationCategory, Tlp } from '../documents/document.ts';

/** What an advisory says, without the form it takes. Dates are RFC 3339. */
export interface AdvisoryDraft {
  /** 2.0 unless stated. */
  readonly csaf?: '2.0' | '2.1';
  /** Security advisory unless stated. */
  readonly profile?: Profile;
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly version?: string;
  readonly status?: 'draft' | 'interim' | 'final';
  readonly language?: string;
  /** Of the document that this one translates. */
  readonly sourceLanguage?: string;
  readonly tlp: Tlp;
  /** What else there is to say about distribution. */
  readonly distribution?: string;
  /** SPDX license expression; CSAF 2.0 gets it as a note. */
  readonly license?: string;
  readonly published: string;
  readonly updated?: string;
  /** Every version up to this one, oldest first; without it they are made up from version and dates. */
  readonly revisions?: readonly {
    readonly number: string;
    readonly date: string;
    readonly summary: string;
  }[];
  readonly generator?: { readonly name: string; readonly version?: string; readonly date?: string };
  readonly publisher: {
    readonly name: string;
    readonly namespace: string;
    readonly category:
      | 'coordinator'
      | 'discoverer'
      | 'multiplier'
      | 'other'
      | 'translator'
      | 'user'
      | 'vendor';
    readonly contact?: string;
    readonly authority?: string;
  };
  /** The overall severity in the publisher's words. */
  readonly severity?: { readonly text: string; readonly namespace?: string };
  readonly summary: string;
  readonly notes?: readonly DraftNote[];
  readonly acknowledgements?: readonly DraftAcknowledgement[];
  readonly products: readonly DraftProduct[];
  readonly vulnerabilities: readonly DraftVulnerability[];
  readonly references?: readonly DraftReference[];
}

/** By our words; what CSAF calls them is in `categories`. */
export type Profile =
  | 'base'
  | 'securityAdvisory'
  | 'informational'
  | 'incidentResponse'
  | 'vex'
  /** Documents that hold no longer. CSAF 2.0 has no profile for them; they are base documents there. */
  | 'withdrawn'
  | 'superseded';

export interface DraftNote {
  readonly category: 'description' | 'details' | 'faq' | 'general' | 'legal_disclaimer' | 'other' | 'summary';
  readonly title?: string;
  readonly text: string;
  readonly audience?: string;
}

export interface DraftReference {
  readonly summary: string;
  readonly url: string;
  readonly self?: boolean;
}

export interface DraftAcknowledgement {
  readonly names?: readonly string[];
  readonly organization?: string;
  readonly summary?: string;
  readonly urls?: readonly string[];
}

export interface DraftProduct {
  /** A name for use within this draft; becomes the product id. */
  readonly key: string;
  readonly vendor: string;
  readonly family?: string;
  readonly name: string;
  /** One version ("2.4.1") or a range ("<2.4.1", ">=2.0|<2.4.1", "*"). */
  readonly version?: string;
  readonly range?: string;
  /** Model numbers; with `*` and `?` as CSAF 2.1 reads them (section 3.1.3.3.4). */
  readonly orderNumbers?: readonly string[];
  readonly skus?: readonly string[];
  readonly serialNumbers?: readonly string[];
  readonly cpe?: string;
  /** CSAF 2.0 takes the first. */
  readonly purls?: readonly string[];
  readonly hashes?: readonly { readonly file: string; readonly algorithm: string; readonly value: string }[];
}

export type DraftStatuses = {
  readonly affected?: readonly string[];
  readonly fixed?: readonly string[];
  readonly notAffected?: readonly string[];
  readonly underInvestigation?: readonly string[];
  readonly firstAffected?: readonly string[];
  readonly lastAffected?: readonly string[];
  readonly firstFixed?: readonly string[];
  readonly recommended?: readonly string[];
};

/** Our words for the lists of CSAF (2.0 section 3.2.3.9). */
export const statusLists = {
  affected: 'known_affected',
  fixed: 'fixed',
  notAffected: 'known_not_affected',
  underInvestigation: 'under_investigation',
  firstAffected: 'first_affected',
  lastAffected: 'last_affected',
  firstFixed: 'first_fixed',
  recommended: 'recommended',
} as const satisfies Record<keyof DraftStatuses, ProductStatus>;

export interface DraftVulnerability extends DraftStatuses {
  readonly cve?: string;
  readonly ids?: readonly { readonly system: string; readonly text: string }[];
  readonly title: string;
  readonly description: string;
  readonly notes?: readonly DraftNote[];
  /** CSAF 2.0 takes the first as such and the others as a note. */
  readonly cwe?: DraftWeakness | readonly DraftWeakness[];
  /** One score for all that is affected. */
  readonly cvss?: DraftScore;
  readonly scores?: readonly DraftScore[];
  /** Why products are not affected; required by CSAF 2.0 section 6.1.27.9 for VEX, good manners otherwise. */
  readonly impact?: string;
  readonly flags?: readonly Flag[];
  readonly threats?: readonly {
    readonly category: 'exploit_status' | 'impact' | 'target_set';
    readonly text: string;
    readonly date?: string;
    readonly products?: readonly string[];
  }[];
  readonly exploited?: { readonly since?: string; readonly text: string };
  readonly remediations?: readonly DraftRemediation[];
  readonly references?: readonly DraftReference[];
  readonly acknowledgements?: readonly DraftAcknowledgement[];
  readonly discovered?: string;
  readonly disclosed?: string;
}

export interface DraftWeakness {
  readonly id: string;
  readonly name: string;
  /** Of CWE, which CSAF 2.1 wants to know. */
  readonly version?: string;
}

/** With what follows from the vector; version 2.0, 3.0, 3.1 or 4.0 by its beginning. */
export interface DraftScore {
  readonly vector: string;
  readonly score: number;
  readonly severity: 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  /** All that is affected unless stated. */
  readonly products?: readonly string[];
}

export interface DraftRemediation {
  /** CSAF 2.0 calls a planned fix none available, and an optional patch a vendor fix. */
  readonly category: Exclude<RemediationCategory, 'unknown'>;
  readonly text: string;
  readonly url?: string;
  readonly date?: string;
  /** All that is affected unless stated. */
  readonly products?: readonly string[];
  readonly entitlements?: readonly string[];
  readonly restart?: {
    readonly category:
      | 'connected'
      | 'dependencies'
      | 'machine'
      | 'none'
      | 'parent'
      | 'service'
      | 'system'
      | 'vulnerable_component'
      | 'zone';
    readonly text?: string;
  };
}
