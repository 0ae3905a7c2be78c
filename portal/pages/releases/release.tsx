import { apis, type ReleasePage, urlOf } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/release';
import { Outcome, ReleaseStanding } from './outcome.tsx';
import { AsItWillLook, Found, Review, reviewIn } from './release-parts.tsx';

export async function loader({ request, context, params }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const release = await reader(context, request)(apis.releases.get, { params: { id: params.id } });
  return { release, owner: acting?.organisation.name ?? '' };
}

export async function action({ request, context, params }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const id = { params: { id: params.id } };
  const reason = word(form, 'reason');
  const snapshot = word(form, 'snapshot');
  const answer = await attempt(() => {
    switch (word(form, 'do')) {
      case 'review':
        return call(apis.releases.review, {
          ...id,
          body: reviewIn(form),
        });
      case 'approve': {
        const at = word(form, 'sendAt');
        return call(apis.releases.approve, {
          ...id,
          body: { snapshot, sendAt: at ? new Date(`${at}Z`).toISOString() : null },
        });
      }
      case 'reject':
        return call(apis.releases.reject, { ...id, body: { reason } });
      case 'hold':
        return call(apis.releases.hold, { ...id, body: { reason } });
      case 'recall':
        return call(apis.releases.recall, { ...id, body: { reason } });
      case 'withdraw':
        return call(apis.releases.withdraw, id);
      default:
        return call(apis.releases.check, id);
    }
  });
  if (answer.refused) return answer;
  throw redirect(`/releases/${params.id}`);
}

