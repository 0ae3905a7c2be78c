import { evidenceApi, timelineApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { EvidenceService } from './evidence-service.ts';
import type { RunService } from './run-service.ts';
import type { TimelineService } from './timeline-service.ts';

export const evidenceRoutes = (evidence: EvidenceService, runs: RunService, timeline: TimelineService) => [
  ...implement(evidenceApi, {
    list: (ask) => evidence.list(ask),
    begin: (ask) => evidence.begin(ask),
    get: (ask) => evidence.get(ask),
    claimHash: (ask) => evidence.claimHash(ask),
    move: (ask) => evidence.move(ask),
    share: (ask) => evidence.share(ask),
    setClock: (ask) => evidence.setClock(ask),
    custody: (ask) => evidence.custody(ask),
    exportCustody: (ask) => evidence.exportCustody(ask),
    download: (ask) => evidence.download(ask),
    run: (ask) => runs.run(ask),
    runs: (ask) => runs.list(ask),
    getRun: (ask) => runs.get(ask),
    cancelRun: (ask) => runs.cancel(ask),
    output: (ask) => runs.output(ask),
  }),
  ...implement(timelineApi, {
    list: (ask) => timeline.list(ask),
    note: (ask) => timeline.note(ask),
    decide: (ask) => timeline.decide(ask),
    undo: (ask) => timeline.undo(ask),
    mark: (ask) => timeline.mark(ask),
    classify: (ask) => timeline.classify(ask),
    hypotheses: (ask) => timeline.hypotheses(ask),
    suppose: (ask) => timeline.suppose(ask),
    judge: (ask) => timeline.judge(ask),
    weigh: (ask) => timeline.weigh(ask),
  }),
];
