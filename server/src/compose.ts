import { join } from 'node:path';

import type { JobKind, Tlp } from '@busbar/contract';
import type { FastifyInstance } from 'fastify';

import { advisoryRoutes } from './modules/advisories/advisory-routes.ts';
import { advisoryService } from './modules/advisories/advisory-service.ts';
import { importService } from './modules/advisories/import-service.ts';
import { auditRoutes } from './modules/audit/audit-routes.ts';
import { auditService } from './modules/audit/audit-service.ts';
import { headMailService } from './modules/audit/head-mail-service.ts';
import { baselineService } from './modules/captures/baseline-service.ts';
import { bundleKeyService } from './modules/bundles/bundle-key-service.ts';
import { bundleRoutes } from './modules/bundles/bundle-routes.ts';
import { bundleService } from './modules/bundles/bundle-service.ts';
import { bundleNames } from './modules/bundles/bundle-store.ts';
import { captureWorkers } from './modules/captures/capture-jobs.ts';
import { baselineRoutes, captureRoutes, observationRoutes } from './modules/captures/capture-routes.ts';
import { captureResults } from './modules/captures/capture-results.ts';
import { captureService } from './modules/captures/capture-service.ts';
import { aboutCase, aboutCases, countMessages } from './modules/cases/case-about-service.ts';
import { caseRoutes } from './modules/cases/case-routes.ts';
import { caseService } from './modules/cases/case-service.ts';
import { guestService } from './modules/cases/guest-service.ts';
import { type CaseNotice, teamService } from './modules/cases/team-service.ts';
import { concernRoutes } from './modules/concerns/concern-routes.ts';
import { concernService } from './modules/concerns/concern-service.ts';
import { evidenceRoutes } from './modules/evidence/evidence-routes.ts';
import { evidenceService } from './modules/evidence/evidence-service.ts';
import { runService } from './modules/evidence/run-service.ts';
import { timelineService } from './modules/evidence/timeline-service.ts';
import {
  captureNames,
  conversationsOfPairs,
  countCapturesBySite,
  dangerousOfSite,
  talksOf,
  talksOfSite,
} from './modules/captures/capture-store.ts';
import { observationService } from './modules/captures/observation-service.ts';
import { caseDoor } from './modules/cases/opened-case-service.ts';
import { caseworkRoutes } from './modules/casework/casework-routes.ts';
import { caseworkService } from './modules/casework/casework-service.ts';
import { dataFiles } from './modules/casework/data-files.ts';
import { type DeadlineService, deadlineService } from './modules/casework/deadline-service.ts';
import { checkRoutes } from './modules/checks/check-routes.ts';
import { checkService } from './modules/checks/check-service.ts';
import { vulnerabilityRoutes } from './modules/claims/claim-routes.ts';
import { type ClaimService, claimService } from './modules/claims/claim-service.ts';
import { derivationService } from './modules/claims/derivation-service.ts';
import { verdictService } from './modules/claims/verdict-service.ts';
import { caseExportRoutes } from './modules/case-exports/case-export-routes.ts';
import { caseExportService } from './modules/case-exports/case-export-service.ts';
import { caseConsentService } from './modules/consents/case-consent-service.ts';
import { consentRoutes } from './modules/consents/consent-routes.ts';
import { consentService } from './modules/consents/consent-service.ts';
import { deliveryRoutes, mountUnsubscribe } from './modules/deliveries/delivery-routes.ts';
import { deliveryService } from './modules/deliveries/delivery-service.ts';
import { linksUnder } from './platform/links.ts';
import { subscriptionService } from './modules/deliveries/subscription-service.ts';
import { webhookService } from './modules/deliveries/webhook-service.ts';
import { detectionRoutes } from './modules/detections/detection-routes.ts';
import { detectionService } from './modules/detections/detection-service.ts';
import { demoService } from './modules/demo/demo-service.ts';
import { findingService } from './modules/investigations/finding-service.ts';
import { investigationRoutes } from './modules/investigations/investigation-routes.ts';
import { investigationService } from './modules/investigations/investigation-service.ts';
import { translationService } from './modules/investigations/translation-service.ts';
import { inventoryRoutes } from './modules/inventory/inventory-routes.ts';
import { inventoryService } from './modules/inventory/inventory-service.ts';
import { inventoryNames } from './modules/inventory/inventory-store.ts';
import { jobRoutes } from './modules/jobs/job-routes.ts';
import { learningRoutes } from './modules/learning/learning-routes.ts';
import { learningService } from './modules/learning/learning-service.ts';
import { jobService } from './modules/jobs/job-service.ts';
import { mailboxRoutes } from './modules/mailbox/mailbox-routes.ts';
import { kitRoutes } from './modules/kit/kit-routes.ts';
import { kitService } from './modules/kit/kit-service.ts';
import { type MailboxService, mailboxService } from './modules/mailbox/mailbox-service.ts';
import { namesRoutes } from './modules/names/names-routes.ts';
import { namesService } from './modules/names/names-service.ts';
import { peopleRoutes } from './modules/people/people-routes.ts';
import { peopleService } from './modules/people/people-service.ts';
import { plantRoutes } from './modules/plant/plant-routes.ts';
import { type PlantService, plantService } from './modules/plant/plant-service.ts';
import { zoneRoutes } from './modules/plant/zone-routes.ts';
import { zoneService } from './modules/plant/zone-service.ts';
import { profileSubject } from './modules/profile/profile-service.ts';
import { urlOfFile } from './modules/published/addresses.ts';
import { publisherOf } from './modules/published/csaf-provider.ts';
import { outbound } from './modules/published/outbound.ts';
import { publishedRoutes } from './modules/published/published-routes.ts';
import { publishedService } from './modules/published/published-service.ts';
import { documentsWithFindings, publicationSubject } from './modules/releases/publication-subject.ts';
import { releaseRoutes } from './modules/releases/release-routes.ts';
import { type ReleaseService, releaseService } from './modules/releases/release-service.ts';
import { signingRoutes } from './modules/signing/signing-routes.ts';
import { signingService } from './modules/signing/signing-service.ts';
import { proposalService } from './modules/publications/proposal-service.ts';
import { publicationRoutes } from './modules/publications/publication-routes.ts';
import { publicationService } from './modules/publications/publication-service.ts';
import { packRoutes } from './modules/packs/pack-routes.ts';
import { packService } from './modules/packs/pack-service.ts';
import { radarRoutes } from './modules/radar/radar-routes.ts';
import { type RadarService, radarService } from './modules/radar/radar-service.ts';
import { breakGlassService } from './modules/retention/break-glass-service.ts';
import { noticesOf } from './modules/retention/notices.ts';
import { retentionRoutes } from './modules/retention/retention-routes.ts';
import { retentionService } from './modules/retention/retention-service.ts';
import { searchRoutes } from './modules/search/search-routes.ts';
import { searchService } from './modules/search/search-service.ts';
import { sourceRoutes } from './modules/sources/source-routes.ts';
import {
  type Board,
  type Entry,
  type SourceService,
  sourceService,
} from './modules/sources/source-service.ts';
import { systemRoutes } from './modules/system/system-routes.ts';
import { type SystemService, systemService } from './modules/system/system-service.ts';
import { blobs as blobsIn, blobStore } from './platform/blobs.ts';
import { alertRoutes } from './modules/warnings/alert-routes.ts';
import { type AlertService, alertService } from './modules/warnings/alert-service.ts';
import { warningRoutes } from './modules/warnings/warning-routes.ts';
import { proofService } from './modules/warnings/proof-service.ts';
import { warningService } from './modules/warnings/warning-service.ts';
import { workService } from './modules/warnings/work-service.ts';
import { type Actor, onBehalfOf, visitor } from './platform/actor.ts';
import { builtKit } from './platform/pages.ts';
import type { Config } from './platform/config.ts';
import type { Database, Db } from './platform/database.ts';
import { type Fetcher, fetcherOver } from './platform/fetcher.ts';
import type { Endpoint, Identify } from './platform/http.ts';
import { identityOver } from './platform/identity.ts';
import type { Jobs, Worker } from './platform/jobs.ts';
import { imapOver } from './platform/imap.ts';
import { keyring, wrapperOf } from './platform/keys.ts';
import type { Log } from './platform/log.ts';
import { type Mailer, mailerOver } from './platform/mail.ts';
import { triesOver } from './platform/tries.ts';
import { uploads as uploadsOver } from './platform/uploads.ts';

