import { missingProduct } from './mandatory/6.1.1-missing-product.ts';
import { repeatedProduct } from './mandatory/6.1.2-repeated-product.ts';
import { circularProduct } from './mandatory/6.1.3-circular-product.ts';
import { missingGroup } from './mandatory/6.1.4-missing-group.ts';
import { repeatedGroup } from './mandatory/6.1.5-repeated-group.ts';
import { contradictingStatus } from './mandatory/6.1.6-contradicting-status.ts';
import { repeatedCvss } from './mandatory/6.1.7-repeated-cvss.ts';
import { invalidCvss } from './mandatory/6.1.8-invalid-cvss.ts';
import { wrongCvssScore } from './mandatory/6.1.9-wrong-cvss-score.ts';
import { inconsistentCvss } from './mandatory/6.1.10-inconsistent-cvss.ts';
import { invalidCwe } from './mandatory/6.1.11-cwe.ts';
import { unknownLanguage } from './mandatory/6.1.12-language.ts';
import { invalidPurl } from './mandatory/6.1.13-purl.ts';
import { unsortedRevisions } from './mandatory/6.1.14-unsorted-revisions.ts';
import { translatorWithoutSource } from './mandatory/6.1.15-translator.ts';
import { latestVersion } from './mandatory/6.1.16-latest-version.ts';
import { draftStatus } from './mandatory/6.1.17-draft-status.ts';
import { releasedRevisions } from './mandatory/6.1.18-released-revisions.ts';
import { preReleaseRevisions } from './mandatory/6.1.19-pre-release-revisions.ts';
import { releasedVersion } from './mandatory/6.1.20-released-version.ts';
import { missingRevision } from './mandatory/6.1.21-missing-revision.ts';
import { repeatedRevision } from './mandatory/6.1.22-repeated-revision.ts';
import { repeatedCve } from './mandatory/6.1.23-repeated-cve.ts';
import { repeatedInvolvement } from './mandatory/6.1.24-repeated-involvement.ts';
import { repeatedHashAlgorithm } from './mandatory/6.1.25-repeated-hash-algorithm.ts';
import { categoryName } from './mandatory/6.1.26-category-name.ts';
import { documentNotes } from './mandatory/6.1.27.1-document-notes.ts';
import { documentReferences } from './mandatory/6.1.27.2-document-references.ts';
import { noVulnerabilities } from './mandatory/6.1.27.3-no-vulnerabilities.ts';
import { productTree } from './mandatory/6.1.27.4-product-tree.ts';
import { vulnerabilityNotes } from './mandatory/6.1.27.5-vulnerability-notes.ts';
import { productStatus } from './mandatory/6.1.27.6-product-status.ts';
import { vexProductStatus } from './mandatory/6.1.27.7-vex-product-status.ts';
import { vulnerabilityId } from './mandatory/6.1.27.8-vulnerability-id.ts';
import { impactStatement } from './mandatory/6.1.27.9-impact-statement.ts';
import { actionStatement } from './mandatory/6.1.27.10-action-statement.ts';
import { vulnerabilities } from './mandatory/6.1.27.11-vulnerabilities.ts';
import { affectedProducts } from './mandatory/6.1.27.12-affected-products.ts';
import { correspondingProducts } from './mandatory/6.1.27.13-corresponding-products.ts';
import { descriptionNote } from './mandatory/6.1.27.14-description-note.ts';
import { noProductTree } from './mandatory/6.1.27.15-no-product-tree.ts';
import { twoRevisions } from './mandatory/6.1.27.16-two-revisions.ts';
import { withdrawalReason } from './mandatory/6.1.27.17-withdrawal-reason.ts';
import { supersessionReason } from './mandatory/6.1.27.18-supersession-reason.ts';
import { supersedingReference } from './mandatory/6.1.27.19-superseding-reference.ts';
import { reportNotes } from './mandatory/6.1.27.20-report-notes.ts';
import { translation } from './mandatory/6.1.28-translation.ts';
import { remediationWithoutProduct } from './mandatory/6.1.29-remediation-without-product.ts';
import { mixedVersioning } from './mandatory/6.1.30-mixed-versioning.ts';
import { rangeInVersion } from './mandatory/6.1.31-range-in-version.ts';
import { flagWithoutProduct } from './mandatory/6.1.32-flag-without-product.ts';
import { repeatedFlag } from './mandatory/6.1.33-repeated-flag.ts';
import { deepBranches } from './mandatory/6.1.34-deep-branches.ts';
import { contradictingRemediations } from './mandatory/6.1.35-contradicting-remediations.ts';
import { remediationAgainstStatus } from './mandatory/6.1.36-remediation-against-status.ts';
import { dateAndTime } from './mandatory/6.1.37-date-time.ts';
import { nonPublicSharingGroup } from './mandatory/6.1.38-non-public-sharing-group.ts';
import { publicSharingGroup } from './mandatory/6.1.39-public-sharing-group.ts';
import { reservedSharingGroupName } from './mandatory/6.1.40-reserved-sharing-group-name.ts';
import { missingSharingGroupName } from './mandatory/6.1.41-missing-sharing-group-name.ts';
import { purlQualifiers } from './mandatory/6.1.42-purl-qualifiers.ts';
import { starsInModelNumber } from './mandatory/6.1.43-stars-in-model-number.ts';
import { starsInSerialNumber } from './mandatory/6.1.44-stars-in-serial-number.ts';
import { disclosureDate } from './mandatory/6.1.45-disclosure-date.ts';
import { invalidSsvc } from './mandatory/6.1.46-invalid-ssvc.ts';
import { ssvcTarget } from './mandatory/6.1.47-ssvc-target.ts';
import { ssvcDecisionPoint } from './mandatory/6.1.48-ssvc-decision-point.ts';
import { ssvcTimestamp } from './mandatory/6.1.49-ssvc-timestamp.ts';
import { versionRange } from './mandatory/6.1.50-version-range.ts';
import { epssTimestamp } from './mandatory/6.1.51-epss-timestamp.ts';
import { exploitationDates } from './mandatory/6.1.52-exploitation-dates.ts';
import { exploitationBeforeReport } from './mandatory/6.1.53-exploitation-before-report.ts';
import { licenseExpression } from './mandatory/6.1.54-license-expression.ts';
import { licenseText } from './mandatory/6.1.55-license-text.ts';
import { cvssAndRating } from './mandatory/6.1.56-cvss-and-rating.ts';
import { stackedCategories } from './mandatory/6.1.57-stacked-categories.ts';
import { versionAndRange } from './mandatory/6.1.58-version-and-range.ts';
import { singleVersionRange } from './mandatory/6.1.59-single-version-range.ts';
import { extensionContent } from './mandatory/6.1.60.1-extension-content.ts';
import { extensionSchema } from './mandatory/6.1.60.2-extension-schema.ts';
import { extensionMetadata } from './mandatory/6.1.60.3-extension-metadata.ts';
import { starsInSku } from './mandatory/6.1.61-stars-in-sku.ts';
import { discoveryDate } from './mandatory/6.1.62-discovery-date.ts';
import type { Rule } from './rule.ts';

