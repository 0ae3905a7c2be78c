import { learningApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { LearningService } from './learning-service.ts';

export const learningRoutes = (learning: LearningService) =>
  implement(learningApi, {
    suggest: (ask) => learning.suggest(ask),
    lesson: (ask) => learning.lesson(ask),
    exercise: (ask) => learning.exercise(ask),
    exercises: (ask) => learning.exercises(ask),
    exerciseFile: (ask) => learning.exerciseFile(ask),
  });
