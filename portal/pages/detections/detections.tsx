import { apis, Gravity, urlOf, type WatchedFor } from '@busbar/contract';
import { Form } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { FilterChoice, SearchBox } from '../../ui/search-box.tsx';
import { place, reader } from '../calls.ts';
import { Advice, DetectionHead } from '../plant/detection-list.tsx';
import type { Route } from './+types/detections';

export async function loader({ request, context }: Route.LoaderArgs) {
  const asked = new URL(request.url).searchParams;
  const severity = Gravity.safeParse(asked.get('severity')).data;
  const only = asked.get('only') === 'brought' ? ('brought' as const) : undefined;
  const { search } = place(request);
  const { items } = await reader(context, request)(apis.detections.list, {
    query: {
      language: visitOf(context).locale,
      ...(search && { search }),
      ...(severity && { severity }),
      ...(only && { only }),
    },
  });
  return { items };
}

/** What captures are searched for, whether or not any shows it: nobody has to guess what silence means. */
export default function Detections({ loaderData: { items } }: Route.ComponentProps) {
  const text = useText();
  const graveFirst = items.toSorted(
    (one, other) => Gravity.options.indexOf(one.severity) - Gravity.options.indexOf(other.severity),
  );
  return (
    <Page
      title={text('watched')}
      lead={text('watched.lead')}
      help={text('watched.help')}
      seen={{ scope: 'everyone' }}
    >
      <Form method="get" className="row" role="search">
        <SearchBox label={text('watched.search')} icon="filter" />
        <FilterChoice
          name="severity"
          label={text('severity')}
          options={Gravity.options.map((level) => ({ value: level, label: text(`severity.${level}`) }))}
        />
        <FilterChoice
          name="only"
          label={text('watched.from')}
          options={[{ value: 'brought', label: text('watched.from.brought') }]}
        />
        <button className="button button-plain button-small">{text('table.apply')}</button>
        <span className="table-count soft small" role="status">
          {text('watched.count', { count: items.length })}
        </span>
      </Form>
      {items.length === 0 ? (
        <Empty title={text('operations.noMatch')}>{text('operations.noMatch.why')}</Empty>
      ) : (
        <ul className="plain-list detections-lesser">
          {graveFirst.map((one) => (
            <li key={one.id}>
              <Watched watched={one} />
            </li>
          ))}
        </ul>
      )}
      <p className="small soft">
        <a href={urlOf(apis.detections.file)} download>
          <Icon name="download" size={13} /> {text('watched.file')}
        </a>
      </p>
    </Page>
  );
}

function Watched({ watched }: { watched: WatchedFor }) {
  const text = useText();
  const { id, title, severity, version, looksAt, brought } = watched;
  return (
    <details className="detection-lesser">
      <summary>
        <Severity level={severity} /> <span className="detection-lesser-name">{title}</span>{' '}
        {brought && <span className="tag">{text('watched.from.brought')}</span>}
      </summary>
      <div className="stack stack-s">
        <DetectionHead detection={watched} />
        <Advice detection={watched} />
        <p className="soft small">
          {text(`watched.looksAt.${looksAt}`)}{' '}
          {brought
            ? text(brought.instead ? 'watched.instead' : 'watched.brought', {
                by: brought.by ?? '–',
                version,
              })
            : text('watched.own')}{' '}
          <code>{id}</code>
        </p>
      </div>
    </details>
  );
}
