import { apis, type ExerciseDraft, type ExerciseEdition } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { reader, signedIn } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { WordChanges } from '../publications/word-changes.tsx';
import type { Route } from './+types/editions';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const after = Number(new URL(request.url).searchParams.get('after'));
  return reader(context, request)(apis.learning.exercises, {
    params,
    query: Number.isInteger(after) && after > 0 ? { after } : {},
  });
}

/** What was kept of the exercise, edition by edition, each with what it changed in the one before. */
export default function Editions({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { case: of, items, next, earlier } = loaderData;
  return (
    <Page
      title={`${text('learning.editions')} – ${of.reference}`}
      heading={text('learning.editions')}
      lead={text('learning.editions.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to={`/cases/${of.id}`}>{of.reference}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}/learning`}>{text('learning')}</Link>
        </>
      }
    >
      <CaseTabs id={of.id} current="/report" />
      {items.length === 0 && (
        <Empty title={text('learning.editions.none')}>{text('learning.editions.none.why')}</Empty>
      )}
      <ol className="plain-list stack">
        {items.map((edition, at) => (
          <Edition key={edition.revision} of={edition} before={items[at + 1] ?? earlier} file={of.id} />
        ))}
      </ol>
      {next && <Link to={`?after=${next}`}>{text('learning.editions.earlier')}</Link>}
    </Page>
  );
}

function Edition({ of, before, file }: { of: ExerciseEdition; before: ExerciseDraft | null; file: string }) {
  const text = useText();
  const title = text('learning.edition', { edition: of.revision });
  return (
    <li className="panel stack stack-s" aria-label={title}>
      <div className="row row-end">
        <h2>{title}</h2>
        <span className="soft small">
          {text.rich('learning.edition.by', {
            name: of.by,
            at: <Time key="at" at={of.at} style="short" />,
          })}
        </span>
      </div>
      {before ? (
        <WordChanges before={wordsOf(before)} after={wordsOf(of)} />
      ) : (
        <p className="keeps-lines">{wordsOf(of)}</p>
      )}
      <p>
        <a href={`/api/cases/${file}/exercise.html?edition=${of.revision}`} download>
          {text('learning.exercise.open')}
        </a>
      </p>
    </li>
  );
}

/** As people read it: a line for each inject, and one for what is expected then. */
const wordsOf = ({ title, injects }: ExerciseDraft): string =>
  [
    title,
    ...injects.map(
      ({ after, says, expects }) =>
        `T+${Math.floor(after / 60)}:${String(after % 60).padStart(2, '0')} ${says}${expects && `\n→ ${expects}`}`,
    ),
  ].join('\n');
