import { bundleTypes, MOST_BUNDLED } from '@busbar/contract';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { SmallTable } from '../ui/small-table.tsx';
import { useAside, useCaptures } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import type { Aside } from './leaving.ts';
import { Letter } from './letter.tsx';
import { ForTheCert } from './seal-bundle.tsx';
import type { Bundled } from './sealing.ts';
import { TickList } from './tick-list.tsx';

/** What of the captures here goes to the CERT in one encrypted file, and to whom: before anything is saved. */
export function BundleOut() {
  const text = useText();
  const format = useFormat();
  const { id } = useParams();
  const all = useCaptures();
  const aside = useAside();
  const captures = useMemo(() => all.filter(({ report }) => report), [all]);
  const one = captures.find((capture) => capture.id === id);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(
    () => new Set([...(id === undefined ? [] : [id]), ...aside.map((share) => share.id)]),
  );
  const files = useMemo(
    () => [
      ...reportsOf(captures.filter((capture) => ticked.has(capture.id))),
      ...sharesOf(aside.filter((share) => ticked.has(share.id))),
    ],
    [captures, aside, ticked],
  );
  const isTooMany = files.length > MOST_BUNDLED;
  return (
    <Page
      plain
      title={text('bundle')}
      heading={text('bundle.out')}
      lead={text('bundle.out.lead')}
      seen={{ scope: 'here' }}
      crumbs={
        <>
          <Link to="/">{text('here')}</Link>{' '}
          {one && (
            <>
              <Icon name="chevronRight" size={12} /> <Link to={`/captures/${one.id}`}>{one.file.name}</Link>
            </>
          )}
        </>
      }
    >
      {captures.length + aside.length > 1 && (
        <TickList
          title={text('bundle.out.tick')}
          items={[
            ...captures.map(({ id: key, file: { name } }) => ({
              id: key,
              label: text('bundle.out.report', { name }),
              words: name,
            })),
            ...aside.map(({ id: key, name, files: { length } }) => ({
              id: key,
              label: text('bundle.out.share', { name, files: length }),
              words: name,
            })),
          ]}
          ticked={ticked}
          onTick={setTicked}
          empty={null}
        />
      )}
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
          {text(captures.length > 0 ? 'bundle.nothing.ticked' : 'bundle.nothing.why')}
        </Notice>
      )}
      {/* Packets were looked at, one by one, where they were prepared. */}
      {files
        .filter(({ type }) => type !== bundleTypes.capture)
        .map(({ name, bytes }) => (
          <Letter key={name} content={bytes} name={name} />
        ))}
      {isTooMany ? (
        <Notice kind="warn" live title={text('bundle.tooMany')}>
          {text('bundle.tooMany.do', { most: MOST_BUNDLED })}
        </Notice>
      ) : (
        files.length > 0 && <ForTheCert files={files} />
      )}
    </Page>
  );
}

/** The same report is the same bytes, however often something else is ticked. */
const written = new WeakMap<object, Blob>();

function reportsOf(captures: readonly HeldCapture[]): Bundled[] {
  const given = new Set<string>();
  return captures.map(({ file, report }) => {
    const bytes = written.get(report!) ?? new Blob([JSON.stringify(report)]);
    written.set(report!, bytes);
    return { name: onlyOnce(`${file.name}.json`, given), type: bundleTypes.report, bytes };
  });
}

/** Numbered, and not by the names of their captures: those may be what somebody did not share. */
function sharesOf(shares: readonly Aside[]): Bundled[] {
  return shares.flatMap(({ files }, place) =>
    files.map(({ name, type, content }) => ({ name: `share-${place + 1}-${name}`, type, bytes: content })),
  );
}

/** People drop the same name from two folders; in a bundle each is there once, whatever the case of its letters. */
function onlyOnce(name: string, given: Set<string>): string {
  for (let count = 1; ; count++) {
    const tried = count === 1 ? name : name.replace(/(?=(?:\.\w+)*$)/, ` (${count})`);
    if (given.has(tried.toLowerCase())) continue;
    given.add(tried.toLowerCase());
    return tried;
  }
}
