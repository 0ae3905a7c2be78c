import { apis, Gravity } from '@busbar/contract';
import { Form, useRouteLoaderData } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, SearchBox } from '../../ui/search-box.tsx';
import { type Asking, asking, place } from '../calls.ts';
import type { Route } from './+types/capture-detections';
import type { loader as captureLoader } from './capture.tsx';
import { DetectionList } from './detection-list.tsx';

export async function ask({ read, request, params, language }: Asking) {
  const severity = Gravity.safeParse(new URL(request.url).searchParams.get('severity')).data;
  const asked = { ...place(request), ...(severity && { severity }) };
  const found = await read(apis.observations.detections, {
    params: { id: params.id },
    query: { ...asked, language, limit: 100 },
  });
  return {
    detections: found.items,
    total: found.total,
    next: found.next,
    filtered: Boolean(severity ?? asked.search),
  };
}

export const loader = asking(ask);

export default function CaptureDetections({
  loaderData: { detections, total, next, filtered },
  params,
}: Route.ComponentProps) {
  const text = useText();
  const summary = useRouteLoaderData<typeof captureLoader>('pages/plant/capture')?.capture.summary;
  if (summary && !summary.detections)
    return <Empty title={text('detections.before')}>{text('detections.before.why')}</Empty>;
  if (detections.length === 0 && !filtered)
    return <Empty title={text('detections.none')}>{text('detections.none.why')}</Empty>;
  return (
    <div className="stack">
      <p className="soft">{text('detections.lead')}</p>
      <Form method="get" className="row" role="search">
        <SearchBox label={text('detections.search')} icon="filter" />
        <FilterChoice
          name="severity"
          label={text('severity')}
          options={Gravity.options.map((level) => ({ value: level, label: text(`severity.${level}`) }))}
        />
        <button className="button button-plain button-small">{text('table.apply')}</button>
        {total !== undefined && (
          <span className="table-count soft small" role="status">
            {text('detections.count', { count: total })}
          </span>
        )}
      </Form>
      {detections.length === 0 ? (
        <Empty title={text('operations.noMatch')}>{text('operations.noMatch.why')}</Empty>
      ) : (
        <DetectionList capture={params.id} items={detections} />
      )}
      <Pager next={next} />
    </div>
  );
}
