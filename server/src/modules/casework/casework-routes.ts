import { caseworkApi, deadlineApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CaseworkService } from './casework-service.ts';
import type { DeadlineService } from './deadline-service.ts';

export const caseworkRoutes = (casework: CaseworkService, deadlines: DeadlineService) => [
  ...implement(caseworkApi, {
    playbooks: (ask) => casework.playbooks(ask),
    tasks: (ask) => casework.tasks(ask),
    choose: (ask) => casework.choose(ask),
    unchoose: (ask) => casework.unchoose(ask),
    addTask: (ask) => casework.addTask(ask),
    changeTask: (ask) => casework.changeTask(ask),
    undoTask: (ask) => casework.undoTask(ask),
    measures: (ask) => casework.measures(ask),
    addMeasure: (ask) => casework.addMeasure(ask),
    changeMeasure: (ask) => casework.changeMeasure(ask),
    moveMeasure: (ask) => casework.moveMeasure(ask),
  }),
  ...implement(deadlineApi, {
    laws: (ask) => deadlines.laws(ask),
    list: (ask) => deadlines.list(ask),
    start: (ask) => deadlines.start(ask),
    event: (ask) => deadlines.event(ask),
    stop: (ask) => deadlines.stop(ask),
    resume: (ask) => deadlines.resume(ask),
    draft: (ask) => deadlines.draft(ask),
    notice: (ask) => deadlines.notice(ask),
    write: (ask) => deadlines.write(ask),
    send: (ask) => deadlines.send(ask),
    text: (ask) => deadlines.text(ask),
    received: (ask) => deadlines.received(ask),
    receivedOne: (ask) => deadlines.receivedOne(ask),
    authorities: (ask) => deadlines.authorities(ask),
    addAuthority: (ask) => deadlines.addAuthority(ask),
    removeAuthority: (ask) => deadlines.removeAuthority(ask),
  }),
];
