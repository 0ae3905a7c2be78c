import { apis, type Run } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { place, reader, signedIn } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { pulseOf, useLive } from '../live.ts';
import type { Route } from './+types/evidence';
import { EvidenceTable } from './evidence-table.tsx';
import { RunState } from './file-state.tsx';
import { SendFiles } from './send-files.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const [found, files, runs] = await Promise.all([
    read(apis.cases.get, { params: { id } }),
    read(apis.evidence.list, { params: { id }, query: { ...place(request), limit: 100 } }),
    read(apis.evidence.runs, { params: { id }, query: { limit: 50 } }),
  ]);
  return { pulse, found, files: files.items, next: files.next, runs: runs.items };
}

/** The files of a case, and what tools made of them. */
export default function Evidence({ loaderData: { pulse, found, files, next, runs } }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { words, count, time } = useColumns();
  useLive(files.some(({ state }) => state === 'receiving') || runs.some(({ state }) => state === 'running'));
  const columns: Column<Run>[] = [
    words('tool', text('run.tool'), ({ tool }) => text(`tool.${tool}`)),
    words('input', text('evidence.name'), ({ input }) => input.name),
    { id: 'state', label: text('state'), cell: ({ state }) => <RunState state={state} /> },
    count('suggested', text('observationState.suggested'), ({ counts }) => counts?.suggested),
    words('by', text('run.by'), ({ by }) => by || null),
    time('at', text('run.at'), ({ at }) => at, { style: 'short' }),
  ];
  return (
    <Page
      title={`${text('case.tab.evidence')} · ${found.reference}`}
      heading={found.title}
      lead={text('evidence.lead')}
      seen={{ scope: 'receipt', label: found.label, owner: found.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link>
        </>
      }
    >
      <CaseTabs id={found.id} current="/evidence" pulse={pulse} />
      {may('add evidence to case') && <SendFiles id={found.id}>{text('evidence.drop.what')}</SendFiles>}
      <EvidenceTable
        files={files}
        href={({ id }) => `/cases/${found.id}/evidence/${id}`}
        empty={<Empty title={text('evidence.none')}>{text('evidence.none.why')}</Empty>}
      />
      <Pager next={next} />
      {runs.length > 0 && (
        <section className="stack" aria-labelledby="runs">
          <h2 id="runs">{text('run.list')}</h2>
          <DataTable
            caption={text('run.list')}
            rows={runs}
            columns={columns}
            rowKey={({ id }) => id}
            href={({ id }) => `/cases/${found.id}/runs/${id}`}
            paged
            filter={false}
            name="runs"
            empty={null}
          />
        </section>
      )}
    </Page>
  );
}
