import {
  apis,
  Language,
  type PublicationMove,
  publicationMoves,
  PublicationState as State,
  scopesOf,
  Tlp as TlpLabel,
  Scope,
} from '@busbar/contract';
import { Form, Link, Outlet, redirect, useLocation, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, reader, safeBack, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting } from '../live.ts';
import type { Route } from './+types/draft';
import { PublicationStanding } from './standing.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return {
    publication: await reader(context, request)(apis.publications.get, { params: { id: params.id } }),
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const reason = word(form, 'reason');
  let to = safeBack(form.get('back') ?? `/drafts/${id}`);
  const answer = await attempt(async () => {
    switch (word(form, 'do')) {
      case 'describe': {
        const label = TlpLabel.parse(word(form, 'label'));
        const scope = Scope.parse(word(form, 'scope'));
        await call(apis.publications.describe, {
          params: { id },
          body: {
            label,
            ...(scopesOf(label).includes(scope) && { scope }),
            sectors: word(form, 'sectors')
              .split(',')
              .map((sector) => sector.trim())
              .filter(Boolean),
            changeNote: word(form, 'changeNote'),
          },
        });
        break;
      }
      case 'release':
        to = `/releases/${(await call(apis.releases.propose, { body: { subject: { kind: 'publication', id } } })).id}`;
        break;
      case 'revise':
        await call(apis.publications.revise, { params: { id } });
        break;
      case 'embargo': {
        const until = word(form, 'until');
        await call(apis.publications.embargo, {
          params: { id },
          body: {
            until: until ? new Date(`${until}Z`).toISOString() : null,
            with: word(form, 'with'),
            reason,
          },
        });
        break;
      }
      case 'withdraw':
        await call(apis.publications.withdraw, {
          params: { id },
          body: { reason, confirm: word(form, 'confirm') },
        });
        break;
      default:
        await call(apis.publications.move, {
          params: { id },
          body: { to: State.parse(word(form, 'to')), ...(reason && { reason }) },
        });
    }
  });
  if (answer.refused) return answer;
  throw redirect(to);
}

/** What stands on top of every view of a draft: where it is on its way, and the next step. */
export default function Draft({ loaderData: { publication }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const { pathname } = useLocation();
  const busy = useNavigation().state === 'submitting';
  const { id, state } = publication;
  const me = useVisitor().me?.person?.id;
  const wrote = publication.hands.some(({ person, part }) => person === me && part === 'author');
  const moves = publicationMoves.filter(
    (move) =>
      move.from === state &&
      !(move.by === 'checker' && wrote) &&
      move.by !== 'gate' &&
      may(move.action) &&
      !(move.unpublished && publication.publishedVersion !== null),
  );
  const isRevisable = publication.publishedVersion !== null && ['published', 'withdrawn'].includes(state);
  const atTheGate = state === 'checked' || state === 'inTranslation';
  const freely = moves.filter(({ reason }) => !reason);
  const withReason = moves.filter(({ reason }) => reason);
  const stepTo = ({ to }: PublicationMove, kind: 'main' | 'plain') => (
    <Button key={to} type="submit" name="to" value={to} busy={busy} kind={kind}>
      {text(`publicationMove.${state}.${to}` as 'publicationMove.draft.sourced')}
    </Button>
  );
  const errors = publication.findings.filter(({ level }) => level === 'error').length;
  const tab = (to: string, label: string, count?: number, mark?: 'warn') => ({
    to,
    label,
    current: pathname === to,
    ...(count !== undefined && count > 0 && { count }),
    ...(mark && { mark }),
  });
  return (
    <Page
      title={publication.title || text('publication.untitled')}
      seen={publication.visibility}
      help={text('draft.help')}
      crumbs={
        <>
          <Link to="/drafts">{text('nav.publications')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <code>{publication.ref}</code>
        </>
      }
      lead={
        <span className="row">
          <PublicationStanding state={state} />
          <span>{text(`publicationKind.${publication.kind}`)}</span>
          <span>{text('publication.version', { version: publication.version })}</span>
          <span className="row nowrap">
            {text('draft.goesOut')} <Tlp label={publication.label} /> {text(`scope.${publication.scope}`)}
          </span>
        </span>
      }
    >
      <RefusalNotice answer={actionData} />
      {publication.variants > 0 && (
        <Notice kind="warn">{text('draft.variants', { count: publication.variants })}</Notice>
      )}
      {(moves.length > 0 || isRevisable) && (
        <Form method="post" className="row draft-bar" key={`${state}-${publication.version}`}>
          <input type="hidden" name="back" value={pathname} />
          {atTheGate && (
            <Button type="submit" name="do" value="release" busy={busy} kind="main">
              {text('draft.release')}
            </Button>
          )}
          {freely.map((move) => stepTo(move, atTheGate ? 'plain' : 'main'))}
          {isRevisable && (
            <Button type="submit" name="do" value="revise" busy={busy}>
              {text('draft.revise')}
            </Button>
          )}
          {state === 'draft' && errors > 0 && (
            <span className="soft">{text('draft.errors', { count: errors })}</span>
          )}
          {state === 'sourced' && <span className="soft">{text('draft.whoChecks')}</span>}
          {atTheGate && <span className="soft">{text('draft.atTheGate')}</span>}
          {withReason.length > 0 && (
            <span className="row draft-reason">
              <input
                name="reason"
                className="input input-short"
                aria-label={text('draft.reason')}
                placeholder={text('draft.reason')}
                maxLength={2000}
              />
              {withReason.map((move) => stepTo(move, 'plain'))}
            </span>
          )}
        </Form>
      )}
      <Tabs
        label={text('draft.views')}
        tabs={[
          tab(`/drafts/${id}`, text('draft.write')),
          ...Language.options
            .filter((language) => language !== publication.language)
            .map((language) =>
              tab(
                `/drafts/${id}/translate/${language}`,
                text(`languageName.${language}`),
                publication.blocks
                  .filter(({ removed }) => !removed)
                  .flatMap(({ translations }) => translations)
                  .filter((one) => one.language === language && one.staleSince !== null).length,
                'warn',
              ),
            ),
          tab(`/drafts/${id}/documents`, text('draft.documents')),
          tab(`/drafts/${id}/changes`, text('draft.changes')),
          tab(`/drafts/${id}/about`, text('draft.about')),
        ]}
      />
      <Outlet context={publication} key={`${id}-${publication.version}`} />
    </Page>
  );
}
