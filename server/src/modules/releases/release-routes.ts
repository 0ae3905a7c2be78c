import { releaseApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ReleaseService } from './release-service.ts';

export const releaseRoutes = (releases: ReleaseService) =>
  implement(releaseApi, {
    list: (ask) => releases.list(ask),
    get: (ask) => releases.get(ask),
    artefact: (ask) => releases.artefact(ask),
    propose: (ask) => releases.propose(ask),
    check: (ask) => releases.check(ask),
    review: (ask) => releases.review(ask),
    withdraw: (ask) => releases.withdraw(ask),
    approve: (ask) => releases.approve(ask),
    reject: (ask) => releases.reject(ask),
    hold: (ask) => releases.hold(ask),
    recall: (ask) => releases.recall(ask),
  });
