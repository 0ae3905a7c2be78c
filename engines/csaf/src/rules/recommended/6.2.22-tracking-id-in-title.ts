import type { Rule } from '../rule.ts';

export const trackingIdInTitle: Rule = {
  section: '6.2.22',
  name: 'tracking-id-in-title',
  versions: ['2.1'],
  advice: 'The title contains the tracking id {id}, which programs show beside it; remove it from the title',
  check({ document, tracking }, find) {
    if (tracking.id && document.title?.includes(tracking.id))
      find(['document', 'title'], { id: tracking.id });
  },
};
