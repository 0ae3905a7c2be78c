import type { CaseObservation, Told } from '@busbar/contract';

import type { useText } from '../../i18n/text.tsx';

/** What was seen, in the reader's language. Detections come translated; operations have the words of captures. */
export function whatWords(text: ReturnType<typeof useText>, { code, params, text: plain }: Told): string {
  const [, operation] = /^operation\.(.+)$/.exec(code) ?? [];
  if (operation) return text.coded('operation', { code: operation, params, text: plain });
  return text.coded('observed', { code, params, text: plain });
}

/** Where in which source. */
export function placeWords({ source, place }: Pick<CaseObservation, 'source' | 'place'>): string {
  return [source?.name, place].filter(Boolean).join(', ');
}
