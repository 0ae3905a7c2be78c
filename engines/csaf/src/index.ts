export type { CvssVersion } from './cvss/metrics.ts';
export { type CvssContradiction, contradictingMetrics, wrongScores } from './cvss/object.ts';
export { type CvssScores, type CvssSeverity, scoresOf, severityOf } from './cvss/scores.ts';
export {
  type CvssProblem,
  type CvssReading,
  type CvssVector,
  formatVector,
  parseVector,
} from './cvss/vector.ts';
export { type CweVersion, type CweUsage, cweVersions, weakness, type Weakness } from './cwe/cwe.ts';
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
export type { CsafJson } from './rules/csaf-json.ts';
export { csafFileName } from './rules/file-name.ts';
export { rules as validationRules } from './rules/registry.ts';
export {
  type CsafVersion,
  type Extension,
  type Resources,
  type Rule as ValidationRule,
  type Severity,
} from './rules/rule.ts';
export {
  type Finding as ValidationFinding,
  type RuleRun,
  validate,
  type Validation,
  type ValidationOptions,
} from './rules/validate.ts';
export { type DecisionPoint, decisionPoint, decisionPoints, latestVersion } from './ssvc/decision-points.ts';
export {
  type DecisionTable,
  decisionTables,
  evaluateTable,
  type Evaluation,
} from './ssvc/decision-tables.ts';
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
