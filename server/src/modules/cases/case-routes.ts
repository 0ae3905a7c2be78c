import { caseApi, guestApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import { turnsOf } from '../../platform/turns.ts';
import type { CaseService } from './case-service.ts';
import type { GuestService } from './guest-service.ts';
import type { TeamService } from './team-service.ts';

/**
 * The words of a receipt are hashed slowly. Forty networks at once are all taken in a few seconds; 256 may wait, four of
 * each, and a network that sends more than that at once is told so.
 */
const desk = { atOnce: 2, lines: 256, inLine: 4, patience: 20_000 } as const;

export const caseRoutes = (cases: CaseService, team: TeamService, guests: GuestService) => [
  ...implement(caseApi, {
    report: (ask) => cases.report(ask),
    open: (ask) => cases.open(ask),
    claim: (ask) => cases.claim(ask),
    list: (ask) => cases.list(ask),
    get: (ask) => cases.get(ask),
    write: (ask) => cases.write(ask),
    allow: (ask) => cases.allow(ask),
    label: (ask) => cases.label(ask),
    join: (ask) => team.join(ask),
    colleagues: (ask) => team.colleagues(ask),
    bring: (ask) => team.bring(ask),
    leave: (ask) => team.leave(ask),
    move: (ask) => cases.move(ask),
    related: (ask) => team.related(ask),
    pulse: (ask) => team.pulse(ask),
    seen: (ask) => team.seen(ask),
  }).map((endpoint) =>
    endpoint.route === caseApi.report ? { ...endpoint, turns: turnsOf(desk) } : endpoint,
  ),
  ...implement(guestApi, {
    invite: (ask) => guests.invite(ask),
    decide: (ask) => guests.decide(ask),
    link: (ask) => guests.link(ask),
    remove: (ask) => guests.remove(ask),
    openThread: (ask) => guests.openThread(ask),
    invitation: (ask) => guests.invitation(ask),
    answer: (ask) => guests.answer(ask),
    mine: (ask) => guests.mine(ask),
    room: (ask) => guests.room(ask),
    leave: (ask) => guests.leave(ask),
  }),
];
