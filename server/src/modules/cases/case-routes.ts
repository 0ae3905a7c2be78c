import { caseApi, guestApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CaseService } from './case-service.ts';
import type { GuestService } from './guest-service.ts';
import type { TeamService } from './team-service.ts';

export const caseRoutes = (cases: CaseService, team: TeamService, guests: GuestService) => [
  ...implement(caseApi, {
    report: (ask) => cases.report(ask),
    open: (ask) => cases.open(ask),
    claim: (ask) => cases.claim(ask),
    list: (ask) => cases.list(ask),
    get: (ask) => cases.get(ask),
    write: (ask) => cases.write(ask),
    allow: (ask) => cases.allow(ask),
    join: (ask) => team.join(ask),
    colleagues: (ask) => team.colleagues(ask),
    bring: (ask) => team.bring(ask),
    leave: (ask) => team.leave(ask),
    move: (ask) => cases.move(ask),
    related: (ask) => team.related(ask),
    pulse: (ask) => team.pulse(ask),
    seen: (ask) => team.seen(ask),
  }),
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
