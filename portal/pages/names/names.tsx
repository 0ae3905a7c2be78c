import { apis, type TaughtNamesFile } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State, Tlp } from '../../ui/badge.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/names';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { items } = await reader(context, request)(apis.taughtNames.list);
  // What somebody has to mend stands first.
  return { items: items.toSorted((a, b) => Number(b.faults.length > 0) - Number(a.faults.length > 0)) };
}

/** What the instance teaches of names, file by file, and why a file is not used. */
export default function Names({ loaderData: { items } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page title={text('taught')} lead={text('taught.lead')} seen={{ scope: 'administrators' }}>
      {items.length === 0 ? (
        <Empty title={text('taught.none')}>{text('taught.none.why')}</Empty>
      ) : (
        <ul className="plain-list lines">
          {items.map((item) => (
            <File key={item.file} {...item} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function File({ file, label, vendors, families, faults }: TaughtNamesFile) {
  const text = useText();
  const isUsed = faults.length === 0;
  return (
    <li className="stack stack-s">
      <div className="row">
        <h2>
          <code>{file}</code>
        </h2>
        <State standing={isUsed ? 'done' : 'failed'}>{text(isUsed ? 'taught.used' : 'taught.refused')}</State>
        {label && <Tlp label={label} />}
      </div>
      {isUsed ? (
        <>
          <p>{text('taught.counts', { vendors, families })}</p>
          {label && <p className="soft">{text(`taught.goes.${label}`)}</p>}
        </>
      ) : (
        <>
          <ul className="points">
            {faults.map(({ line, place, ...fault }, position) => (
              <li key={`${position} ${fault.code}`}>
                {line !== null && <strong>{text('taught.line', { line })}: </strong>}
                {place && <code>{place}</code>} {text.coded('nameFault', fault)}
              </li>
            ))}
          </ul>
          <p className="soft">{text('taught.mend')}</p>
        </>
      )}
    </li>
  );
}
