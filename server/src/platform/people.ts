import type { Language, Organisation, Role, Tlp } from '@busbar/contract';
import type { Generated, JSONColumnType } from 'kysely';

// Who there is. Every module may name the people and organisations of its rows; only `modules/people` changes them.

declare module './database.ts' {
  interface Tables {
    organisation: {
      id: Generated<string>;
      name: string;
      aliases: Generated<string[]>;
      kinds: Organisation['kinds'];
      country: string;
      sectors: Generated<string[]>;
      parent_id: Generated<string | null>;
      state: Generated<Organisation['state']>;
      created_at: Generated<Date>;
    };
    person: {
      id: Generated<string>;
      name: string;
      email: string;
      language: Generated<Language | null>;
      timezone: Generated<string | null>;
      state: Generated<'active' | 'ended'>;
      last_seen: Generated<Date | null>;
      created_at: Generated<Date>;
    };
    membership: {
      id: Generated<string>;
      person_id: string;
      organisation_id: string;
      roles: Role[];
      since: Generated<Date>;
      until: Generated<Date | null>;
      approved_by: Generated<string | null>;
    };
    invitation: {
      id: Generated<string>;
      organisation_id: string;
      name: string;
      email: string;
      roles: Role[];
      code_hash: Buffer;
      invited_by: string | null;
      created_at: Generated<Date>;
      expires_at: Date;
      accepted_at: Generated<Date | null>;
      withdrawn_at: Generated<Date | null>;
    };
    community: {
      id: Generated<string>;
      name: string;
      default_label: Generated<Tlp>;
      hidden_members: Generated<boolean>;
      created_at: Generated<Date>;
    };
    community_member: { community_id: string; organisation_id: string };
    setting: { name: string; value: JSONColumnType<object, string, string> };
  }
}