export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Log;
  /** Other ways out than to the mail server and the internet that the settings name. */
  readonly ways?: { readonly mailer: Mailer; readonly fetcher: Fetcher } | undefined;
}

/** Where everything meets. What a module needs from another it is handed here, and nowhere else. */
export function compose({ config, database, jobs, log, ways }: Parts) {
  const audit = auditService(database.keeper, join(config.data, 'audit-heads.jsonl'), (tx, id) =>
    cases.traceOf(tx, id),
  );
  const links = linksUnder(config.masterKey);
  const identity = identityOver(config, database, links, log);
  const people = peopleService(identity, database);
  const wrapper = wrapperOf(config);
  const keys = keyring(wrapper);
  const blobs = blobsIn(database, blobStore(config), keys, join(config.data, 'spool'));
  const uploads = uploadsOver({ config, database, jobs, log }, keys, blobs);
  const onError = (error: unknown) => log.error({ err: error }, 'evidence');
  const names = namesService(join(config.data, 'names'));
  const advisories = advisoryService(names);
  const warnings = warningService({
    database,
    jobs,
    advisories,
    names,
    plant: () => plant,
    alerts: () => alerts,
    claims: () => claims,
  });
  const consents = consentService({
    database,
    audit,
    certId: people.certId,
    plant: () => plant,
    warnings: () => warnings,
    bundles: () => bundles,
  });
  const work = workService({
    database,
    advisories,
    colleagues: (tx) => plant.colleagues(tx),
    alerts: () => alerts,
  });
  const plant: PlantService = plantService(
    warnings,
    { names: captureNames, countBySite: countCapturesBySite, talksOf },
    { names: inventoryNames },
    consents,
  );
  const zones = zoneService({
    captures: { talks: talksOfSite, dangerous: dangerousOfSite, conversations: conversationsOfPairs },
    warnings,
    plant,
  });
  const proof = proofService({
    advisories,
    plant,
    messages: (tx, of) => deliveries.warningMessages(tx, of),
    owner: people.organisationName,
    origin: config.origin,
  });
  const claims: ClaimService = claimService({ advisories, plant: warnings });
  const verdicts = verdictService(claims);
  const radar: RadarService = radarService({
    claims,
    speakOf: async (tx, actor, cve) => {
      await remember(tx, actor, [cve]);
      return claims.speakOf(tx, actor, cve);
    },
  });
  const detections = detectionService();
  const results = captureResults({ blobs, plant, detections });
  const captures = captureService({
    jobs,
    uploads,
    blobs,
    plant,
    results,
    bundles: { names: bundleNames },
    detections,
    onError,
  });
  const observations = observationService({ uploads, plant, detections });
  const baselines = baselineService({ blobs, plant, detections });
  uploads.completes('capture', captures.completed);
  const inventories = inventoryService({
    database,
    jobs,
    uploads,
    blobs,
    plant,
    zones,
    decided: (tx, assets) => warnings.decidedOf(tx, assets),
    onError,
  });
  uploads.completes('inventory', inventories.completed);
  const board = boardOf(claims, radar);
  /** What catalogues say of a vulnerability counts from the moment that the board begins to speak of it. */
  const remember = async (tx: Db, actor: Actor, cves: readonly string[]) => {
    const known = await claims.known(tx, actor, cves);
    const entries = await sources.entriesAbout(
      tx,
      actor,
      cves.filter((cve) => !known.has(cve)),
    );
    await board.took(tx, actor, entries, []);
  };
  const imports = importService({
    database,
    folder: join(config.data, 'imports'),
    uploads,
    took: async (tx, actor, { shelved, again, way }) => {
      await remember(tx, actor, [...new Set(shelved.flatMap(({ cves }) => cves))]);
      const arrivals = await claims.advisoriesTaken(tx, actor, shelved, way);
      // What the CERT itself has said is no news to its analysts.
      const fromOthers = shelved.filter(({ ours }) => !ours);
      await radar.advisoriesArrived(tx, actor, fromOthers, arrivals);
      // What counted no more since its source was removed counts again, and is no news.
      const back = await advisories.kept(tx, await claims.cameBack(tx, actor, again, way));
      await claims.advisoriesTaken(tx, actor, back, way);
    },
    changed: (tx, actor) => warnings.advisoriesChanged(tx, actor),
  });
  const contact = (tx: Db) => system.contact(tx);
  const signing = signingService(wrapper, { cert: contact });
  const bundleKeys = bundleKeyService({ database, wrapper, certId: people.certId });
  const bundles = bundleService({
    database,
    uploads,
    blobs,
    keys,
    bundleKeys,
    plant,
    captures,
    detections,
    contact,
    onError,
  });
  uploads.completes('bundle', bundles.completed);
  const published = publishedService({ signing, known: claims.readable });
  const fetcher = ways?.fetcher ?? fetcherOver(config.outbound);
  const mailer = ways?.mailer ?? mailerOver(config.mail);
  const deliveries = deliveryService({
    database,
    jobs,
    mailer,
    fetcher,
    signing,
    wrapper,
    links,
    origin: config.origin,
    contact,
    certId: people.certId,
    settled: (...settled) => alerts.settled(...settled),
    reads: published.isReadable,
    letter: (tx, notice) => deadlines.letter(tx, notice),
    letters: {
      toSend: (id) => mailbox.outgoing.toSend(id),
      sent: (id) => mailbox.outgoing.sent(id),
    },
    onError: (error) => log.error({ err: error }, 'delivery'),
  });
  const headMail = headMailService(database, jobs, audit, deliveries);
  const subscriptions = subscriptionService({
    database,
    mailer,
    signing,
    links,
    deliveries,
    masterKey: config.masterKey,
    wake: () => jobs.wake(),
  });
  const alerts: AlertService = alertService({
    database,
    jobs,
    deliveries,
    advisories,
    keyState: subscriptions.keyState,
    plant: () => plant,
    origin: config.origin,
  });
  const webhooks = webhookService({ fetcher, wrapper });
  const cases = caseService({
    database,
    keys,
    certId: people.certId,
    tries: triesOver(database, config.masterKey),
    links,
    masterKey: config.masterKey,
    wrote: (...written) => mailbox.wrote(...written),
    sealNotice: (...notice) => deadlines.sealAddressee(...notice),
    beforeAnswer: (...answer) => caseConsents.beforeAnswer(...answer),
  });
  const door = caseDoor(keys);
  const findings = findingService({ keys, cases: door });
  const investigations = investigationService({
    cases: door,
    findings,
    evidence: {
      message: cases.messagesOf,
      file: (...of) => evidence.cited(...of),
      observation: (...of) => timeline.cited(...of),
    },
    publisher: async (tx) => (await contact(tx))?.name ?? '',
  });
  const caseConsents = caseConsentService({
    database,
    keys,
    cases: door,
    certId: people.certId,
    facts: investigations.factsNamed,
    releases: () => releases,
    told: deliveries.sentOf,
  });
  const releases: ReleaseService = releaseService({
    database,
    jobs,
    signing,
    origin: config.origin,
    outgoing: deliveries.gate,
    contact,
    consents: caseConsents,
  });
  releases.lets(profileSubject({ origin: config.origin, signing, contact, certId: people.certId }));
  const publisher = async (tx: Db) => publisherOf((await contact(tx)) ?? nobody, config.origin);
  const addressOf = (name: string, label: Tlp) => `${config.origin}${urlOfFile(name, label)}`;
  const publications = publicationService({
    about: (tx, ref) => claims.get(tx, ref),
    undecided: async (tx, ids) => {
      const states = await claims.stateOf(tx, ids);
      return ids.filter((id) => {
        const state = states.get(id);
        return !state || state.disputed || state.checkedBy.length < 2;
      });
    },
    documents: async (tx, snapshot, before) =>
      documentsWithFindings(snapshot, {
        publisher: await publisher(tx),
        addressOf,
        before,
        now: new Date().toISOString(),
      }),
    recall: ({ tx, actor }, { id, reason }) => releases.recallOf(tx, actor, 'publication', id, reason),
  });
  releases.lets(
    publicationSubject({
      publications,
      publisher,
      claims: async (tx, ids) => {
        const states = [...(await claims.stateOf(tx, ids))];
        const unchecked = states.filter(([, { checkedBy }]) => checkedBy.length < 2);
        const disputed = states.filter(([, state]) => state.disputed);
        return { unchecked: unchecked.map(([id]) => id), disputed: disputed.map(([id]) => id) };
      },
      limits: claims.limitsOf,
      open: (tx, ids, { label, scope }) => claims.open(tx, ids, label, scope),
      callBack: claims.callBack,
      addressOf,
      library: imports,
    }),
  );
  const evidence = evidenceService({ cases, audit, uploads, keys, certId: people.certId });
  uploads.completes('evidence', evidence.completed);
  const runs = runService({ database, jobs, cases, evidence, uploads, blobs, keys, detections });
  const timeline = timelineService({ cases, evidence, keys, plant, detections });
  const concerns = concernService({ cases, keys, plant, consents, timeline });
  const caseNotices = noticesOf(database, deliveries);
  const breakGlass = breakGlassService({ database, cases: { abouts: aboutCases }, tell: caseNotices });
  const retention = retentionService({
    database,
    keys,
    cases: { about: aboutCase, abouts: aboutCases },
    tell: caseNotices,
    beforePurge: caseConsents.beforePurge,
    beforeAnswer: caseConsents.beforeAnswer,
    breakGlass,
    counts: { messages: countMessages, evidence: evidence.count },
    onError: (error) => log.error({ err: error }, 'retention'),
  });
  const files = dataFiles(config.data);
  const mailbox: MailboxService = mailboxService({
    database,
    imap: config.mailbox && imapOver(config.mailbox),
    from: config.mail?.from,
    cases,
    evidence,
    timeline,
    uploads,
    door,
    deliveries,
    signing,
    people: subscriptions,
    masterKey: config.masterKey,
    origin: config.origin,
    contact,
    certId: people.certId,
    wake: () => jobs.wake(),
    onError: (error) => log.error({ err: error }, 'mailbox'),
  });
  const casework = caseworkService({ cases: door, files });
  const deadlines: DeadlineService = deadlineService({
    database,
    cases: door,
    files,
    casework,
    deliveries,
    signing,
    certId: people.certId,
  });
  /** To the people of an organisation, of a case of theirs; the CERT knows its own. */
  const tellOwner = async (tx: Db, actor: Actor, notice: CaseNotice) => {
    const { owner, key, reference, texts, path } = notice;
    if (!deliveries.mails || owner === (await people.certId(tx))) return;
    const agent = onBehalfOf(owner, null, ['MAD']);
    await database.become(tx, agent);
    await deliveries.tell(tx, agent, {
      key,
      case: notice.case,
      about: { ...noAbout, kind: 'case', ref: reference },
      texts,
      path,
      recipients: await people.addressesOf(tx, owner),
    });
    await database.become(tx, actor);
  };
  const team = teamService({ cases, tell: tellOwner });
  const guests = guestService({
    cases,
    keys,
    links,
    cert: async (tx) => (await contact(tx))?.name ?? '',
    tell: tellOwner,
    async mail(tx, actor, to) {
      const postman = deliveries.mails && (await deliveries.postman(tx));
      if (!postman) return;
      await database.become(tx, postman);
      await deliveries.invite(tx, postman.organisation!, to);
      await database.become(tx, actor);
    },
  });
  const caseExports = caseExportService({
    cases,
    guests,
    timeline,
    evidence,
    runs,
    concerns,
    casework,
    investigations,
    findings,
    publisher: async (tx) => (await contact(tx))?.name ?? '',
    origin: config.origin,
  });
  const checks = checkService({ verdicts, releases });
  const kits = kitService({
    database,
    blobs,
    keys,
    signing,
    bundleKeys,
    advisories,
    detections,
    people: { names: (tx, ids) => plant.people(tx, ids) },
    origin: config.origin,
    built: builtKit,
    contact,
    certId: people.certId,
    organisationName: people.organisationName,
    organisationCalled: people.organisationCalled,
  });
  const search = searchService({
    database,
    certId: people.certId,
    texts: {
      advisory: advisories.searched,
      record: claims.searched,
      publication: published.searched,
    },
    readable: { advisory: advisories.lines, publication: published.readable },
    vulnerabilities: claims.among,
  });
  const outside = outbound({ origin: config.origin, database, signing, contact });
  const proposals = proposalService();
  const folders = join(config.data, 'sources');
  const derivations = derivationService({
    database,
    jobs,
    claims,
    advisories,
    sources: { waysOf: (tx, ids) => sources.waysOf(tx, ids) },
    remember,
    threatsChanged: (tx, actor) => warnings.threatsChanged(tx, actor),
    recordsReread: async (tx, actor, cves) =>
      board.reread(tx, actor, await sources.entriesAbout(tx, actor, cves)),
  });
  const sources: SourceService = sourceService({
    database,
    jobs,
    fetcher,
    imports,
    board: {
      known: board.known,
      relabelled: board.relabelled,
      async took(tx, actor, said, news) {
        await remember(
          tx,
          actor,
          said.map(({ externalId }) => externalId),
        );
        await board.took(tx, actor, said, news);
      },
    },
    folders,
    removed: (tx, source, said) => derivations.sourceRemoved(tx, source, said === 'delete'),
  });
  const packs = packService({
    database,
    jobs,
    blobs,
    keys,
    uploads,
    sources,
    imports,
    published,
    claims,
    signing,
    origin: config.origin,
    folder: join(config.data, 'packs'),
    contact,
  });
  const demo = demoService({
    database,
    jobs,
    uploads,
    people,
    plant,
    warnings,
    zones,
    consents,
    captures,
    inventories,
    baselines,
    imports,
    claims,
    verdicts,
    radar,
    publications,
    proposals,
    releases,
    signing,
    sources,
    checks,
    subscriptions,
    webhooks,
    alerts,
    folders,
    cases,
    mailbox,
    evidence,
    runs,
    timeline,
    casework,
    deadlines,
    caseConsents,
    investigations,
    findings,
    team,
    guests,
    system: () => system,
  });
  const system: SystemService = systemService(people, identity, database, demo);

  const endpoints: Endpoint[] = [
    ...systemRoutes(system),
    ...searchRoutes(search),
    ...peopleRoutes(people),
    ...plantRoutes(plant),
    ...zoneRoutes(zones),
    ...consentRoutes(consents, caseConsents),
    ...inventoryRoutes(inventories),
    ...captureRoutes(captures),
    ...bundleRoutes(bundles),
    ...detectionRoutes(detections),
    ...namesRoutes(names),
    ...kitRoutes(kits),
    ...observationRoutes(observations),
    ...baselineRoutes(baselines),
    ...advisoryRoutes(advisories, imports, warnings),
    ...vulnerabilityRoutes(claims, verdicts),
    ...radarRoutes(radar),
    ...caseRoutes(cases, team, guests),
    ...mailboxRoutes(mailbox),
    ...evidenceRoutes(evidence, runs, timeline),
    ...concernRoutes(concerns),
    ...retentionRoutes(retention, breakGlass),
    ...caseworkRoutes(casework, deadlines),
    ...caseExportRoutes(caseExports),
    ...learningRoutes(
      learningService({ cases: door, concerns, investigations, timeline, caseConsents, publications }),
    ),
    ...investigationRoutes(investigations, findings, translationService({ cases: door, investigations })),
    ...warningRoutes(warnings, work, proof),
    ...alertRoutes(alerts),
    ...releaseRoutes(releases),
    ...publishedRoutes(published),
    ...deliveryRoutes(deliveries, subscriptions, webhooks),
    ...signingRoutes(signing),
    ...checkRoutes(checks),
    ...publicationRoutes(publications, proposals),
    ...sourceRoutes(sources),
    ...packRoutes(packs),
    ...auditRoutes(audit, headMail),
    ...jobRoutes(jobService(jobs)),
  ];
  const workers: Partial<Record<JobKind, Worker>> = {
    ...captureWorkers({ database, uploads, blobs, keys, results, detections }),
    'import-advisories': imports.work,
    'import-inventory': inventories.work,
    'import-bundle': bundles.work,
    'match-advisories': warnings.work,
    'decide-warnings': warnings.decideAll,
    'send-release': releases.work,
    'fetch-source': sources.work,
    ...packs.workers,
    deliver: deliveries.work,
    'tell-warnings': alerts.work,
    'derive-claims': derivations.derive,
    'withdraw-claims': derivations.withdraw,
    ...runs.workers,
  };
  const mountRaw = async (app: FastifyInstance, identify: Identify) => {
    identity.mount(app);
    outside.mount(app, identify);
    await mountUnsubscribe(app, subscriptions);
    await uploads.mount(app, identify);
    // What a kill left half-done is finished while people already come in.
    void uploads.recover().then(blobs.sweep).catch(onError);
    void warnings
      .learn()
      .then(() => database.as(visitor, warnings.warmUp))
      .catch(onError);
    const sweeping = setInterval(() => {
      void uploads.sweep().then(blobs.sweep).catch(onError);
      void work.reopen().catch(onError);
    }, 3_600_000);
    void work.reopen().catch(onError);
    app.addHook('onClose', async () => clearInterval(sweeping));
  };
  return {
    endpoints,
    workers,
    audit,
    headMail,
    uploads,
    blobs,
    plant,
    zones,
    consents,
    caseConsents,
    captures,
    bundles,
    bundleKeys,
    inventories,
    imports,
    claims,
    derivations,
    verdicts,
    radar,
    sources,
    packs,
    fetcher,
    warnings,
    cases,
    evidence,
    runs,
    timeline,
    retention,
    casework,
    deadlines,
    alerts,
    work,
    releases,
    checks,
    kits,
    deliveries,
    subscriptions,
    webhooks,
    mailer,
    mailbox,
    signing,
    publications,
    proposals,
    search,
    people,
    system,
    demo,
    identity,
    identify: identity.identify,
    mountRaw,
  };
}

