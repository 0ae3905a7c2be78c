import { apis, CheckName, type CheckResult, type ReleasePage, urlOf } from '@busbar/contract';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Choices, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { csafSentence } from '../csaf-sentence.ts';
import { PublicationText } from '../publication-text.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/release';
import { Outcome, ReleaseStanding } from './outcome.tsx';

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
          body: { snapshot, reason, couldHarm: word(form, 'couldHarm') === 'yes', answers: answersIn(form) },
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

function answersIn(form: FormData) {
  const given = CheckName.options.map((name) => [name, word(form, `answer-${name}`)] as const);
  return Object.fromEntries(given.filter(([, answer]) => answer !== ''));
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

function Found({ check }: { check: CheckResult }) {
  const text = useText();
  if (check.findings.length === 0) return <span className="soft">{text(`check.${check.name}.passed`)}</span>;
  return (
    <div className="stack stack-s">
      <ul className="plain-list">
        {check.findings.slice(0, 10).map(({ told, where }, place) => (
          <li key={`${where}-${told.code}-${place}`}>
            {check.name === 'validator' ? csafSentence(text, told) : text.coded('finding', told)}{' '}
            {where && <code className="small soft">{where}</code>}
          </li>
        ))}
      </ul>
      {check.findings.length > 10 && (
        <p className="small soft">{text('release.check.more', { count: check.findings.length - 10 })}</p>
      )}
      {check.answer && (
        <p className="small">
          <strong>{text('release.answer')}</strong> {check.answer}
        </p>
      )}
    </div>
  );
}

function AsItWillLook({ release }: { release: ReleasePage }) {
  const text = useText();
  const [query] = useSearchParams();
  const shown = release.texts.find(({ language }) => language === query.get('language')) ?? release.texts[0];
  return (
    <section className="stack stack-s" aria-labelledby="look">
      <h2 id="look">{text('release.look')}</h2>
      <p className="soft measure">{text('release.look.lead')}</p>
      {release.texts.length > 1 && (
        <Tabs
          label={text('language')}
          tabs={release.texts.map(({ language }) => ({
            label: languageName(language),
            to: `?language=${language}`,
            current: language === shown?.language,
          }))}
        />
      )}
      {shown && (
        <div className="panel stack">
          <h3 className="publication-title" lang={shown.language}>
            {shown.title}
          </h3>
          <PublicationText published={shown} under={3} />
        </div>
      )}
    </section>
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

function Review({ release }: { release: ReleasePage }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const warnings = release.checks.filter(({ outcome }) => outcome === 'warning');
  return (
    <section className="panel stack" aria-labelledby="review">
      <h2 id="review">{text('release.review')}</h2>
      <p className="soft">{text('release.review.lead')}</p>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="review" />
        <input type="hidden" name="snapshot" value={release.snapshot} />
        {warnings.map(({ name }) => (
          <TextField
            key={name}
            name={`answer-${name}`}
            label={text('release.answer.of', { check: text(`check.${name}`) })}
            maxLength={2000}
          />
        ))}
        <Choices
          label={text('release.harm')}
          name="couldHarm"
          value="no"
          options={[
            { value: 'no', label: text('release.harm.choose.no') },
            { value: 'yes', label: text('release.harm.choose.yes') },
          ]}
        />
        <TextArea label={text('release.reason')} name="reason" required maxLength={2000} rows={3} />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('release.review.do')}
          </Button>
        </div>
      </Form>
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
