import { publicationApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ProposalService } from './proposal-service.ts';
import type { PublicationService } from './publication-service.ts';

export const publicationRoutes = (publications: PublicationService, proposals: ProposalService) =>
  implement(publicationApi, {
    list: (ask) => publications.list(ask),
    create: (ask) => publications.create(ask),
    get: (ask) => publications.get(ask),
    describe: (ask) => publications.describe(ask),
    save: (ask) => publications.save(ask),
    translate: (ask) => publications.translate(ask),
    settle: (ask) => publications.settle(ask),
    presence: (ask) => publications.presence(ask),
    move: (ask) => publications.move(ask),
    revise: (ask) => publications.revise(ask),
    versions: (ask) => publications.versions(ask),
    changes: (ask) => publications.changes(ask),
    preview: (ask) => publications.preview(ask),
    documents: (ask) => publications.documents(ask),
    embargo: (ask) => publications.embargo(ask),
    withdraw: (ask) => publications.withdraw(ask),
    propose: (ask) => proposals.propose(ask),
    proposals: (ask) => proposals.list(ask),
    proposal: (ask) => proposals.get(ask),
    takeBack: (ask) => proposals.takeBack(ask),
    endConsent: (ask) => proposals.endConsent(ask),
    decline: (ask) => proposals.decline(ask),
  });
