import { apis, isLink } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert, useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/proposal';
import { ProposalStanding } from './standing.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return {
    proposal: await reader(context, request)(apis.publications.proposal, { params: { id: params.id } }),
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  let to = `/proposals/${id}`;
  const answer = await attempt(async () => {
    switch (word(form, 'do')) {
      case 'accept': {
        const { content } = await call(apis.publications.proposal, { params: { id } });
        const { kind, language, title } = content;
        const draft = await call(apis.publications.create, { body: { kind, language, title, proposal: id } });
        to = `/drafts/${draft.id}`;
        break;
      }
      case 'decline':
        await call(apis.publications.decline, { params: { id }, body: { reason: word(form, 'reason') } });
        break;
      case 'endConsent':
        await call(apis.publications.endConsent, { params: { id } });
        break;
      default:
        await call(apis.publications.takeBack, { params: { id } });
    }
  });
  if (answer.refused) return answer;
  throw redirect(to);
}

export default function ProposalPage({ loaderData: { proposal }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const cert = useCert();
  const busy = useNavigation().state === 'submitting';
  const atTheDesk = may('draft publication');
  const { content, state } = proposal;
  const waits = state === 'proposed';
  return (
    <Page
      title={content.title}
      seen={{ scope: 'own', owner: [proposal.organisation, cert?.shortName].filter(Boolean).join(', ') }}
      crumbs={
        <>
          <Link to="/proposals">{text('nav.proposals')}</Link> <Icon name="chevronRight" size={12} />{' '}
          {content.title}
        </>
      }
      lead={
        <span className="row">
          <ProposalStanding state={state} />
          <span>{text(`publicationKind.${content.kind}`)}</span>
          <span>
            {proposal.organisation}, {proposal.by}
          </span>
          <span className="soft">
            <Time at={proposal.at} />
          </span>
        </span>
      }
    >
      <RefusalNotice answer={actionData} />
      {proposal.answer && <Notice title={text('proposal.answer')}>{proposal.answer}</Notice>}
      {state === 'accepted' && !atTheDesk && <Notice kind="good">{text('proposal.accepted')}</Notice>}
      {proposal.publication && (
        <div>
          <ButtonLink to={`/drafts/${proposal.publication}`} kind="main">
            {text('proposal.open')}
          </ButtonLink>
        </div>
      )}
      <div className="split">
        <article className="stack" lang={content.language}>
          <Markdown text={content.summary} />
          {content.impact && (
            <section className="stack stack-s">
              <h2>{text('block.impact')}</h2>
              <Markdown text={content.impact} />
            </section>
          )}
          {content.mitigation && (
            <section className="stack stack-s">
              <h2>{text('publication.do')}</h2>
              <Markdown text={content.mitigation} />
            </section>
          )}
          {content.references.length > 0 && (
            <section className="stack stack-s">
              <h2>{text('publication.references')}</h2>
              <ul className="plain-list">
                {content.references.map((url) => (
                  <li key={url}>
                    <Address url={url} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </article>
        {waits && (
          <div className="stack">
            {atTheDesk ? (
              <>
                <Form method="post" className="panel stack">
                  <h2>{text('proposal.accept')}</h2>
                  <p>{text('proposal.accept.what')}</p>
                  <div>
                    <Button type="submit" name="do" value="accept" kind="main" busy={busy}>
                      {text('proposal.accept')}
                    </Button>
                  </div>
                </Form>
                <Form method="post" className="panel stack">
                  <h2>{text('proposal.decline')}</h2>
                  <input type="hidden" name="do" value="decline" />
                  <TextArea
                    label={text('proposal.decline.reason', { organisation: proposal.organisation })}
                    name="reason"
                    required
                    maxLength={2000}
                    rows={3}
                  />
                  <div>
                    <Button type="submit" busy={busy}>
                      {text('proposal.decline')}
                    </Button>
                  </div>
                </Form>
              </>
            ) : (
              <Form method="post" className="panel stack">
                <p>{text('proposal.waits')}</p>
                <input type="hidden" name="do" value="takeBack" />
                <div>
                  <ConfirmButton
                    kind="plain"
                    question={text('proposal.takeBack')}
                    consequence={text('proposal.takeBack.what')}
                    confirm={text('proposal.takeBack')}
                  >
                    {text('proposal.takeBack')}
                  </ConfirmButton>
                </div>
              </Form>
            )}
          </div>
        )}
        {state === 'accepted' && !atTheDesk && may('grant or withdraw consent') && (
          <div>
            {proposal.consentEndedAt ? (
              <p className="panel">{text('proposal.consent.ended')}</p>
            ) : (
              <Form method="post" className="panel stack">
                <input type="hidden" name="do" value="endConsent" />
                <p>{text('proposal.consent.end.what')}</p>
                <div>
                  <ConfirmButton
                    kind="plain"
                    question={text('proposal.consent.end')}
                    consequence={text('proposal.consent.end.what')}
                    confirm={text('proposal.consent.end')}
                  >
                    {text('proposal.consent.end')}
                  </ConfirmButton>
                </div>
              </Form>
            )}
          </div>
        )}
      </div>
    </Page>
  );
}

/** What becomes a link is decided where Markdown is, too. */
function Address({ url, name = '' }: { url: string; name?: string }) {
  if (!url) return <>{name}</>;
  if (!isLink(url)) return <span>{[name, url].filter(Boolean).join(' – ')}</span>;
  return (
    <a href={url} rel="noopener noreferrer nofollow">
      {name || url}
    </a>
  );
}
