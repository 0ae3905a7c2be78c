import { onlyCvss2 } from './informative/6.3.1-only-cvss-2.ts';
import { cvss30 } from './informative/6.3.2-cvss-3.0.ts';
import { missingCve } from './informative/6.3.3-missing-cve.ts';
import { missingCwe } from './informative/6.3.4-missing-cwe.ts';
import { shortHash } from './informative/6.3.5-short-hash.ts';
import { deadUrl } from './informative/6.3.6-dead-url.ts';
import { deadSelfReference } from './informative/6.3.7-dead-self-reference.ts';
import { spelling } from './informative/6.3.8-spelling.ts';
import { branchCategories } from './informative/6.3.9-branch-categories.ts';
import { versionRange } from './informative/6.3.10-version-range.ts';
import { vBeforeVersion } from './informative/6.3.11-v-before-version.ts';
import { missingCvss4 } from './informative/6.3.12-missing-cvss-4.ts';
import { oldSsvcVersion } from './informative/6.3.13-old-ssvc-version.ts';
import { privateSsvcNamespace } from './informative/6.3.14-private-ssvc-namespace.ts';
import { ssvcExtension } from './informative/6.3.15-ssvc-extension.ts';
import { grammar } from './informative/6.3.16-grammar.ts';
import { unregisteredLicense } from './informative/6.3.17-unregistered-license.ts';
import { qualitativeRating } from './informative/6.3.18-qualitative-rating.ts';
import { overlappingVersRanges } from './informative/6.3.19.1-overlapping-vers-ranges.ts';
import { overlappingVlsRanges } from './informative/6.3.19.2-overlapping-vls-ranges.ts';
import { versionInRange } from './informative/6.3.19.3-version-in-range.ts';
import { overlappingBranchRanges } from './informative/6.3.19.4-overlapping-branch-ranges.ts';
import { branchVersionInRange } from './informative/6.3.19.5-branch-version-in-range.ts';
import { unregisteredIdSystem } from './informative/6.3.20-unregistered-id-system.ts';
import { essentialExtension } from './informative/6.3.21.1-essential-extension.ts';
import { experimentalExtension } from './informative/6.3.21.2-experimental-extension.ts';
import { extensionInDocument } from './informative/6.3.21.3-extension-in-document.ts';
import { extensionInBranch } from './informative/6.3.21.4-extension-in-branch.ts';
import { extensionInProductName } from './informative/6.3.21.5-extension-in-product-name.ts';
import { extensionInProductPath } from './informative/6.3.21.6-extension-in-product-path.ts';
import { extensionInMetric } from './informative/6.3.21.7-extension-in-metric.ts';
import { extensionInVulnerability } from './informative/6.3.21.8-extension-in-vulnerability.ts';
import { extensionAtRoot } from './informative/6.3.21.9-extension-at-root.ts';
import { nestedProductPath } from './informative/6.3.22-nested-product-path.ts';
import { reportInvolvement } from './informative/6.3.23.1-report-involvement.ts';
import { reportDisclosureDate } from './informative/6.3.23.2-report-disclosure-date.ts';
import { openPgpUser } from './informative/6.3.24-openpgp-user.ts';
import type { Rule } from './rule.ts';

/** Section 6.3 in its order. */
export const informativeRules: readonly Rule[] = [
  onlyCvss2,
  cvss30,
  missingCve,
  missingCwe,
  shortHash,
  deadUrl,
  deadSelfReference,
  spelling,
  branchCategories,
  versionRange,
  vBeforeVersion,
  missingCvss4,
  oldSsvcVersion,
  privateSsvcNamespace,
  ssvcExtension,
  grammar,
  unregisteredLicense,
  qualitativeRating,
  overlappingVersRanges,
  overlappingVlsRanges,
  versionInRange,
  overlappingBranchRanges,
  branchVersionInRange,
  unregisteredIdSystem,
  essentialExtension,
  experimentalExtension,
  extensionInDocument,
  extensionInBranch,
  extensionInProductName,
  extensionInProductPath,
  extensionInMetric,
  extensionInVulnerability,
  extensionAtRoot,
  nestedProductPath,
  reportInvolvement,
  reportDisclosureDate,
  openPgpUser,
];
