import { apis } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { type Asking, asking, place } from '../calls.ts';
import { WarningTable } from '../warnings/warning-table.tsx';
import type { Route } from './+types/capture-warnings';

export async function ask({ read, request, params }: Asking) {
  const found = await read(apis.warnings.list, {
    query: { ...place(request), capture: params.id, limit: pageRows },
  });
  return { warnings: found.items, total: found.total, next: found.next };
}

export const loader = asking(ask);

export default function CaptureWarnings({ loaderData: { warnings, total, next } }: Route.ComponentProps) {
  const text = useText();
  const paged = usePaged(next);
  return (
    <div className="stack">
      {paged && <LongSearch label={text('warnings.search')} />}
      <WarningTable
        warnings={warnings}
        total={total}
        paged={paged}
        empty={<Empty title={text('warnings.none')}>{text('warnings.none.why')}</Empty>}
      />
      <Pager next={next} />
    </div>
  );
}
