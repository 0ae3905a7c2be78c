import { z } from 'zod';

import { roles } from './matrix.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, email, Id, Instant, line, Tlp } from './words.ts';

export const RoleCode = z.enum(roles);

export const OrganisationKind = z.enum([
  'operator',
  'vendor',
  'research',
  'government',
  'cert',
  'integrator',
  'training',
]);
export const OrganisationState = z.enum(['applied', 'verified', 'active', 'suspended', 'left']);

export const Organisation = z.object({
  id: Id,
  name: z.string(),
  kinds: z.array(OrganisationKind),
  country: z.string(),
  sectors: z.array(z.string()),
  state: OrganisationState,
  since: Instant,
});
export type Organisation = z.infer<typeof Organisation>;

/** Which roles an organisation of a kind may give its people. */
export const rolesOfKind: Record<z.infer<typeof OrganisationKind>, readonly z.infer<typeof RoleCode>[]> = {
  operator: ['MEM', 'MAD'],
  integrator: ['MEM', 'MAD'],
  vendor: ['VEN'],
  research: ['RES'],
  government: ['GOV'],
  cert: ['ANA', 'LEAD', 'ADM', 'TRN'],
  training: ['TRN', 'TEE'],
};

/** Who reads what others entrusted to the CERT, or lets people in: where the instance says so, with a passkey alone. */
export const staffRoles: readonly z.infer<typeof RoleCode>[] = ['ANA', 'LEAD', 'ADM'];

export const Membership = z.object({
  id: Id,
  organisation: z.object({ id: Id, name: z.string(), kinds: z.array(OrganisationKind) }),
  roles: z.array(RoleCode),
  since: Instant,
});
export type Membership = z.infer<typeof Membership>;

export const Language = z.enum(['en', 'ru', 'zh']);
export type Language = z.infer<typeof Language>;

/** Who is asking. A visitor has no person; somebody with several memberships acts as one of them at a time. */
export const Me = z.object({
  person: z
    .object({
      id: Id,
      name: z.string(),
      email: z.string(),
      language: Language.nullable(),
      timezone: z.string().nullable(),
    })
    .nullable(),
  acting: Membership.nullable(),
  memberships: z.array(Membership),
  roles: z.array(RoleCode).describe('Held in the acting membership; PUB for a visitor'),
  secondFactor: z
    .object({ passkeys: z.number().int(), totp: z.boolean(), recoveryCodesLeft: z.number().int() })
    .nullable(),
  mustAddSecondFactor: z.boolean().describe('Signed in, but nothing opens until a passkey or TOTP is added'),
  mustUsePasskey: z
    .boolean()
    .describe('As staff: nothing opens until a passkey is added, or shown in this session'),
  proved: z
    .boolean()
    .describe('Signed in, or in again, so lately that nothing which asks for it would ask now'),
});
export type Me = z.infer<typeof Me>;

export const Member = z.object({
  id: Id.describe('Of the membership'),
  person: z.object({ id: Id, name: z.string(), email: z.string() }),
  roles: z.array(RoleCode),
  since: Instant,
  lastSeen: Instant.nullable(),
  secondFactor: z.boolean(),
  passkey: z.boolean(),
});
export type Member = z.infer<typeof Member>;

export const Invitation = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  organisation: z.object({ id: Id, name: z.string() }),
  roles: z.array(RoleCode),
  invitedBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
  state: z.enum(['open', 'accepted', 'withdrawn', 'expired']),
});
export type Invitation = z.infer<typeof Invitation>;

export const MachineKey = z.object({
  id: Id,
  name: z.string(),
  start: z.string().describe('Its first characters, to tell it from others'),
  maxTlp: Tlp.describe('Its ceiling: nothing with a stricter label is shown to it'),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsed: Instant.nullable(),
});
export type MachineKey = z.infer<typeof MachineKey>;

export const Community = z.object({
  id: Id,
  name: z.string(),
  organisations: z.array(z.object({ id: Id, name: z.string() })),
  defaultTlp: Tlp,
});
export type Community = z.infer<typeof Community>;

