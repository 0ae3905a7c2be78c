import { apis } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { all, reader } from '../calls.ts';
import { WarningTable } from '../warnings/warning-table.tsx';
import type { Route } from './+types/capture-warnings';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const found = await all(
    (after) =>
      read(apis.warnings.list, { query: { capture: params.id, limit: 200, ...(after && { after }) } }),
    2000,
  );
  return { warnings: found.items, total: found.total, more: found.more };
}

export default function CaptureWarnings({ loaderData: { warnings, total, more } }: Route.ComponentProps) {
  const text = useText();
  return (
    <div className="stack">
      {more && <Notice>{text('table.cut', { count: warnings.length })}</Notice>}
      <WarningTable
        warnings={warnings}
        total={total}
        empty={<Empty title={text('warnings.none')}>{text('warnings.none.why')}</Empty>}
      />
    </div>
  );
}
