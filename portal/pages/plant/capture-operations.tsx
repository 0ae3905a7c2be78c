import { apis, type Operation, type Told } from '@busbar/contract';
import { Form, Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterTick, SearchBox } from '../../ui/search-box.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { type Asking, asking, place } from '../calls.ts';
import type { Route } from './+types/capture-operations';
import { PartyName } from './capture-conversations.tsx';
import { PacketLink } from './packet-link.tsx';

export async function ask({ read, request, params }: Asking) {
  const query = new URL(request.url).searchParams;
  const dangerous = query.get('all') === 'yes' ? undefined : 'true';
  const search = query.get('search') ?? '';
  const found = await read(apis.captures.operations, {
    params: { id: params.id },
    query: { ...place(request), limit: 100, ...(dangerous && { dangerous }) },
  });
  return {
    operations: found.items,
    total: found.total,
    next: found.next,
    dangerousOnly: dangerous !== undefined,
    search,
  };
}

export const loader = asking(ask);

const accessIcons: Record<Operation['access'], IconName> = {
  program: 'document',
  control: 'alarm',
  write: 'wrench',
  read: 'eye',
  identify: 'search',
  configure: 'wrench',
  authenticate: 'key',
  other: 'dash',
};

export default function CaptureOperations({ loaderData, params }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const { operations, total, next, dangerousOnly, search } = loaderData;
  return (
    <div className="stack">
      <Form method="get" className="row" role="search">
        <SearchBox label={text('operations.search')} icon="filter" />
        <FilterTick name="all" value="yes" label={text('operations.all')} />
        <button className="button button-plain button-small">{text('table.apply')}</button>
        <span className="table-count soft small" role="status">
          {text('operations.count', { count: total ?? operations.length })}
        </span>
      </Form>
      {operations.length === 0 ? (
        <Empty title={text(dangerousOnly && !search ? 'operations.none' : 'operations.noMatch')}>
          {text(dangerousOnly && !search ? 'operations.none.why' : 'operations.noMatch.why')}
        </Empty>
      ) : (
        <ul className="plain-list operations">
          {operations.map((operation) => (
            <li
              key={operation.id}
              className={operation.dangerous ? 'operation operation-dangerous' : 'operation'}
            >
              <div className="operation-head">
                <span className={`access access-${operation.access}`}>
                  <Icon name={accessIcons[operation.access]} size={14} /> {text(`access.${operation.access}`)}
                </span>
                <h2 className="operation-title">
                  <OperationWords told={operation.what} />
                </h2>
                <span className="tags">
                  <span className="tag">{operation.protocol}</span>
                  {operation.techniques.map(({ id, name }) => (
                    <span key={id} className="tag" title={name}>
                      {id} {name}
                    </span>
                  ))}
                </span>
              </div>
              <p>
                <PartyName party={operation.source} /> <Icon name="arrowRight" size={13} />{' '}
                <span className="hidden-words">{text('operations.to')}</span>
                <PartyName party={operation.target} />
              </p>
              <p className="soft small">
                {text('operations.times', { count: operation.count })}
                {operation.refused > 0 &&
                  `, ${text('operations.refused', { count: operation.refused })}`} ·{' '}
                <Time at={operation.firstSeen} precise />
                {operation.lastSeen !== operation.firstSeen && (
                  <>
                    {' '}
                    – <Time at={operation.lastSeen} style="short" precise />
                  </>
                )}
              </p>
              {operation.samples.length > 0 && (
                <details className="more" open={operations.length <= 3}>
                  <summary>
                    {text('operations.samples', {
                      shown: operation.samples.length,
                      count: format.number(operation.count),
                    })}
                  </summary>
                  <SmallTable label={text.coded('operation', operation.what)}>
                    <tbody>
                      {operation.samples.map((sample) => (
                        <tr key={`${sample.at.packet}-${sample.at.pieces[0]?.[0]}`}>
                          <td>
                            <PacketLink capture={params.id} packet={sample.at.packet} at={sample.at} />
                          </td>
                          <td className="soft">
                            <Time at={sample.at.time / 1000} style="short" precise />
                          </td>
                          <td>
                            <OperationWords told={sample.what} />
                            {sample.refused && (
                              <span className="alarm-words">
                                {' '}
                                ·{' '}
                                {text('operations.refusedBecause', {
                                  why: text.coded('refusal', sample.refused),
                                })}
                              </span>
                            )}
                          </td>
                          <td className="soft">
                            <Params told={sample.what} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </SmallTable>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
      <Pager next={next} />
      {dangerousOnly && operations.length > 0 && (
        <p className="soft small">
          {text('operations.onlyDangerous')} <Link to="?all=yes">{text('operations.showAll')}</Link>
        </p>
      )}
    </div>
  );
}

function OperationWords({ told }: { told: Told }) {
  const text = useText();
  return <>{text.coded('operation', told)}</>;
}

/** What the message carried, as the engine names it: addresses, values, before and after. */
export function Params({ told }: { told: Told }) {
  const text = useText();
  const entries = Object.entries(told.params);
  if (entries.length === 0) return null;
  return (
    <code>
      {entries
        .slice(0, 6)
        .map(([name, value]) => `${text.coded('param', { code: name })} ${String(value)}`)
        .join(' · ')}
    </code>
  );
}
