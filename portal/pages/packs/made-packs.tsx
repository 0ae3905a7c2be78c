import { apis, type MadePack, PackTlp } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, word } from '../calls.ts';
import { isGoing, JobButton, JobProgress } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/made-packs';
import { PacksPage } from './pack-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { after } = place(request);
  return reader(context, request)(apis.madePacks.list, { query: { limit: 50, ...(after && { after }) } });
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() =>
    call(apis.madePacks.make, {
      body: {
        tlp: PackTlp.catch('CLEAR').parse(word(form, 'tlp')),
        since: Number(word(form, 'since')) || null,
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect('/packs/made');
}

/** Packs for others: made here, signed, and carried to where there is no network. */
export default function MadePacks({
  loaderData: { items, next },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  useLive(items.some(({ job }) => isGoing(job)));
  const finished = items.filter(({ madeAt }) => madeAt !== null);
  return (
    <PacksPage current="/packs/made">
      <RefusalNotice answer={actionData} />
      <div className="split">
        <div className="stack">
          {items.length === 0 && <Empty title={text('packs.made.none')}>{text('packs.made.none.why')}</Empty>}
          {items.map((pack) => (
            <One key={pack.id} pack={pack} />
          ))}
          <Pager next={next} />
        </div>
        <aside className="stack" aria-label={text('packs.make')}>
          <section className="panel stack" aria-labelledby="make">
            <h2 id="make">{text('packs.make')}</h2>
            <p className="soft">{text('packs.make.lead')}</p>
            <Form method="post" className="stack">
              <Choices
                label={text('packs.make.tlp')}
                name="tlp"
                value="CLEAR"
                options={PackTlp.options.map((label) => ({
                  value: label,
                  label: <Tlp label={label} />,
                  hint: text(`packs.make.tlp.${label}`),
                }))}
              />
              <SelectField
                label={text('pack.since')}
                hint={text('packs.make.since.hint')}
                name="since"
                defaultValue=""
                options={[
                  { value: '', label: text('pack.full') },
                  ...finished.map(({ number }) => ({
                    value: String(number),
                    label: text('pack.since.number', { number: String(number) }),
                  })),
                ]}
              />
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('packs.make')}
                </Button>
              </div>
            </Form>
          </section>
        </aside>
      </div>
    </PacksPage>
  );
}

function One({ pack }: { pack: MadePack }) {
  const text = useText();
  const format = useFormat();
  return (
    <article className="panel stack stack-s">
      <div className="row row-end">
        <h2>{text('pack.number', { number: String(pack.number) })}</h2>
        <Tlp label={pack.tlp} />
      </div>
      {pack.job && isGoing(pack.job) && <JobProgress job={pack.job} />}
      {pack.job?.problem && (
        <div className="row">
          <p className="alarm-words">{text.coded('problem', pack.job.problem)}</p>
          <JobButton job={pack.job} />
        </div>
      )}
      <dl className="facts">
        <dt>{text('pack.since')}</dt>
        <dd>
          {pack.since === null
            ? text('pack.full')
            : text('pack.since.number', { number: String(pack.since) })}
        </dd>
        <dt>{text('pack.madeAt')}</dt>
        <dd>
          <Time at={pack.madeAt ?? pack.requestedAt} /> {pack.requestedBy}
        </dd>
        {pack.counts && (
          <>
            <dt>{text('pack.holds')}</dt>
            <dd>{text('pack.counts', pack.counts)}</dd>
          </>
        )}
        {pack.sha256 && (
          <>
            <dt>{text('hash.sha256')}</dt>
            <dd>
              <code className="wrap">{pack.sha256}</code>
            </dd>
          </>
        )}
      </dl>
      {pack.canDownload && pack.size !== null && (
        <div>
          <a className="button button-plain button-normal" href={`/api/made-packs/${pack.id}/file`} download>
            <Icon name="download" /> {text('pack.download', { size: format.bytes(pack.size) })}
          </a>
        </div>
      )}
      {pack.madeAt && !pack.canDownload && <p className="soft small">{text('pack.byCommand')}</p>}
    </article>
  );
}