export const peopleApi = {
  me: route({
    method: 'GET',
    path: '/api/me',
    summary: 'Who I am, as whom I act, and what I may act as',
    action: 'see and change my own account',
    records: null,
    reply: Me,
  }),
  changeMe: route({
    method: 'PUT',
    path: '/api/me',
    summary: 'Change my name, language or time zone',
    action: 'see and change my own account',
    records: 'account changed',
    body: z.object({
      name: line().optional(),
      language: Language.nullable().optional(),
      timezone: line(60).nullable().optional(),
    }),
    reply: Done,
  }),
  actAs: route({
    method: 'POST',
    path: '/api/me/acting',
    summary: 'Choose the membership to act as',
    action: 'see and change my own account',
    records: 'acting membership chosen',
    body: z.object({ membership: Id }),
    reply: Me,
  }),
  organisations: route({
    method: 'GET',
    path: '/api/organisations',
    summary: 'List the organisations of the constituency that I may know of',
    action: 'see the organisations of the constituency',
    records: null,
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(Organisation),
  }),
  addOrganisation: route({
    method: 'POST',
    path: '/api/organisations',
    summary: 'Add a verified organisation and invite its first authoriser',
    action: 'approve a member organisation',
    records: 'organisation added',
    body: z.object({
      name: line(),
      kinds: z.array(OrganisationKind).min(1),
      country: z.string().regex(/^[A-Z]{2}$/),
      sectors: z.array(line(60)).max(20).default([]),
      authoriser: z.object({ name: line(), email }),
    }),
    reply: z.object({ organisation: Organisation, invitation: Invitation, code: z.string() }),
  }),
  members: route({
    method: 'GET',
    path: '/api/members',
    summary: 'List the people of the organisation I act for',
    action: 'see the members of my organisation',
    records: 'members listed',
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(Member),
  }),
  changeRoles: route({
    method: 'PUT',
    path: '/api/members/:id/roles',
    summary: 'Change the roles of a member of my organisation',
    action: 'manage users of own organisation',
    records: 'roles changed',
    params: ById,
    body: z.object({ roles: z.array(RoleCode).min(1) }),
    reply: Done,
  }),
  endMembership: route({
    method: 'POST',
    path: '/api/members/:id/end',
    summary: 'End a membership; its sessions end at once',
    action: 'manage users of own organisation',
    records: 'membership ended',
    params: ById,
    reply: Done,
  }),
  invitations: route({
    method: 'GET',
    path: '/api/invitations',
    summary: 'List the invitations of the organisation I act for',
    action: 'manage users of own organisation',
    records: null,
    query: Paging,
    reply: page(Invitation),
  }),
  invite: route({
    method: 'POST',
    path: '/api/invitations',
    summary: 'Invite a person into my organisation; the code is shown once',
    action: 'manage users of own organisation',
    records: 'person invited',
    body: z.object({ name: line(), email, roles: z.array(RoleCode).min(1) }),
    reply: z.object({ invitation: Invitation, code: z.string() }),
  }),
  withdrawInvitation: route({
    method: 'DELETE',
    path: '/api/invitations/:id',
    summary: 'Withdraw an invitation that was not accepted yet',
    action: 'manage users of own organisation',
    records: 'invitation withdrawn',
    params: ById,
    reply: Done,
  }),
  /** Staff of the CERT itself are brought in by the administrator, who sees no content. */
  inviteStaff: route({
    method: 'POST',
    path: '/api/staff/invitations',
    summary: 'Invite a person into the CERT; the code is shown once',
    action: 'manage platform settings and roles',
    records: 'person invited',
    body: z.object({ name: line(), email, roles: z.array(RoleCode).min(1) }),
    reply: z.object({ invitation: Invitation, code: z.string() }),
  }),
  changeStaffRoles: route({
    method: 'PUT',
    path: '/api/staff/:id/roles',
    summary: 'Change the roles of a member of the CERT',
    action: 'manage platform settings and roles',
    records: 'roles changed',
    params: ById,
    body: z.object({ roles: z.array(RoleCode).min(1) }),
    reply: Done,
  }),
  endStaffMembership: route({
    method: 'POST',
    path: '/api/staff/:id/end',
    summary: 'End the membership of a member of the CERT; its sessions end at once',
    action: 'manage platform settings and roles',
    records: 'membership ended',
    params: ById,
    reply: Done,
  }),
  staffInvitations: route({
    method: 'GET',
    path: '/api/staff/invitations',
    summary: 'List the invitations into the CERT',
    action: 'manage platform settings and roles',
    records: null,
    query: Paging,
    reply: page(Invitation),
  }),
  withdrawStaffInvitation: route({
    method: 'DELETE',
    path: '/api/staff/invitations/:id',
    summary: 'Withdraw an invitation into the CERT that was not accepted yet',
    action: 'manage platform settings and roles',
    records: 'invitation withdrawn',
    params: ById,
    reply: Done,
  }),
  invitation: route({
    method: 'GET',
    path: '/api/invitations/:code',
    summary: 'What an invitation code offers',
    action: 'accept an invitation or set up an empty instance',
    records: null,
    params: z.object({ code: z.string().max(200) }),
    reply: Invitation,
  }),
  acceptInvitation: route({
    method: 'POST',
    path: '/api/invitations/:code/accept',
    summary: 'Accept an invitation, with a new account or the one signed in',
    action: 'accept an invitation or set up an empty instance',
    records: 'invitation accepted',
    params: z.object({ code: z.string().max(200) }),
    body: z.object({ name: line().optional(), password: z.string().min(12).max(200).optional() }),
    reply: z.object({ person: Id, email: z.string() }),
  }),
  keys: route({
    method: 'GET',
    path: '/api/keys',
    summary: 'List the machine keys of my organisation',
    action: 'manage machine accounts of own organisation',
    records: null,
    reply: z.object({ items: z.array(MachineKey) }),
  }),
  addKey: route({
    method: 'POST',
    path: '/api/keys',
    summary: 'Make a machine key with a ceiling; the key is shown once',
    action: 'manage machine accounts of own organisation',
    records: 'machine key made',
    body: z.object({ name: line(), maxTlp: Tlp, days: z.number().int().min(1).max(366) }),
    reply: z.object({ key: MachineKey, secret: z.string() }),
  }),
  revokeKey: route({
    method: 'DELETE',
    path: '/api/keys/:id',
    summary: 'Revoke a machine key at once',
    action: 'manage machine accounts of own organisation',
    records: 'machine key revoked',
    params: ById,
    reply: Done,
  }),
  communities: route({
    method: 'GET',
    path: '/api/communities',
    summary: 'List the communities I may know of',
    action: 'see the organisations of the constituency',
    records: null,
    reply: z.object({ items: z.array(Community) }),
  }),
  addCommunity: route({
    method: 'POST',
    path: '/api/communities',
    summary: 'Found a community of organisations',
    action: 'manage communities',
    records: 'community founded',
    body: z.object({ name: line(), organisations: z.array(Id).max(1000), defaultTlp: Tlp.default('GREEN') }),
    reply: Community,
  }),
};
