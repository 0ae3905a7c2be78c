import { unusedProduct } from './recommended/6.2.1-unused-product.ts';
import { missingRemediation } from './recommended/6.2.2-missing-remediation.ts';
import { missingScore } from './recommended/6.2.3-missing-score.ts';
import { buildMetadata } from './recommended/6.2.4-build-metadata.ts';
import { earlyInitialRelease } from './recommended/6.2.5-early-initial-release.ts';
import { earlyCurrentRelease } from './recommended/6.2.6-early-current-release.ts';
import { undatedInvolvement } from './recommended/6.2.7-undated-involvement.ts';
import { onlyMd5 } from './recommended/6.2.8-only-md5.ts';
import { onlySha1 } from './recommended/6.2.9-only-sha1.ts';
import { missingTlpLabel } from './recommended/6.2.10-missing-tlp-label.ts';
import { missingCanonicalUrl } from './recommended/6.2.11-missing-canonical-url.ts';
import { missingLanguage } from './recommended/6.2.12-missing-language.ts';
import { unsortedKeys } from './recommended/6.2.13-unsorted-keys.ts';
import { privateLanguage } from './recommended/6.2.14-private-language.ts';
import { defaultLanguage } from './recommended/6.2.15-default-language.ts';
import { missingIdentificationHelper } from './recommended/6.2.16-missing-identification-helper.ts';
import { cveAmongIds } from './recommended/6.2.17-cve-among-ids.ts';
import { rangeWithoutVers } from './recommended/6.2.18-range-without-vers.ts';
import { scoreOfFixedProduct } from './recommended/6.2.19-score-of-fixed-product.ts';
import { additionalField } from './recommended/6.2.20-additional-field.ts';
import { sameRevisionDate } from './recommended/6.2.21-same-revision-date.ts';
import { trackingIdInTitle } from './recommended/6.2.22-tracking-id-in-title.ts';
import { deprecatedCwe } from './recommended/6.2.23-deprecated-cwe.ts';
import { oldCweVersion } from './recommended/6.2.24-old-cwe-version.ts';
import { cweNotForMapping } from './recommended/6.2.25-cwe-not-for-mapping.ts';
import { cweToReview } from './recommended/6.2.26-cwe-to-review.ts';
import { discouragedRemediation } from './recommended/6.2.27-discouraged-remediation.ts';
import { maxUuid } from './recommended/6.2.28-max-uuid.ts';
import { nilUuid } from './recommended/6.2.29-nil-uuid.ts';
import { sharingGroupWhenClear } from './recommended/6.2.30-sharing-group-when-clear.ts';
import { hardwareWithSoftware } from './recommended/6.2.31-hardware-with-software.ts';
import { sharedIdentificationHelper } from './recommended/6.2.32-shared-identification-helper.ts';
import { lateDisclosure } from './recommended/6.2.33-late-disclosure.ts';
import { unknownSsvcNamespace } from './recommended/6.2.34-unknown-ssvc-namespace.ts';
import { privateSsvcNamespaceWhenClear } from './recommended/6.2.35-private-ssvc-namespace-when-clear.ts';
import { ssvcExtensionWhenClear } from './recommended/6.2.36-ssvc-extension-when-clear.ts';
import { ssvcNamespaceWithoutResource } from './recommended/6.2.37-ssvc-namespace-without-resource.ts';
import { deprecatedProfile } from './recommended/6.2.38-deprecated-profile.ts';
import { missingFixedProduct } from './recommended/6.2.39.1-missing-fixed-product.ts';
import { translatedWithdrawal } from './recommended/6.2.39.2-translated-withdrawal.ts';
import { translatedSupersession } from './recommended/6.2.39.3-translated-supersession.ts';
import { translatedSupersedingDocument } from './recommended/6.2.39.4-translated-superseding-document.ts';
import { extensionInDeadDocument } from './recommended/6.2.39.5-extension-in-dead-document.ts';
import { translatedReportNotes } from './recommended/6.2.39.6-translated-report-notes.ts';
import { reportAcknowledgments } from './recommended/6.2.39.7-report-acknowledgments.ts';
import { reportSeverity } from './recommended/6.2.39.8-report-severity.ts';
import { reportTlpLabel } from './recommended/6.2.39.9-report-tlp-label.ts';
import { reportMetrics } from './recommended/6.2.39.10-report-metrics.ts';
import { reportReferences } from './recommended/6.2.39.11-report-references.ts';
import { reportThreats } from './recommended/6.2.39.12-report-threats.ts';
import { reportTitle } from './recommended/6.2.39.13-report-title.ts';
import { descriptionWithoutProduct } from './recommended/6.2.40-description-without-product.ts';
import { oldEpss } from './recommended/6.2.41-old-epss.ts';
import { inconsistentIdentificationHelper } from './recommended/6.2.42-inconsistent-identification-helper.ts';
import { missingLicense } from './recommended/6.2.43-missing-license.ts';
import { deprecatedLicense } from './recommended/6.2.44-deprecated-license.ts';
import { unknownLicense } from './recommended/6.2.45-unknown-license.ts';
import { translatedLicenseText } from './recommended/6.2.46-translated-license-text.ts';
import { qualitativeRatingByIssuer } from './recommended/6.2.47-qualitative-rating-by-issuer.ts';
import { openSourceAsVendor } from './recommended/6.2.48-open-source-as-vendor.ts';
import { openVersionRange } from './recommended/6.2.49-open-version-range.ts';
import { contradictingVersRanges } from './recommended/6.2.50.1-contradicting-vers-ranges.ts';
import { contradictingVlsRanges } from './recommended/6.2.50.2-contradicting-vls-ranges.ts';
import { contradictingVersionInRange } from './recommended/6.2.50.3-contradicting-version-in-range.ts';
import { unknownVersType } from './recommended/6.2.51-unknown-vers-type.ts';
import { unknownHashAlgorithm } from './recommended/6.2.52-unknown-hash-algorithm.ts';
import { wrongIdOfSystem } from './recommended/6.2.53-wrong-id-of-system.ts';
import { unregisteredExtension } from './recommended/6.2.54.1-unregistered-extension.ts';
import { unofficialExtension } from './recommended/6.2.54.2-unofficial-extension.ts';
import { criticalExtension } from './recommended/6.2.54.3-critical-extension.ts';
import { experimentalExtensionWhenClear } from './recommended/6.2.54.4-experimental-extension-when-clear.ts';
import { openPgpKey } from './recommended/6.2.55-openpgp-key.ts';
import type { Rule } from './rule.ts';

