import { Language, type Role } from '@busbar/contract';
import { sql } from 'kysely';

import { founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { CaseAbout } from '../cases/case-about-service.ts';
import type { DeliveryService } from '../deliveries/delivery-service.ts';
import type { Words } from './retention-words.ts';
import { words } from './retention-words.ts';

export type Tell = ReturnType<typeof noticesOf>;

/**
 * Tells people of something that is done with a case of theirs, once for each key. Acts as the founder before and after.
 */
export function noticesOf(database: Database, deliveries: Pick<DeliveryService, 'tell'>) {
  return {
    /** Who authorises for its owner; while it is the CERT's, its team. */
    owner: (tx: Db, about: CaseAbout, key: string, say: Say) =>
      tell(
        tx,
        about.owner.id,
        about.isMembers ? { roles: ['MAD'] } : { people: about.team },
        about,
        key,
        say,
      ),

    /** The leads of an organisation. */
    leads: (tx: Db, organisation: string, about: CaseAbout, key: string, say: Say) =>
      tell(tx, organisation, { roles: ['LEAD'] }, about, key, say, '/break-glass'),
  };

  async function tell(
    tx: Db,
    organisation: string,
    whom: { roles: Role[] } | { people: readonly string[] },
    about: CaseAbout,
    key: string,
    say: Say,
    path = `/cases/${about.id}/retention`,
  ): Promise<void> {
    const recipients = await peopleOf(tx, organisation, whom);
    const agent = onBehalfOf(organisation, null, 'roles' in whom ? whom.roles : ['LEAD']);
    await database.become(tx, agent);
    await deliveries.tell(tx, agent, {
      key,
      case: about.id,
      about: {
        kind: 'case',
        ref: about.reference,
        version: '',
        vendors: [],
        severity: null,
        original: 'en',
        summary: '',
      },
      texts: Object.fromEntries(Language.options.map((language) => [language, say(words[language])])),
      path,
      recipients,
    });
    await database.become(tx, founder);
  }
}

type Say = (words: Words) => { subject: string; text: string };

async function peopleOf(
  tx: Db,
  organisation: string,
  whom: { roles: Role[] } | { people: readonly string[] },
) {
  let query = tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select([
      'p.id as person',
      'p.email as address',
      sql<Language>`coalesce(p.language, 'en')`.as('language'),
    ])
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .where('p.state', '=', 'active');
  if ('roles' in whom) query = query.where(sql<boolean>`m.roles::text[] && ${whom.roles}::text[]`);
  else query = query.where(sql<boolean>`p.id = any (${whom.people}::uuid[])`);
  const rows = await query.execute();
  return rows.map(({ address, ...row }) => ({ ...row, address: address.toLowerCase() }));
}
