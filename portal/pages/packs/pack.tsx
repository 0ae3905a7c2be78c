import { apis, type Pack, type PackChange } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { isGoing, JobProgress } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import { ProblemList, wordsFor } from '../sources/source-parts.tsx';
import type { Route } from './+types/pack';
import { PackCrumbs, PackStateBadge, SignerFacts, usePackName } from './pack-parts.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  return { pack: await reader(context, request)(apis.packs.get, { params: { id } }) };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id };
  const answer = await attempt<unknown>(async () => {
    switch (word(form, 'do')) {
      case 'install':
        return call(apis.packs.install, { params });
      case 'remove':
        return call(apis.packs.remove, { params });
      case 'accept': {
        const { signer } = await call(apis.packs.get, { params });
        await call(apis.packKeys.accept, {
          body: { publicKey: signer?.publicKey ?? '', fingerprint: word(form, 'fingerprint') },
        });
        return call(apis.packs.check, { params });
      }
      default:
        return call(apis.packs.check, { params });
    }
  });
  if (answer.refused) return answer;
  throw redirect(word(form, 'do') === 'remove' ? '/packs' : `/packs/${id}`);
}

/** Whose a pack is and what it changes, before and after; why it is refused, and what to do about that. */
export default function PackPage({ loaderData: { pack }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { me } = useVisitor();
  const name = usePackName()(pack);
  const going = isGoing(pack.job);
  const isSource = ({ why }: Pack['leftOut'][number]) => why.code === 'source-kind-unknown';
  const [unknown, documents] = [pack.leftOut.filter(isSource), pack.leftOut.filter((one) => !isSource(one))];
  useLive(going || pack.state === 'arriving');
  return (
    <Page
      title={name}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={<PackCrumbs here={name} />}
      lead={
        <span className="row">
          <PackStateBadge state={pack.state} />
          <span>{text(`pack.about.${pack.state}`)}</span>
        </span>
      }
    >
      <RefusalNotice answer={actionData} />
      {going && pack.job && (
        <div className="panel">
          <JobProgress job={pack.job} />
        </div>
      )}
      {pack.state === 'refused' && pack.refused && <Refused pack={pack} />}
      {pack.state === 'ready' && pack.job?.problem && (
        <Notice kind="alarm" title={text('pack.broke')}>
          {text.coded('problem', pack.job.problem)}
        </Notice>
      )}
      {pack.state === 'ready' && <Ready />}
      <dl className="facts">
        <dt>{text('pack.file')}</dt>
        <dd>{pack.name}</dd>
        <dt>{text('pack.brought')}</dt>
        <dd>
          <Time at={pack.broughtAt} />
        </dd>
        {pack.madeAt && (
          <>
            <dt>{text('pack.madeAt')}</dt>
            <dd>
              <Time at={pack.madeAt} />
            </dd>
            <dt>{text('pack.since')}</dt>
            <dd>
              {pack.since === null
                ? text('pack.full')
                : text('pack.since.number', { number: String(pack.since) })}
            </dd>
          </>
        )}
        {pack.tlp && (
          <>
            <dt>{text('pack.tlp')}</dt>
            <dd>
              <Tlp label={pack.tlp} />
            </dd>
          </>
        )}
        {pack.installedAt && (
          <>
            <dt>{text('pack.installed')}</dt>
            <dd>
              <Time at={pack.installedAt} /> {pack.installedBy}
            </dd>
          </>
        )}
      </dl>
      {pack.signer && pack.state !== 'refused' && <SignerFacts signer={pack.signer} />}
      {pack.changes.length > 0 && <Changes pack={pack} />}
      {unknown.length > 0 && <Unknown sources={unknown} />}
      {documents.length > 0 && <LeftOut documents={documents} />}
      {pack.state !== 'installed' && pack.state !== 'installing' && (
        <Form method="post" className="row">
          <input type="hidden" name="do" value="remove" />
          <ConfirmButton
            kind="quiet"
            size="small"
            question={text('pack.remove.question')}
            consequence={text('pack.remove.consequence')}
            confirm={text('pack.remove')}
          >
            {text('pack.remove')}
          </ConfirmButton>
        </Form>
      )}
    </Page>
  );
}

function Ready() {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Form method="post" className="row">
      <input type="hidden" name="do" value="install" />
      <Button type="submit" kind="main" icon="download" busy={busy}>
        {text('pack.install')}
      </Button>
      <span className="soft">{text('pack.install.hint')}</span>
    </Form>
  );
}

