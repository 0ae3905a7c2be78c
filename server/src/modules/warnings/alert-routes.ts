import { alertApi, reachApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { AlertService } from './alert-service.ts';

export const alertRoutes = (alerts: AlertService) => [
  ...implement(alertApi, {
    list: (ask) => alerts.list(ask),
    summary: (ask) => alerts.summary(ask),
    get: (ask) => alerts.get(ask),
    see: (ask) => alerts.see(ask),
    acknowledge: (ask) => alerts.acknowledge(ask),
    handBack: (ask) => alerts.handBack(ask),
    settings: (ask) => alerts.settings(ask),
    setMine: (ask) => alerts.setMine(ask),
    setOrganisation: (ask) => alerts.setOrganisation(ask),
    openCalendar: (ask) => alerts.openCalendar(ask),
    closeCalendar: (ask) => alerts.closeCalendar(ask),
    calendar: (ask) => alerts.calendar(ask),
  }),
  ...implement(reachApi, {
    board: (ask) => alerts.reach(ask),
    silent: (ask) => alerts.silent(ask),
  }),
];