/** Section 6.2 in its order. */
export const recommendedRules: readonly Rule[] = [
  unusedProduct,
  missingRemediation,
  missingScore,
  buildMetadata,
  earlyInitialRelease,
  earlyCurrentRelease,
  undatedInvolvement,
  onlyMd5,
  onlySha1,
  missingTlpLabel,
  missingCanonicalUrl,
  missingLanguage,
  unsortedKeys,
  privateLanguage,
  defaultLanguage,
  missingIdentificationHelper,
  cveAmongIds,
  rangeWithoutVers,
  scoreOfFixedProduct,
  additionalField,
  sameRevisionDate,
  trackingIdInTitle,
  deprecatedCwe,
  oldCweVersion,
  cweNotForMapping,
  cweToReview,
  discouragedRemediation,
  maxUuid,
  nilUuid,
  sharingGroupWhenClear,
  hardwareWithSoftware,
  sharedIdentificationHelper,
  lateDisclosure,
  unknownSsvcNamespace,
  privateSsvcNamespaceWhenClear,
  ssvcExtensionWhenClear,
  ssvcNamespaceWithoutResource,
  deprecatedProfile,
  missingFixedProduct,
  translatedWithdrawal,
  translatedSupersession,
  translatedSupersedingDocument,
  extensionInDeadDocument,
  translatedReportNotes,
  reportAcknowledgments,
  reportSeverity,
  reportTlpLabel,
  reportMetrics,
  reportReferences,
  reportThreats,
  reportTitle,
  descriptionWithoutProduct,
  oldEpss,
  inconsistentIdentificationHelper,
  missingLicense,
  deprecatedLicense,
  unknownLicense,
  translatedLicenseText,
  qualitativeRatingByIssuer,
  openSourceAsVendor,
  openVersionRange,
  contradictingVersRanges,
  contradictingVlsRanges,
  contradictingVersionInRange,
  unknownVersType,
  unknownHashAlgorithm,
  wrongIdOfSystem,
  unregisteredExtension,
  unofficialExtension,
  criticalExtension,
  experimentalExtensionWhenClear,
  openPgpKey,
];