function Refused({ pack }: { pack: Pack }) {
  const text = useText();
  const isUnknown = pack.refused?.code === 'pack-key-unknown' && pack.signer;
  return (
    <>
      <Notice kind="alarm" title={text('pack.refused')}>
        {pack.refused && text.coded('problem', pack.refused)}
      </Notice>
      {isUnknown ? (
        <section className="panel stack measure" aria-labelledby="accept">
          <h2 id="accept">{text('pack.accept')}</h2>
          <p>{text('pack.accept.lead')}</p>
          <SignerFacts signer={isUnknown} />
          <Form method="post">
            <input type="hidden" name="do" value="accept" />
            <input type="hidden" name="fingerprint" value={isUnknown.fingerprint} />
            <ConfirmButton
              kind="plain"
              question={text('pack.accept.question')}
              consequence={text('pack.accept.consequence', { name: isUnknown.userIds[0] ?? '?' })}
              confirm={text('pack.accept.confirm')}
            >
              {text('pack.accept')}
            </ConfirmButton>
          </Form>
        </section>
      ) : (
        <Form method="post">
          <input type="hidden" name="do" value="check" />
          <Button type="submit" icon="refresh">
            {text('pack.check')}
          </Button>
        </Form>
      )}
    </>
  );
}

function Changes({ pack: { changes, installedAt } }: { pack: Pack }) {
  const text = useText();
  const title = text(installedAt ? 'pack.changes.done' : 'pack.changes');
  return (
    <div className="stack">
      <h2>{title}</h2>
      <SmallTable label={title}>
        <thead>
          <tr>
            <th scope="col">{text('pack.source')}</th>
            <th scope="col" className="number">
              {text('pack.before')}
            </th>
            <th scope="col" className="number">
              {text('pack.holds')}
            </th>
            {(['added', 'updated', 'unchanged', 'held'] as const).map((count) => (
              <th scope="col" className="number" key={count}>
                {text(`pack.${count}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <Change key={change.address} change={change} />
          ))}
        </tbody>
      </SmallTable>
      {!installedAt && <p className="soft small">{text('pack.changes.unknown')}</p>}
    </div>
  );
}

function Change({ change }: { change: PackChange }) {
  const text = useText();
  const format = useFormat();
  const reads = useMay()('import advisories of others');
  const count = (value: number | null) => (value === null ? '–' : format.number(value));
  return (
    <tr>
      <th scope="row">
        {change.id && reads ? <Link to={`/sources/${change.id}`}>{change.source}</Link> : change.source}
        <div className="soft small">
          {text(`source.kind.${change.kind}`)}
          {change.isNew && ` · ${text('pack.source.new')}`}
        </div>
        <ProblemList problems={change.problems} />
      </th>
      <td className="number">{format.number(change.before)}</td>
      <td className="number">{format.number(change.holds)}</td>
      <td className="number">{count(change.added)}</td>
      <td className="number">{count(change.updated)}</td>
      <td className="number">{count(change.unchanged)}</td>
      <td className={change.held ? 'number alarm-words' : 'number'}>{count(change.held)}</td>
    </tr>
  );
}

/** Of a newer maker: what it is called, and what to do to get it. */
function Unknown({ sources }: { sources: Pack['leftOut'] }) {
  const text = useText();
  return (
    <Notice kind="warn" title={text('pack.unknown', { count: sources.length })}>
      <ul className="points">
        {sources.map(({ name, why }) => (
          <li key={String(why.params['address'])}>
            {text('pack.unknown.one', { name, kind: String(why.params['kind']) })}
          </li>
        ))}
      </ul>
      <p>{text('pack.unknown.next')}</p>
    </Notice>
  );
}

function LeftOut({ documents }: { documents: Pack['leftOut'] }) {
  const text = useText();
  return (
    <details className="more" open>
      <summary>{text('pack.leftOut', { count: documents.length })}</summary>
      <ul className="plain-list lines">
        {documents.map(({ name, why }) => (
          <li key={name}>
            <code className="wrap">{name}</code>
            <br />
            <span className="soft">{wordsFor(text, why)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