/** One release: what would leave, to whom, what the checks say, and the hands it goes through. */
export default function ReleaseView({ loaderData: { release, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const allowed = useMay();
  const may = new Set(release.mayDo);
  return (
    <Page
      title={release.title}
      seen={{ scope: 'own', owner }}
      help={text('release.help')}
      crumbs={
        <>
          <Link to="/releases">{text('releases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span className="mono">{release.ref}</span>
        </>
      }
      lead={
        <span className="row">
          <ReleaseStanding state={release.state} />
          <Tlp label={release.label} />
          <span>{text('release.version', { version: release.version })}</span>
          {release.sendAt && (
            <span>
              {text('release.sendAt')} <Time at={release.sendAt} />
            </span>
          )}
        </span>
      }
    >
      <RefusalNotice answer={actionData} />
      {release.reason && (
        <Notice kind="warn" title={text(`release.reason.${reasonOf(release.state)}`)}>
          {release.reason}
        </Notice>
      )}
      {release.state === 'blocked' && (
        <Notice kind="alarm" title={text('release.blocked')}>
          {text('release.blocked.do')}
        </Notice>
      )}
      <div className="split">
        <div className="stack stack-l">
          <WhoGetsIt release={release} />
          <Checks release={release} />
          <AsItWillLook release={release} />
          <Files release={release} />
        </div>
        <aside className="stack" aria-label={text('release.hands')}>
          <Hands release={release} />
          {release.sentAt && release.subject.kind === 'publication' && (
            <section className="panel stack stack-s" aria-labelledby="told">
              <h2 id="told">
                <Link to={`/releases/${release.id}/deliveries`}>{text('release.deliveries')}</Link>
              </h2>
              <p className="soft">{text('release.deliveries.lead')}</p>
            </section>
          )}
          {may.has('review') && <Review release={release} />}
          {release.state === 'proposed' && !release.reviewed && allowed('invite a participant', ['Y']) && (
            <p>
              <Link to={`/check-invitations?kind=release&subject=${release.id}`}>
                {text('checks.invite.do')}
              </Link>
            </p>
          )}
          {may.has('approve') && <Approve release={release} />}
          <WhyNot release={release} />
          {may.has('hold') && <WithReason move="hold" release={release} />}
          {may.has('reject') && <WithReason move="reject" release={release} />}
          {may.has('recall') && <WithReason move="recall" release={release} />}
          {may.has('withdraw') && (
            <Form method="post">
              <input type="hidden" name="do" value="withdraw" />
              <ConfirmButton
                kind="quiet"
                question={text('release.withdraw.question')}
                consequence={text('release.withdraw.consequence')}
                confirm={text('release.withdraw')}
              >
                {text('release.withdraw')}
              </ConfirmButton>
            </Form>
          )}
        </aside>
      </div>
    </Page>
  );
}

const reasonOf = (state: ReleasePage['state']) =>
  state === 'rejected' || state === 'recalled' || state === 'blocked' ? state : 'held';

function WhoGetsIt({ release: { audience } }: { release: ReleasePage }) {
  const text = useText();
  return (
    <section className="stack stack-s" aria-labelledby="audience">
      <h2 id="audience">{text('release.audience')}</h2>
      <p className="strong">
        {text(`release.audience.${audience.scope}`, { members: audience.members })}{' '}
        {audience.people !== null && text('release.audience.people', { people: audience.people })}
      </p>
      {audience.organisations.length > 0 && (
        <ul className="plain-list soft">
          {audience.organisations.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Checks({ release }: { release: ReleasePage }) {
  const text = useText();
  return (
    <div className="stack stack-s checks">
      <div className="row row-end">
        <h2 id="checks">{text('release.checks')}</h2>
        {release.mayDo.includes('check') && (
          <Form method="post">
            <Button type="submit" name="do" value="check" size="small" icon="refresh">
              {text('release.check')}
            </Button>
          </Form>
        )}
      </div>
      <SmallTable label={text('release.checks')}>
        <thead>
          <tr>
            <th scope="col">{text('release.check.what')}</th>
            <th scope="col">{text('release.check.outcome')}</th>
            <th scope="col">{text('release.check.found')}</th>
          </tr>
        </thead>
        <tbody>
          {release.checks.map((check) => (
            <tr key={check.name}>
              <th scope="row">{text(`check.${check.name}`)}</th>
              <td>
                <Outcome outcome={check.outcome} />
              </td>
              <td>
                <Found check={check} />
              </td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </div>
  );
}

function Files({ release }: { release: ReleasePage }) {
  const text = useText();
  const format = useFormat();
  return (
    <div className="stack stack-s">
      <h2 id="files">{text('release.files')}</h2>
      <p className="soft measure">{text('release.files.lead')}</p>
      <SmallTable label={text('release.files')}>
        <thead>
          <tr>
            <th scope="col">{text('release.file')}</th>
            <th scope="col">{text('release.size')}</th>
            <th scope="col">{text('hash.sha256')}</th>
          </tr>
        </thead>
        <tbody>
          {release.artefacts.map(({ id, name, size, sha256 }) => (
            <tr key={id}>
              <td>
                <a
                  href={urlOf(apis.releases.artefact, { params: { id: release.id, artefact: id } })}
                  download
                >
                  <code>{name}</code>
                </a>
              </td>
              <td className="number">{format.bytes(size)}</td>
              <td>
                <code className="small">{sha256}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
      <details>
        <summary>{text('release.manifest')}</summary>
        <pre className="wrap">{release.manifest}</pre>
      </details>
    </div>
  );
}

function Hands({ release: { people, review, snapshot, createdAt, sentAt } }: { release: ReleasePage }) {
  const text = useText();
  const nobody = text('release.nobody');
  return (
    <section className="panel stack stack-s" aria-labelledby="hands">
      <h2 id="hands">{text('release.hands')}</h2>
      <dl className="facts">
        <dt>{text('release.authors')}</dt>
        <dd>{people.authors.map(({ name }) => name).join(', ')}</dd>
        <dt>{text('release.proposer')}</dt>
        <dd>
          {people.proposer.name} <Time at={createdAt} style="short" />
        </dd>
        <dt>{text('release.second')}</dt>
        <dd>{people.reviewer?.name ?? nobody}</dd>
        <dt>{text('release.approver')}</dt>
        <dd>{people.approver?.name ?? nobody}</dd>
        {sentAt && (
          <>
            <dt>{text('release.sentAt')}</dt>
            <dd>
              <Time at={sentAt} />
            </dd>
          </>
        )}
        <dt>{text('release.snapshot')}</dt>
        <dd>
          <code className="small wrap">{snapshot}</code>
        </dd>
      </dl>
      {review && (
        <p>
          <strong>{text(review.couldHarm ? 'release.harm.yes' : 'release.harm.no')}</strong> {review.reason}
        </p>
      )}
    </section>
  );
}

function Approve({ release }: { release: ReleasePage }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <section className="panel stack" aria-labelledby="approve">
      <h2 id="approve">{text('release.approve')}</h2>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="approve" />
        <input type="hidden" name="snapshot" value={release.snapshot} />
        <TextField
          label={text('release.minute')}
          hint={text('release.minute.hint')}
          name="sendAt"
          type="datetime-local"
          width="short"
        />
        <div>
          <ConfirmButton
            kind="plain"
            busy={busy}
            question={text('release.approve.question', { title: release.title })}
            consequence={
              <>
                {text(`release.audience.${release.audience.scope}`, { members: release.audience.members })}{' '}
                {text('release.approve.consequence')}
              </>
            }
            confirm={text('release.approve')}
          >
            {text('release.approve')}
          </ConfirmButton>
        </div>
      </Form>
    </section>
  );
}

/** To a lead who had a hand in it already: why it is another's to approve. */
function WhyNot({ release: { state, people, mayDo } }: { release: ReleasePage }) {
  const text = useText();
  const me = useVisitor().me?.person?.id;
  if (state !== 'proposed' || mayDo.includes('approve') || !mayDo.includes('reject')) return null;
  const hand = people.authors.some(({ id }) => id === me)
    ? 'problem.approver-wrote'
    : people.proposer.id === me
      ? 'problem.approver-proposed'
      : people.reviewer?.id === me
        ? 'problem.approver-reviewed'
        : 'problem.release-not-reviewed';
  return <Notice title={text(hand)} />;
}

function WithReason({ move, release }: { move: 'hold' | 'reject' | 'recall'; release: ReleasePage }) {
  const text = useText();
  return (
    <section className="panel stack" aria-labelledby={move}>
      <h2 id={move}>{text(`release.${move}`)}</h2>
      <p className="soft">{text(`release.${move}.lead`)}</p>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value={move} />
        <TextArea label={text('release.reason')} name="reason" required maxLength={2000} rows={2} />
        <div>
          <ConfirmButton
            kind={move === 'recall' ? 'danger' : 'plain'}
            question={text(`release.${move}.question`, { title: release.title })}
            consequence={text(`release.${move}.lead`)}
            confirm={text(`release.${move}`)}
          >
            {text(`release.${move}`)}
          </ConfirmButton>
        </div>
      </Form>
    </section>
  );
}
