/**
 * CSAF documents as they stand in JSON, of both versions in one: what only one of them has is marked. Anything
 * may be missing, and texts may be any text; types are right, because the shape let nothing else through.
 */
export interface CsafJson {
  readonly $schema?: string;
  readonly document?: DocumentJson;
  readonly product_tree?: ProductTreeJson;
  readonly vulnerabilities?: readonly VulnerabilityJson[];
  /** 2.1 */
  readonly x_extensions?: readonly ExtensionJson[];
}

export interface DocumentJson {
  readonly acknowledgments?: readonly AcknowledgmentJson[];
  readonly aggregate_severity?: { readonly namespace?: string; readonly text?: string };
  readonly category?: string;
  readonly csaf_version?: string;
  readonly distribution?: {
    /** 2.1 */
    readonly sharing_group?: { readonly id?: string; readonly name?: string };
    readonly text?: string;
    readonly tlp?: { readonly label?: string; readonly url?: string };
  };
  /** Of a later draft of 2.1. */
  readonly involvement?: { readonly actions?: readonly ActionJson[] };
  readonly lang?: string;
  /** 2.1 */
  readonly license_expression?: string;
  readonly notes?: readonly NoteJson[];
  readonly publisher?: {
    readonly category?: string;
    /** Of a later draft of 2.1. */
    readonly contact?: ContactJson;
    readonly contact_details?: string;
    readonly issuing_authority?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly references?: readonly ReferenceJson[];
  readonly source_lang?: string;
  readonly title?: string;
  readonly tracking?: TrackingJson;
  /** 2.1 */
  readonly x_extensions?: readonly ExtensionJson[];
}

export interface ContactJson {
  readonly details?: string;
  readonly email?: string;
  readonly public_openpgp_key_url?: string;
  readonly url?: string;
}

/** What somebody did in the course of the disclosure; in place of involvements in a later draft of 2.1. */
export interface ActionJson extends ForProductsJson {
  readonly action_id?: string;
  readonly acting_entity_refs?: readonly string[];
  readonly category?: string;
  readonly date?: string;
  readonly dl_vuln_ids?: readonly string[];
  readonly receiving_entity_refs?: readonly string[];
  readonly referenced_action_ids?: readonly string[];
  readonly status?: string;
  readonly summary?: string;
}

export interface TrackingJson {
  readonly aliases?: readonly string[];
  readonly current_release_date?: string;
  readonly generator?: {
    readonly date?: string;
    readonly engine?: { readonly name?: string; readonly version?: string };
  };
  readonly id?: string;
  readonly initial_release_date?: string;
  readonly revision_history?: readonly RevisionJson[];
  readonly status?: string;
  readonly version?: string;
}

export interface RevisionJson {
  readonly date?: string;
  readonly legacy_version?: string;
  readonly number?: string;
  readonly summary?: string;
}

export interface ProductTreeJson {
  readonly branches?: readonly BranchJson[];
  readonly full_product_names?: readonly FullProductNameJson[];
  readonly product_groups?: readonly {
    readonly group_id?: string;
    readonly product_ids?: readonly string[];
    readonly summary?: string;
  }[];
  /** 2.0 */
  readonly relationships?: readonly RelationshipJson[];
  /** 2.1 */
  readonly product_paths?: readonly ProductPathJson[];
}

export interface BranchJson {
  readonly branches?: readonly BranchJson[];
  readonly category?: string;
  readonly name?: string;
  readonly product?: FullProductNameJson;
}

export interface FullProductNameJson {
  readonly name?: string;
  readonly product_id?: string;
  readonly product_identification_helper?: ProductIdentificationHelperJson;
  /** 2.1 */
  readonly x_extensions?: readonly ExtensionJson[];
}

export interface ProductIdentificationHelperJson {
  readonly cpe?: string;
  readonly hashes?: readonly {
    readonly file_hashes?: readonly { readonly algorithm?: string; readonly value?: string }[];
    readonly filename?: string;
  }[];
  readonly model_numbers?: readonly string[];
  /** 2.0 */
  readonly purl?: string;
  /** 2.1 */
  readonly purls?: readonly string[];
  readonly sbom_urls?: readonly string[];
  readonly serial_numbers?: readonly string[];
  readonly skus?: readonly string[];
  readonly x_generic_uris?: readonly { readonly namespace?: string; readonly uri?: string }[];
}

export interface RelationshipJson {
  readonly category?: string;
  readonly full_product_name?: FullProductNameJson;
  readonly product_reference?: string;
  readonly relates_to_product_reference?: string;
}

export interface ProductPathJson {
  readonly beginning_product_reference?: string;
  readonly full_product_name?: FullProductNameJson;
  readonly subpaths?: readonly { readonly category?: string; readonly next_product_reference?: string }[];
}

export interface VulnerabilityJson {
  readonly acknowledgments?: readonly AcknowledgmentJson[];
  readonly cve?: string;
  /** 2.0 */
  readonly cwe?: CweJson;
  /** 2.1 */
  readonly cwes?: readonly CweJson[];
  /** 2.1 */
  readonly disclosure_date?: string;
  readonly discovery_date?: string;
  /** 2.1 */
  readonly first_known_exploitation_dates?: readonly (ForProductsJson & {
    readonly date?: string;
    readonly exploitation_date?: string;
  })[];
  readonly flags?: readonly (ForProductsJson & { readonly date?: string; readonly label?: string })[];
  /** Of certain products only in 2.1. */
  readonly ids?: readonly (ForProductsJson & { readonly system_name?: string; readonly text?: string })[];
  /** Of certain products only in 2.1. */
  readonly involvements?: readonly (ForProductsJson & {
    readonly contact?: string;
    readonly date?: string;
    readonly party?: string;
    readonly status?: string;
    readonly summary?: string;
  })[];
  /** 2.1 */
  readonly metrics?: readonly MetricJson[];
  readonly notes?: readonly NoteJson[];
  readonly product_status?: Readonly<Partial<Record<ProductStatusJson, readonly string[]>>>;
  readonly references?: readonly ReferenceJson[];
  /** 2.0 */
  readonly release_date?: string;
  readonly remediations?: readonly RemediationJson[];
  /** 2.0 */
  readonly scores?: readonly ScoreJson[];
  readonly threats?: readonly (ForProductsJson & {
    readonly category?: string;
    readonly date?: string;
    readonly details?: string;
  })[];
  readonly title?: string;
  /** 2.1 */
  readonly x_extensions?: readonly ExtensionJson[];
}

/** 2.0 has no `unknown`. */
export const productStatusFields = [
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
export type ProductStatusJson = (typeof productStatusFields)[number];

export interface ForProductsJson {
  readonly group_ids?: readonly string[];
  readonly product_ids?: readonly string[];
}

export interface CweJson {
  readonly id?: string;
  readonly name?: string;
  /** 2.1 */
  readonly version?: string;
}

export interface RemediationJson extends ForProductsJson {
  readonly category?: string;
  readonly date?: string;
  readonly details?: string;
  readonly entitlements?: readonly string[];
  readonly restart_required?: { readonly category?: string; readonly details?: string };
  readonly url?: string;
}

/** 2.0 */
export interface ScoreJson extends ScoreContentJson {
  readonly products?: readonly string[];
}

/** 2.1 */
export interface MetricJson {
  readonly content?: ScoreContentJson;
  readonly products?: readonly string[];
  readonly source?: string;
}

export interface ScoreContentJson {
  readonly cvss_v2?: CvssJson;
  readonly cvss_v3?: CvssJson;
  /** 2.1, as what follows. */
  readonly cvss_v4?: CvssJson;
  readonly epss?: {
    readonly percentile?: string;
    readonly probability?: string;
    readonly timestamp?: string;
  };
  readonly qualitative_severity_rating?: string;
  readonly ssvc_v2?: SsvcJson;
  readonly x_extensions?: readonly ExtensionJson[];
}

/** A score by metric: `baseScore` and its like are numbers, everything else is text. */
export type CvssJson = Readonly<Record<string, string | number | undefined>> & {
  readonly version?: string;
  readonly vectorString?: string;
  readonly baseScore?: number;
  readonly baseSeverity?: string;
  readonly temporalScore?: number;
  readonly temporalSeverity?: string;
  readonly environmentalScore?: number;
  readonly environmentalSeverity?: string;
};

export interface SsvcJson {
  readonly timestamp?: string;
  readonly schemaVersion?: string;
  readonly target_ids?: readonly string[];
  readonly selections?: readonly {
    readonly namespace?: string;
    readonly key?: string;
    readonly version?: string;
    readonly name?: string;
    readonly definition?: string;
    readonly values?: readonly {
      readonly key?: string;
      readonly name?: string;
      readonly definition?: string;
    }[];
  }[];
  readonly decision_point_resources?: readonly { readonly uri?: string; readonly summary?: string }[];
  readonly references?: readonly { readonly uri?: string; readonly summary?: string }[];
}

export interface NoteJson extends ForProductsJson {
  readonly audience?: string;
  readonly category?: string;
  readonly text?: string;
  readonly title?: string;
}

export interface ReferenceJson {
  readonly category?: string;
  readonly summary?: string;
  readonly url?: string;
}

export interface AcknowledgmentJson {
  readonly names?: readonly string[];
  readonly organization?: string;
  readonly summary?: string;
  readonly urls?: readonly string[];
}

/** 2.1 */
export interface ExtensionJson {
  readonly $schema?: string;
  readonly category?: string;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly critical?: boolean;
}
