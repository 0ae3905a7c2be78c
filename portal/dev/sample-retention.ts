import type { CaseRetention, RetentionLine } from '@busbar/contract';

/** A case that will be destroyed, one that is held, and one that is gone. */
export function sampleRetention(uuid: (place: number) => string, ago: (seconds: number) => string) {
  const line = (n: number, changes: Partial<RetentionLine>): RetentionLine => ({
    id: uuid(800 + n),
    reference: `INC-2026-4839-2057-118${n}`,
    kind: 'incident',
    owner: 'Nordwasser',
    class: 'usual',
    endedOn: '2024-12-20',
    purgeOn: '2026-12-20',
    hold: 'none',
    purge: 'none',
    announcedAt: ago(86_400),
    purgedAt: null,
    ...changes,
  });
  const lines = [
    line(1, { hold: 'placed' }),
    line(2, { purge: 'approved', purgeOn: '2028-03-02', endedOn: '2026-03-02', announcedAt: null }),
    line(3, { class: 'brief', purgedAt: ago(200_000), purgeOn: '2026-11-20' }),
  ];
  const hand = (by: string | null, seconds: number) => ({ by, at: ago(seconds) });
  const kept: CaseRetention = {
    id: uuid(801),
    reference: lines[0]!.reference,
    kind: 'incident',
    state: 'closed',
    label: 'AMBER+STRICT',
    owner: 'Nordwasser',
    opens: true,
    class: 'usual',
    months: 24,
    usual: 'usual',
    reason: null,
    chosenBy: null,
    endedOn: '2024-12-20',
    purgeOn: '2026-12-20',
    announcedAt: ago(86_400),
    schedule: [
      { class: 'brief', months: 3 },
      { class: 'usual', months: 24 },
      { class: 'long', months: 60 },
      { class: 'lasting', months: 120 },
    ],
    answers: null,
    holds: [
      {
        id: uuid(850),
        side: 'owner',
        state: 'proposed',
        reason: 'The insurer has not paid yet.',
        asked: hand('Ida Sommer', 90_000),
        decided: null,
        ended: null,
        mayDecide: true,
      },
    ],
    purges: [
      {
        id: uuid(851),
        side: 'owner',
        state: 'asked',
        reason: 'The works council asked for it.',
        asked: hand('Ida Sommer', 80_000),
        decided: null,
        executed: null,
        mayDecide: true,
        mayWithdraw: false,
      },
    ],
    breakGlass: [
      {
        id: uuid(852),
        case: uuid(801),
        reference: lines[0]!.reference,
        state: 'approved',
        reason: 'Messages of this case reach nobody; the queue must be looked at.',
        hours: 2,
        askedBy: 'Anna Berg',
        askedAt: ago(5000),
        decidedBy: 'Lena Brandt',
        decidedAt: ago(4000),
        until: ago(-3200),
        endedBy: null,
        endedAt: null,
        mine: false,
      },
    ],
    tombstone: null,
    may: { choose: true, answer: true, hold: 'place', purge: false },
  };
  const gone: CaseRetention = {
    ...kept,
    id: uuid(803),
    reference: lines[2]!.reference,
    breakGlass: [],
    holds: [],
    purges: [],
    may: { choose: false, answer: false, hold: 'no', purge: false },
    tombstone: {
      reference: lines[2]!.reference,
      kind: 'incident',
      receivedAt: ago(9_000_000),
      endedOn: '2026-08-20',
      class: 'brief',
      months: 3,
      purgeOn: '2026-11-20',
      rule: 'due',
      reason: null,
      purgedAt: ago(200_000),
      destroyed: { messages: 14 },
      digest: '6f1d2c9a0b8e4f7713c5d2e9a4b60718293a4b5c6d7e8f90a1b2c3d4e5f60718',
      ledger: { whole: true, seq: 48_213 },
    },
  };
  return { lines, kept, gone };
}
