import { type AuditHead, done, type Language } from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { notFound } from '../../platform/problem.ts';
import type { DeliveryService } from '../deliveries/delivery-service.ts';
import type { AuditService } from './audit-service.ts';
import { headTexts } from './head-words.ts';

export type HeadMailService = ReturnType<typeof headMailService>;

declare module '../../platform/database.ts' {
  interface Tables {
    head_reader: { owner_id: string; person_id: string };
  }
}

/** Mails the head of each day to whoever of a member wants a copy of it. Needs the ledger, and the mail. */
export function headMailService(
  database: Database,
  jobs: Jobs,
  audit: Pick<AuditService, 'publish' | 'heads'>,
  deliveries: Pick<DeliveryService, 'tellHead' | 'mails'>,
) {
  return {
    async choice({ tx, actor }: Ask) {
      const row = await tx
        .selectFrom('head_reader')
        .select('person_id')
        .where('owner_id', '=', actor.organisation)
        .where('person_id', '=', actor.person)
        .executeTakeFirst();
      return { wanted: row !== undefined, mail: deliveries.mails };
    },

    async choose({ tx, actor, body, trail }: Ask<unknown, unknown, { wanted: boolean }>) {
      const reader = {
        owner_id: actor.organisation ?? missing(),
        person_id: actor.person ?? missing(),
      };
      if (body.wanted)
        await tx
          .insertInto('head_reader')
          .values(reader)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      else
        await tx
          .deleteFrom('head_reader')
          .where('owner_id', '=', reader.owner_id)
          .where('person_id', '=', reader.person_id)
          .execute();
      trail.on({ kind: 'person', id: actor.person, name: actor.name, owner: reader.owner_id, details: body });
      return done;
    },

    /** Called every hour: what was told of a day is told once, whoever calls and whenever the program is killed. */
    async tick(day: string): Promise<void> {
      await audit.publish(day);
      const { head, owners } = await database.look(founder, async (tx) => ({
        head: (await audit.heads(tx, { limit: 1 })).items[0],
        owners: await ownersWhoRead(tx),
      }));
      if (head?.day !== day) return;
      for (const owner of owners) await tell(owner, head);
      jobs.wake();
    },
  };

  async function tell(owner: string, head: AuditHead): Promise<void> {
    const agent: Actor = onBehalfOf(owner, null, ['MAD']);
    await database.as(agent, async (tx) =>
      deliveries.tellHead(tx, owner, {
        day: head.day,
        texts: headTexts(head),
        recipients: await readersOf(tx),
      }),
    );
  }
}

async function ownersWhoRead(tx: Db): Promise<string[]> {
  const rows = await tx.selectFrom('head_reader').select('owner_id').distinct().execute();
  return rows.map(({ owner_id }) => owner_id);
}

/** Those of the acting organisation who are there still. */
async function readersOf(tx: Db) {
  const { rows } = await sql<{ person: string; address: string; language: Language }>`
    select p.id as person, p.email as address, coalesce(p.language, 'en') as language
    from head_reader r join person p on p.id = r.person_id and p.state = 'active'
      join membership m on m.person_id = p.id and m.organisation_id = r.owner_id and m.until is null
    where r.owner_id = actor_organisation()`.execute(tx);
  return rows;
}

function missing(): never {
  throw notFound('organisation');
}
