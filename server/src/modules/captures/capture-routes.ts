import { baselineApi, captureApi, observationApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { BaselineService } from './baseline-service.ts';
import type { CaptureService } from './capture-service.ts';
import type { ObservationService } from './observation-service.ts';

export const captureRoutes = (captures: CaptureService) =>
  implement(captureApi, {
    list: (ask) => captures.list(ask),
    begin: (ask) => captures.begin(ask),
    claimHash: (ask) => captures.claimHash(ask),
    get: (ask) => captures.get(ask),
    devices: (ask) => captures.devices(ask),
    conversations: (ask) => captures.conversations(ask),
    map: (ask) => captures.map(ask),
    operations: (ask) => captures.operations(ask),
    anomalies: (ask) => captures.anomalies(ask),
    counts: (ask) => captures.counts(ask),
    message: (ask) => captures.message(ask),
    analyse: (ask) => captures.analyse(ask),
    remove: (ask) => captures.remove(ask),
    exportJson: (ask) => captures.exportJson(ask),
    exportCsv: (ask) => captures.exportCsv(ask),
    download: (ask) => captures.download(ask),
  });

export const observationRoutes = (observations: ObservationService) =>
  implement(observationApi, {
    detections: (ask) => observations.detections(ask),
    variables: (ask) => observations.variables(ask),
    transfers: (ask) => observations.transfers(ask),
    credentials: (ask) => observations.credentials(ask),
    content: (ask) => observations.content(ask),
  });

export const baselineRoutes = (baselines: BaselineService) =>
  implement(baselineApi, {
    get: (ask) => baselines.get(ask),
    exportJson: (ask) => baselines.exportJson(ask),
    learn: (ask) => baselines.learn(ask),
    forget: (ask) => baselines.forget(ask),
    differences: (ask) => baselines.differences(ask),
  });
