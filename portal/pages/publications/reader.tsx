import {
  type BlockContent,
  isLink,
  type Language,
  type PublicationSnapshot,
  type SnapshotBlock,
} from '@busbar/contract';
import type { ReactNode } from 'react';

import { useText } from '../../i18n/text.tsx';
import { Tag } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';

type Of<Kind extends BlockContent['kind']> = Extract<BlockContent, { kind: Kind }>;
type Shown<Kind extends BlockContent['kind']> = Omit<SnapshotBlock, 'content'> & { content: Of<Kind> };

/** A publication as its readers get it: what it does to the process, what to do, whom it concerns, then the rest. */
export function PublicationText({
  snapshot,
  language,
}: {
  snapshot: Pick<PublicationSnapshot, 'languages' | 'language' | 'version'>;
  language: Language;
}) {
  const text = useText();
  const shown = snapshot.languages[language] ?? snapshot.languages[snapshot.language];
  if (!shown) return null;
  const original = !snapshot.languages[language] || language === snapshot.language;
  const of = <Kind extends BlockContent['kind']>(kind: Kind) =>
    shown.blocks.filter((block): block is SnapshotBlock & Shown<Kind> => block.content.kind === kind);
  const products = of('product');
  const [mitigations, fixes, vulnerabilities] = [of('mitigation'), of('fix'), of('vulnerability')];
  const [references, acknowledgements] = [of('reference'), of('acknowledgement')];
  return (
    <article className="publication stack stack-l" lang={original ? snapshot.language : language}>
      {!snapshot.languages[language] && (
        <Notice>
          {text('publication.notTranslated', { language: text(`languageName.${snapshot.language}`) })}
        </Notice>
      )}
      {!original && shown.translatedFrom < snapshot.version && (
        <Notice kind="warn">
          {text('publication.translationOf', { from: shown.translatedFrom, now: snapshot.version })}
        </Notice>
      )}
      {!original && shown.staleSince && (
        <Notice kind="warn">
          {text.rich('publication.staleSince', { at: <Time key="at" at={shown.staleSince} style="date" /> })}
        </Notice>
      )}
      {of('summary').map((block) => (
        <div key={block.id} className="publication-summary">
          <Words block={block} original={original} />
        </div>
      ))}
      <Part title={text('block.impact')} when={of('impact').some(({ content }) => content.text)}>
        {of('impact').map((block) => (
          <Words key={block.id} block={block} original={original} />
        ))}
      </Part>
      <Part title={text('publication.do')} when={mitigations.length > 0}>
        <ul className="plain-list lines">
          {mitigations.map((block) => (
            <li key={block.id} className="stack stack-s">
              <div className="row">
                <Safe safe={block.content.safe} />
                {block.content.roles.map((role) => (
                  <Tag key={role}>{text(`role.asset.${role}`)}</Tag>
                ))}
              </div>
              <Words block={block} original={original} />
            </li>
          ))}
        </ul>
      </Part>
      <Part title={text('block.fix')} when={fixes.length > 0}>
        {fixes.map((block) => (
          <div key={block.id}>
            <Words block={block} original={original} />
            <Address url={block.content.url} />
          </div>
        ))}
      </Part>
      <Part title={text('publication.products')} when={products.length > 0}>
        <SmallTable label={text('publication.products')}>
          <thead>
            <tr>
              <th scope="col">{text('asset.vendor')}</th>
              <th scope="col">{text('asset.product')}</th>
              <th scope="col">{text('block.field.range')}</th>
              <th scope="col">{text('block.field.status')}</th>
              <th scope="col">{text('block.field.orderNumbers')}</th>
            </tr>
          </thead>
          <tbody>
            {products.map(({ id, content }) => (
              <tr key={id}>
                <td>{content.vendor}</td>
                <td>{content.product}</td>
                <td>
                  <code>{content.range || text('publication.everyVersion')}</code>
                </td>
                <td>{text(`publishedStatus.${content.status}`)}</td>
                <td>
                  <code>{content.orderNumbers.join(', ') || '–'}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      </Part>
      <Part title={text('block.detection')} when={of('detection').length > 0}>
        {of('detection').map((block) => (
          <Words key={block.id} block={block} original={original} />
        ))}
      </Part>
      <Part title={text('publication.vulnerabilities')} when={vulnerabilities.length > 0}>
        {vulnerabilities.map((block) => (
          <section key={block.id} className="stack stack-s">
            <h3>{[block.content.cve, block.content.heading].filter(Boolean).join(' – ')}</h3>
            <div className="row">
              {block.content.cwe && <Tag mono>{block.content.cwe}</Tag>}
              {block.content.vectors.map((vector) => (
                <Tag key={vector} mono>
                  {vector}
                </Tag>
              ))}
            </div>
            {block.content.text && <Words block={block} original={original} bare />}
          </section>
        ))}
      </Part>
      {of('section').map((block) => (
        <Part key={block.id} title={block.content.heading}>
          <Words block={block} original={original} bare />
        </Part>
      ))}
      <Part title={text('publication.references')} when={references.length > 0}>
        <ul className="plain-list">
          {references.map(({ id, content }) => (
            <li key={id}>
              <Address url={content.url} name={content.heading} />
            </li>
          ))}
        </ul>
      </Part>
      <Part title={text('block.acknowledgement')} when={acknowledgements.length > 0}>
        {acknowledgements.map((block) => (
          <Words key={block.id} block={block} original={original} />
        ))}
      </Part>
    </article>
  );
}

/** What becomes a link is decided where Markdown is, too. */
export function Address({ url, name = '' }: { url: string; name?: string }) {
  if (!url) return <>{name}</>;
  if (!isLink(url)) return <span>{[name, url].filter(Boolean).join(' – ')}</span>;
  return (
    <a href={url} rel="noopener noreferrer nofollow">
      {name || url}
    </a>
  );
}

export function Safe({ safe }: { safe: Of<'mitigation'>['safe'] }) {
  const text = useText();
  const icons = { yes: 'check', no: 'minusCircle', unknown: 'question' } as const;
  return (
    <span className={`with-icon safe safe-${safe}`}>
      <Icon name={icons[safe]} size={14} /> {text(`safe.${safe}`)}
    </span>
  );
}

function Part({ title, when = true, children }: { title: string; when?: boolean; children: ReactNode }) {
  if (!when) return null;
  return (
    <section className="stack stack-s">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** `bare`: its heading already stands above it. */
function Words({
  block,
  original,
  bare = false,
}: {
  block: SnapshotBlock;
  original: boolean;
  bare?: boolean;
}) {
  const text = useText();
  const { heading, text: words } = block.content;
  return (
    <div className="stack stack-s">
      {!bare && heading && <h3>{heading}</h3>}
      <Markdown text={words} />
      {!original && block.staleSince && (
        <p className="small stale">
          <Icon name="clock" size={13} />{' '}
          {text.rich('publication.blockStale', { at: <Time key="at" at={block.staleSince} style="date" /> })}
        </p>
      )}
      {!original && !block.translated && (
        <p className="small soft">{text('publication.blockUntranslated')}</p>
      )}
    </div>
  );
}
