import type { Passage, SearchAnswer, SearchHit } from '@busbar/contract';

/** Made-up results: everything is found, "ax-30" was mistyped, and "nothing" is nowhere. */
export function searchAnswer(
  { q, kind }: { q: string; kind: string | null },
  ids: Record<SearchHit['kind'], string>,
  at: (days: number) => string,
): SearchAnswer {
  const words: string[] = q.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const nothing: SearchAnswer = { groups: [], next: null, corrected: null, suggestion: null, words };
  if (words.length === 0 || words.includes('nothing')) return nothing;
  const corrected = /ax-?30\b/i.test(q) ? q.replace(/ax-?30\b/i, 'AX-300') : null;
  const marked = (text: string): Passage =>
    text
      .split(/(\b(?:AX-300|Aurum|controllers?)\b|контроллер\S*|控制器)/i)
      .map((piece, place) => ({ text: piece, found: place % 2 === 1 }))
      .filter((piece) => piece.text !== '');
  const hit = (of: SearchHit['kind'], n: number, changes: Partial<SearchHit>): SearchHit => ({
    kind: of,
    id: `${ids[of].slice(0, -2)}${10 + n}`,
    ref: `ACS-2026-${String(100 + n)}`,
    title: marked('Aurum AX-300: remote stop of the controller'),
    snippet: marked(
      '…commands are accepted from any station of the network. Firmware of the AX-300 before 4.35 stops when it is asked for its status too often; the process then runs on with its last outputs…',
    ),
    publisher: 'Aurum Controls PSIRT',
    label: 'CLEAR',
    severity: 'high',
    score: 7.5,
    at: at(n + 1),
    ...changes,
  });
  const groups: SearchAnswer['groups'] = [
    {
      kind: 'publication',
      count: 3,
      isMore: false,
      items: [
        hit('publication', 1, { ref: 'ADV-7KQ2M4XA', publisher: null, severity: null, score: null }),
        hit('publication', 2, {
          ref: 'ADV-2F9TB0WN',
          title: marked('Контроллеры Aurum AX-300: удалённая остановка'),
          snippet: marked(
            'Прошивка контроллеров до 4.35 останавливается при слишком частых запросах состояния.',
          ),
          label: 'GREEN',
          publisher: null,
          severity: null,
          score: null,
        }),
        hit('publication', 3, {
          ref: 'WRN-5D1HC8PZ',
          title: marked('Aurum AX-300 控制器可被远程停止'),
          snippet: marked('4.35 之前的控制器固件在频繁查询状态时会停止运行。'),
          publisher: null,
          severity: null,
          score: null,
        }),
      ],
    },
    {
      kind: 'vulnerability',
      count: 2,
      isMore: true,
      items: [1, 2].map((n) =>
        hit('vulnerability', n, {
          ref: `CVE-2026-9000${n}`,
          title: marked('Uncontrolled resource consumption in Aurum AX-300'),
          snippet: marked('Aurum Controls · Fenix HMI'),
          publisher: null,
          label: null,
        }),
      ),
    },
    {
      kind: 'advisory',
      count: 1000,
      isMore: true,
      items: [1, 2, 3, 4, 5].map((n) =>
        hit('advisory', n, n === 3 ? { title: marked('<b>Aurum</b> & the controllers') } : {}),
      ),
    },
  ];
  return {
    ...nothing,
    groups: groups.filter((group) => !kind || group.kind === kind),
    next: kind === 'advisory' ? '20' : null,
    corrected,
    suggestion: /aurun/i.test(q) ? q.replace(/aurun/i, 'aurum') : null,
  };
}
