import { bundleTypes } from '@busbar/contract';
import { useEffect, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { SmallTable } from '../ui/small-table.tsx';
import { useCaptures, useDesk } from './desk-context.ts';
import { SealBundle } from './seal-bundle.tsx';
import type { Addressee, Bundled } from './sealing.ts';

/** What of a capture goes to the CERT in an encrypted file, and to whom: before anything is saved. */
export function BundleOut() {
  const text = useText();
  const format = useFormat();
  const { id } = useParams();
  const capture = useCaptures().find((one) => one.id === id);
  const to = useAddressee();
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
      {to === 'missing' && (
        <Notice kind="warn" title={text('bundle.noKey')}>
          {text('bundle.noKey.do')}
        </Notice>
      )}
      {typeof to === 'object' && (
        <>
          <p>
            {text.rich('bundle.to', {
              cert: to.cert.name,
              key: <code className="wrap">{to.cert.recipient}</code>,
            })}{' '}
            {to.member && text('bundle.to.member', { name: to.member.name })}
          </p>
          <SealBundle files={files} to={to} />
        </>
      )}
    </Page>
  );
}

function useAddressee(): Addressee | 'waiting' | 'missing' {
  const { surroundings } = useDesk();
  const [to, setTo] = useState<Addressee | 'waiting' | 'missing'>('waiting');
  useEffect(() => {
    let left = false;
    surroundings.addressee().then(
      (told) => left || setTo(told),
      () => left || setTo('missing'),
    );
    return () => {
      left = true;
    };
  }, [surroundings]);
  return to;
}
