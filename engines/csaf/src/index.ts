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
export { type AssetRecord, assetOfRecord } from './matching/asset-record.ts';
export { matchingData, matchingRules } from './matching/edition.ts';
export { type Rule, rules } from './matching/identity.ts';
export { Fleet, type FleetVerdict } from './matching/fleet.ts';
export {
  type Answer,
  type Certainty,
  type Judgement,
  type Verdict,
  type VulnerabilityVerdict,
} from './matching/judge.ts';
export { match } from './matching/match.ts';
export { asksNewRun, versioningOf } from './matching/revision.ts';
export {
  inEnglish,
  type LookUp,
  type LookUpCode,
  lookUpSentences,
  type Reason,
  type ReasonCode,
  reasonSentences,
} from './matching/reasons.ts';
export { KnownNames, type Proposal as NameProposal } from './products/known-names.ts';
export { familiesOf, normaliseOrderNumber } from './products/order-number.ts';
export { parseProductName, type ProductName } from './products/product-name.ts';
export {
  faultsOfNames,
  type NameFault,
  nameFaultSentences,
  teach,
  type TaughtNames,
  taughtNames,
} from './products/taught.ts';
export { normaliseVendor, vendorKeys, vendorsNamed } from './products/vendors.ts';
export { urlsToAsk } from './rules/asked-urls.ts';
export type { CsafJson } from './rules/csaf-json.ts';
export { csafFileName, fileName } from './rules/file-name.ts';
export { rules as validationRules } from './rules/registry.ts';
export {
  type CsafVersion,
  type Extension,
  type OpenPgpKey,
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
export {
  automatables,
  type DeployerInputs,
  exploitations,
  exposures,
  type HumanImpact,
  humanImpactOf,
  humanImpacts,
  isAutomatable,
  missionImpacts,
  safetyImpacts,
  urgencies,
  type Urgency,
  urgencyOf,
} from './ssvc/deployer.ts';
export { repair } from './text/repair.ts';
export { evaluate, type Facts, type Finding } from './versions/evaluate.ts';
export { type Condition, conditionsOf, type Expression, parseExpression } from './versions/expression.ts';
export { rangeInWords, spaced } from './versions/range-in-words.ts';
export { compareVersions, parseVersion, type Version } from './versions/version.ts';
export { writeAdvisory } from './write/advisory.ts';
export {
  type AdvisoryDraft,
  type DraftAcknowledgement,
  type DraftNote,
  type DraftProduct,
  type DraftReference,
  type DraftRemediation,
  type DraftScore,
  type DraftStatuses,
  type DraftVulnerability,
  type DraftWeakness,
  type Profile,
} from './write/draft.ts';
export { toVers } from './write/ranges.ts';
export { withdrawn } from './write/withdrawal.ts';
export { type Change, changeInEnglish, diff, type Difference } from './diff/diff.ts';
export { type ChangeCode, changeSentences } from './diff/sentences.ts';
export { type Aggregator, readAggregator, writeAggregator } from './provider/aggregator.ts';
export {
  type CheckTools,
  checkProvider,
  type Fetched,
  findingInEnglish,
  type ProviderFinding,
  type ProviderReport,
  type RequirementResult,
  type Verified,
} from './provider/check.ts';
export {
  csafFields,
  type ListedFile,
  readChanges,
  readHash,
  readIndex,
  writeChanges,
  writeHash,
  writeIndex,
} from './provider/files.ts';
export {
  type Directory,
  type FeedAddress,
  type ProviderMetadata,
  type Publisher,
  type Read,
  readProviderMetadata,
  writeProviderMetadata,
} from './provider/metadata.ts';
export {
  type FindingCode,
  findingSentences,
  type RequirementNumber,
  requirements,
} from './provider/requirements.ts';
export {
  type Feed,
  type FeedEntry,
  readCategories,
  readFeed,
  readService,
  type Service,
  writeCategories,
  writeFeed,
  writeService,
} from './provider/rolie.ts';
export { type Conversion, convert } from './convert/convert.ts';
export type { ConversionOptions } from './convert/warnings.ts';
export {
  type ConversionCode,
  conversionInEnglish,
  conversionSentences,
  type ConversionWarning,
} from './convert/warnings.ts';
export { readCycloneDxVex, writeCycloneDxVex } from './vex/cyclonedx.ts';
export { readOpenVex, writeOpenVex } from './vex/openvex.ts';
export {
  draftOfVex,
  type Justification,
  justifications,
  lossSentences,
  type VexDocument,
  type VexLoss,
  vexOfCsaf,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './vex/vex.ts';
export { versFromNative } from './vers/native.ts';
export { schemes } from './vers/schemes.ts';
export { compareIn, parseVers, sortVers, versContains, type VersProblem } from './vers/vers.ts';
export { type CveFault, cveFaults } from './claims/cve-shape.ts';
export { ipOf, macOf } from './inventory/cell-values.ts';
export { readingOf } from './inventory/columns.ts';
export { cycloneDxNames, severalNames, isCycloneDxAsXml } from './inventory/cyclonedx.ts';
export { entriesOf, type Entry, leave } from './inventory/entries.ts';
export { isTelling, serialKey } from './inventory/serial.ts';
export {
  mostRows,
  NotATable,
  type Note,
  noted,
  type Table,
  type TableChoice,
  type TableReading,
} from './inventory/table.ts';
export { clean, encodingOf, filled, readText, separatorOf } from './inventory/text-table.ts';
