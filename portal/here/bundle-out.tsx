import { bundleTypes } from '@busbar/contract';
import { useMemo } from 'react';
import { Link, useParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { SmallTable } from '../ui/small-table.tsx';
import { useCaptures } from './desk-context.ts';
import { ForTheCert } from './seal-bundle.tsx';
import type { Bundled } from './sealing.ts';

/** What of a capture goes to the CERT in an encrypted file, and to whom: before anything is saved. */
export function BundleOut() {
  const text = useText();
  const format = useFormat();
  const { id } = useParams();
  const capture = useCaptures().find((one) => one.id === id);
  const files = useMemo<readonly Bundled[]>(
    () =>
      capture?.report
        ? [
            {
              name: `${capture.file.name}.json`,
              type: bundleTypes.report,
              bytes: new Blob([JSON.stringify(capture.report)]),
            },
          ]
        : [],
    [capture],
  );
  return (
    <Page
      plain
      title={text('bundle')}
      heading={text('bundle.out')}
      lead={text('bundle.out.lead')}
      seen={{ scope: 'here' }}
      crumbs={
        <>
          <Link to="/">{text('here')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/captures/${id}`}>{capture?.file.name}</Link>
        </>
      }
    >
      {files.length > 0 ? (
        <SmallTable label={text('bundle.files')}>
          <thead>
            <tr>
              <th scope="col">{text('bundle.file')}</th>
              <th scope="col">{text('bundle.file.what')}</th>
              <th scope="col" className="number">
                {text('captures.size')}
              </th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ name, type, bytes }) => (
              <tr key={name}>
                <td className="wrap">{name}</td>
                <td>{text.coded('bundleType', { code: type, text: type })}</td>
                <td className="number">{format.bytes(bytes.size)}</td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      ) : (
        <Notice kind="note" title={text('bundle.nothing')}>
          {text('bundle.nothing.why')}
        </Notice>
      )}
      <ForTheCert files={files} />
    </Page>
  );
}