/** Where entries of catalogues and feeds go: claims are made of them, and analysts are shown what is new. */
function boardOf(claims: ClaimService, radar: RadarService) {
  const audience: string[] = [];
  const common = ({ label, scope, source, externalId, updatedAt, title }: Entry) => ({
    label,
    scope,
    audience,
    publisher: source,
    version: updatedAt.toISOString(),
    title,
    trackingId: externalId.slice(0, 200),
  });
  const recordOf = (entry: Entry) => ({
    ...common(entry),
    id: entry.id,
    publisherKind: entry.kind === 'claims' ? ('coordinator' as const) : ('catalogue' as const),
    vendors: [],
    url: entry.link,
    updatedAt: entry.updatedAt,
    facts: entry.facts,
    said: entry.said,
    way: entry.way,
  });
  return {
    known: claims.known,
    relabelled: claims.relabelled,
    async reread(tx: Db, actor: Actor, entries: readonly Entry[]) {
      await claims.recordsReread(tx, actor, entries.map(recordOf));
    },
    async took(tx, actor, said, news) {
      const arrivals = await claims.recordsTaken(tx, actor, said.map(recordOf));
      const came = new Map(arrivals.map((arrival) => [arrival.document, arrival]));
      await radar.arrived(
        tx,
        actor,
        news.map((entry) => {
          const { trackingId, ...rest } = common(entry);
          return {
            ...rest,
            document_id: entry.id,
            kind: 'record' as const,
            tracking_id: trackingId,
            url: entry.link,
            words: [...entry.cves],
          };
        }),
        news.map(({ id, kind, isFresh, summary }) => {
          const arrival = came.get(id);
          return {
            document: id,
            vulnerabilities: [],
            severity: 'unknown' as const,
            score: null,
            contradicts: false,
            ...arrival,
            isNew: isFresh,
            exploited: arrival?.exploited || kind === 'kev',
            summary,
          };
        }),
      );
    },
  } satisfies Board & { reread: unknown };
}

/** What is told to an organisation of its own has nothing that subscriptions ask for. */
const noAbout = { version: '', vendors: [], severity: null, original: 'en', summary: '' } as const;

/** Before the instance is set up nothing can be proposed; its name would stand on it. */
const nobody = { name: '', shortName: '', country: '', phone: '', email: '', url: '' };

export type House = ReturnType<typeof compose>;
