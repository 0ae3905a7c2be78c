export {
  type ClaimContent,
  claimContent,
  type ClaimFact,
  type ClaimKind,
  claimKinds,
  type ClaimProduct,
  type Claims,
  type ClaimSubject,
  type DateValue,
  type ExploitationValue,
  type MitigationValue,
  type RemedyValue,
  type SeverityValue,
  type StatusValue,
} from './claims/claim.ts';
export {
  type Disagreement,
  type DisagreementCode,
  type Disagreements,
  disagreements,
  disagreementSentences,
  type DisagreementSide,
  type SourcedClaim,
} from './claims/disagreements.ts';
export { claimsOfCsaf, vulnerabilityId } from './claims/of-csaf.ts';
export { type CveReading, readCve } from './claims/of-cve.ts';
export { type ListReading, readEpss, readKev } from './claims/of-lists.ts';
export * from './documents/document.ts';
export { documentsIn, read, type Reading } from './documents/read.ts';
export type { DocumentProblem } from './documents/values.ts';
export {
  AdvisoryIndex,
  advisoryFacts,
  type AdvisoryFacts,
  type SerialisedIndex,
} from './matching/advisory-index.ts';
export type { Asset } from './matching/asset.ts';
export { type Rule, rules } from './matching/identity.ts';
export {
  type Answer,
  type Certainty,
  type Judgement,
  match,
  type Verdict,
  type VulnerabilityVerdict,
} from './matching/match.ts';
export {
  inEnglish,
  type LookUp,
  type LookUpCode,
  lookUpSentences,
  type Reason,
  type ReasonCode,
  reasonSentences,
} from './matching/reasons.ts';
export { familiesOf, normaliseOrderNumber } from './products/order-number.ts';
export { parseProductName, type ProductName } from './products/product-name.ts';
export { normaliseVendor, vendorKeys } from './products/vendors.ts';
export { repair } from './text/repair.ts';
export { evaluate, type Facts, type Finding } from './versions/evaluate.ts';
export { type Condition, type Expression, parseExpression } from './versions/expression.ts';
export { compareVersions, parseVersion, type Version } from './versions/version.ts';
export {
  type AdvisoryDraft,
  type DraftProduct,
  type DraftVulnerability,
  writeAdvisory,
} from './write/advisory.ts';
