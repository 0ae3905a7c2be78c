export * from './access-kinds.ts';
export * from './advisories.ts';
export * from './alerts.ts';
export * from './audit.ts';
export * from './baselines.ts';
export * from './break-glass.ts';
export * from './bundle-format.ts';
export * from './bundles.ts';
export * from './capture-tables.ts';
export * from './captures.ts';
export * from './case-concerns.ts';
export * from './case-consents.ts';
export * from './case-exports.ts';
export * from './case-guests.ts';
export * from './case-people.ts';
export * from './case-triage.ts';
export * from './cases.ts';
export * from './casework.ts';
export * from './client.ts';
export * from './consents.ts';
export * from './csv.ts';
export * from './deliveries.ts';
export * from './evidence.ts';
export * from './invited-checks.ts';
export * from './inventory.ts';
export * from './investigations.ts';
export * from './jobs.ts';
export * from './kit.ts';
export * from './kits.ts';
export * from './learning.ts';
export * from './mailbox.ts';
export * from './markdown.ts';
export * from './matrix.ts';
export * from './detections.ts';
export * from './observations.ts';
export * from './openapi.ts';
export * from './packs.ts';
export * from './people.ts';
export * from './plant.ts';
export * from './releases.ts';
export * from './report-translations.ts';
export * from './retention.ts';
export * from './publication-changes.ts';
export * from './publication-findings.ts';
export * from './publication-text.ts';
export * from './published-text.ts';
export * from './publications.ts';
export * from './radar.ts';
export * from './route.ts';
export * from './search.ts';
export * from './secrets.ts';
export * from './sentences.ts';
export * from './sharing.ts';
export * from './sources.ts';
export * from './system.ts';
export * from './taught-names.ts';
export * from './timeline.ts';
export * from './vulnerabilities.ts';
export * from './warnings.ts';
export * from './words.ts';
export * from './zones.ts';

import { advisoryApi } from './advisories.ts';
import { alertApi, reachApi } from './alerts.ts';
import { auditApi } from './audit.ts';
import { baselineApi } from './baselines.ts';
import { breakGlassApi } from './break-glass.ts';
import { bundleApi } from './bundles.ts';
import { captureApi } from './captures.ts';
import { caseConcernApi } from './case-concerns.ts';
import { caseConsentApi } from './case-consents.ts';
import { caseExportApi } from './case-exports.ts';
import { guestApi } from './case-guests.ts';
import { caseApi } from './cases.ts';
import { caseworkApi, deadlineApi } from './casework.ts';
import { consentApi } from './consents.ts';
import { deliveryApi, mailApi, subscriptionApi, webhookApi } from './deliveries.ts';
import { evidenceApi } from './evidence.ts';
import { invitedCheckApi } from './invited-checks.ts';
import { inventoryApi } from './inventory.ts';
import { findingApi, investigationApi } from './investigations.ts';
import { jobApi } from './jobs.ts';
import { kitApi } from './kits.ts';
import { learningApi } from './learning.ts';
import { mailboxApi } from './mailbox.ts';
import { detectionApi } from './detections.ts';
import { taughtNamesApi } from './taught-names.ts';
import { observationApi } from './observations.ts';
import { madePackApi, packApi, packKeyApi } from './packs.ts';
import { peopleApi } from './people.ts';
import { plantApi } from './plant.ts';
import { publishedApi, releaseApi, signingKeyApi } from './releases.ts';
import { publicationApi } from './publications.ts';
import { radarApi } from './radar.ts';
import { reportTranslationApi } from './report-translations.ts';
import { retentionApi } from './retention.ts';
import { searchApi } from './search.ts';
import { sourceApi } from './sources.ts';
import { systemApi } from './system.ts';
import { timelineApi } from './timeline.ts';
import { vulnerabilityApi } from './vulnerabilities.ts';
import { warningApi } from './warnings.ts';
import { zoneApi } from './zones.ts';

/** Every operation there is, by area. */
export const apis = {
  system: systemApi,
  search: searchApi,
  people: peopleApi,
  plant: plantApi,
  zones: zoneApi,
  consents: consentApi,
  caseConcerns: caseConcernApi,
  caseConsents: caseConsentApi,
  inventories: inventoryApi,
  captures: captureApi,
  bundles: bundleApi,
  kits: kitApi,
  detections: detectionApi,
  taughtNames: taughtNamesApi,
  observations: observationApi,
  baselines: baselineApi,
  advisories: advisoryApi,
  publications: publicationApi,
  vulnerabilities: vulnerabilityApi,
  radar: radarApi,
  sources: sourceApi,
  packs: packApi,
  madePacks: madePackApi,
  packKeys: packKeyApi,
  warnings: warningApi,
  cases: caseApi,
  evidence: evidenceApi,
  timeline: timelineApi,
  retention: retentionApi,
  breakGlass: breakGlassApi,
  casework: caseworkApi,
  deadlines: deadlineApi,
  caseExports: caseExportApi,
  investigations: investigationApi,
  reportTranslations: reportTranslationApi,
  learning: learningApi,
  findings: findingApi,
  guests: guestApi,
  alerts: alertApi,
  reach: reachApi,
  releases: releaseApi,
  published: publishedApi,
  signingKeys: signingKeyApi,
  subscriptions: subscriptionApi,
  webhooks: webhookApi,
  deliveries: deliveryApi,
  mail: mailApi,
  mailbox: mailboxApi,
  invitedChecks: invitedCheckApi,
  audit: auditApi,
  jobs: jobApi,
};