/** Section 6.1 in its order. */
export const mandatoryRules: readonly Rule[] = [
  missingProduct,
  repeatedProduct,
  circularProduct,
  missingGroup,
  repeatedGroup,
  contradictingStatus,
  repeatedCvss,
  invalidCvss,
  wrongCvssScore,
  inconsistentCvss,
  invalidCwe,
  unknownLanguage,
  invalidPurl,
  unsortedRevisions,
  translatorWithoutSource,
  latestVersion,
  draftStatus,
  releasedRevisions,
  preReleaseRevisions,
  releasedVersion,
  missingRevision,
  repeatedRevision,
  repeatedCve,
  repeatedInvolvement,
  repeatedHashAlgorithm,
  categoryName,
  documentNotes,
  documentReferences,
  noVulnerabilities,
  productTree,
  vulnerabilityNotes,
  productStatus,
  vexProductStatus,
  vulnerabilityId,
  impactStatement,
  actionStatement,
  vulnerabilities,
  affectedProducts,
  correspondingProducts,
  descriptionNote,
  noProductTree,
  twoRevisions,
  withdrawalReason,
  supersessionReason,
  supersedingReference,
  reportNotes,
  translation,
  remediationWithoutProduct,
  mixedVersioning,
  rangeInVersion,
  flagWithoutProduct,
  repeatedFlag,
  deepBranches,
  contradictingRemediations,
  remediationAgainstStatus,
  dateAndTime,
  nonPublicSharingGroup,
  publicSharingGroup,
  reservedSharingGroupName,
  missingSharingGroupName,
  purlQualifiers,
  starsInModelNumber,
  starsInSerialNumber,
  disclosureDate,
  invalidSsvc,
  ssvcTarget,
  ssvcDecisionPoint,
  ssvcTimestamp,
  versionRange,
  epssTimestamp,
  exploitationDates,
  exploitationBeforeReport,
  licenseExpression,
  licenseText,
  cvssAndRating,
  stackedCategories,
  versionAndRange,
  singleVersionRange,
  extensionContent,
  extensionSchema,
  extensionMetadata,
  starsInSku,
  discoveryDate,
];
