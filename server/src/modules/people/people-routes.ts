import { peopleApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { PeopleService } from './people-service.ts';

export const peopleRoutes = (people: PeopleService) =>
  implement(peopleApi, {
    me: (ask) => people.me(ask),
    changeMe: (ask) => people.changeMe(ask),
    actAs: (ask) => people.actAs(ask),
    organisations: (ask) => people.organisations(ask),
    addOrganisation: (ask) => people.addOrganisation(ask),
    members: (ask) => people.members(ask),
    changeRoles: (ask) => people.changeRoles(ask),
    endMembership: (ask) => people.endMembership(ask),
    invitations: (ask) => people.invitations(ask),
    invite: (ask) => people.invite(ask),
    withdrawInvitation: (ask) => people.withdrawInvitation(ask),
    // The people of the CERT are managed by its administrator, whose organisation it is.
    inviteStaff: (ask) => people.invite(ask),
    changeStaffRoles: (ask) => people.changeRoles(ask),
    endStaffMembership: (ask) => people.endMembership(ask),
    staffInvitations: (ask) => people.invitations(ask),
    withdrawStaffInvitation: (ask) => people.withdrawInvitation(ask),
    invitation: (ask) => people.invitation(ask),
    acceptInvitation: (ask) => people.acceptInvitation(ask),
    keys: (ask) => people.keys(ask),
    addKey: (ask) => people.addKey(ask),
    revokeKey: (ask) => people.revokeKey(ask),
    communities: (ask) => people.communities(ask),
    addCommunity: (ask) => people.addCommunity(ask),
  });
