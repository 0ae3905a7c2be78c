import type { WatchedFor } from '@busbar/contract';
import { detections, techniqueOf, wordsFor } from '@busbar/dissect';

/** What comes with the program; of two it is made up that they were brought. */
export const watchedFor = (language: 'en' | 'ru' | 'zh'): WatchedFor[] =>
  detections.map((detection, place) => ({
    id: detection.id,
    version: place % 50 === 7 ? 3 : 1,
    ...wordsFor(detection.id, language),
    severity: detection.severity,
    certainty: detection.certainty,
    techniques: detection.techniques.map(techniqueOf),
    looksAt: Object.keys(detection.seen)[0] as WatchedFor['looksAt'],
    brought: place % 50 === 7 ? { by: 'CERT of the coast: detections', instead: place > 50 } : null,
  }));
