import { detectionApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { DetectionService } from './detection-service.ts';

export const detectionRoutes = (detections: DetectionService) =>
  implement(detectionApi, {
    list: (ask) => detections.list(ask),
    file: (ask) => detections.file(ask),
  });
