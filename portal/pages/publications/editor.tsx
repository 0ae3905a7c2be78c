import {
  type BlockContent,
  type BlockKind,
  nameOf,
  type Publication,
  type PublicationFinding,
  publicationFindings,
  publishedText,
  singleBlocks,
  textIn,
} from '@busbar/contract';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { useOutletContext, useRevalidator } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { PublicationText } from '../publication-text.tsx';
import { BlockFields } from './block-fields.tsx';
import { type Local, useDraft } from './use-draft.ts';
import { WordChanges } from './word-changes.tsx';

const kinds: readonly BlockKind[] = [
  'title',
  'summary',
  'impact',
  'product',
  'vulnerability',
  'mitigation',
  'fix',
  'detection',
  'reference',
  'acknowledgement',
  'section',
];

/** Blocks on one side, the page as its readers will have it on the other. Nothing has to be saved by hand. */
export default function Editor() {
  const publication = useOutletContext<Publication>();
  const text = useText();
  const { revalidate } = useRevalidator();
  const draft = useDraft(publication);
  const { blocks, others, state } = draft;
  const present = blocks.filter(({ removed }) => !removed);
  const gone = blocks.filter(({ removed }) => removed);
  const findings = useMemo(
    () =>
      publicationFindings(
        publication.kind,
        present.map(({ block, content }) => ({ id: block.id, content })),
      ),
    // A new list comes with every key; what it says is what counts.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [publication.kind, blocks],
  );
  const closed = state !== 'draft';
  const ofWhole = findings.filter(({ block }) => block === null);

  // Somebody else took the publication a step on: buttons and history are those of its new state.
  useEffect(() => {
    if (state !== publication.state) void revalidate();
  }, [state, publication.state, revalidate]);

  const move = (at: number, by: -1 | 1) => {
    const [here, there] = [present[at], present[at + by]];
    if (!here || !there) return;
    const beyond = present[at + 2 * by];
    const place = beyond ? (there.place + beyond.place) / 2 : there.place + by;
    draft.change(here.block.id, { place }, 'now');
  };
  const addable = kinds.filter(
    (kind) => !singleBlocks.includes(kind) || !present.some(({ content }) => content.kind === kind),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      draft.saveAll();
    }
  };
  return (
    // Ctrl S is what hands do by themselves; here it only hurries what happens anyway.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="draft" onKeyDown={onKeyDown}>
      <section className="draft-blocks stack" aria-label={text('draft.blocks')}>
        <div className="row draft-status" role="status">
          <Saving blocks={blocks} online={draft.online} />
          {others.length > 0 && (
            <span className="with-icon soft">
              <Icon name="people" size={14} />
              {text('draft.others', { names: [...new Set(others.map(({ name }) => name))].join(', ') })}
            </span>
          )}
        </div>
        <noscript>
          <Notice kind="warn">{text('draft.noScripts')}</Notice>
        </noscript>
        {closed && <Notice>{text(state === 'withdrawn' ? 'draft.closed.withdrawn' : 'draft.closed')}</Notice>}
        {ofWhole.length > 0 && (
          <Notice kind="warn" title={text('draft.missing')}>
            <ul className="plain-list">
              {ofWhole.map(({ told }) => (
                <li key={told.code}>{text.coded('publicationFinding', told)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <ol className="plain-list stack">
          {present.map((local, at) => (
            <BlockPanel
              key={local.block.id}
              local={local}
              closed={closed}
              findings={findings.filter(({ block }) => block === local.block.id)}
              others={others.filter(({ block }) => block === local.block.id).map(({ name }) => name)}
              onMove={(by) => move(at, by)}
              onChange={(content) => draft.change(local.block.id, { content })}
              onLeave={() => local.standing === 'changed' && draft.saveAll()}
              onRemove={() => draft.change(local.block.id, { removed: true }, 'now')}
              onPick={(content, settles) => void draft.pick(local.block.id, content, settles)}
              onFocus={() => draft.focus(local.block.id)}
            />
          ))}
        </ol>
        {!closed && (
          <div className="panel stack stack-s">
            <h2>{text('draft.add')}</h2>
            <div className="row">
              {addable.map((kind) => (
                <Button
                  key={kind}
                  size="small"
                  icon="plus"
                  onClick={() => {
                    const block = draft.add(emptyOf(kind), placeFor(kind, present));
                    requestAnimationFrame(() =>
                      document.querySelector<HTMLElement>(`#block-${block} :is(input, textarea)`)?.focus(),
                    );
                  }}
                >
                  {text(`block.${kind}`)}
                </Button>
              ))}
            </div>
          </div>
        )}
        {gone.length > 0 && (
          <details className="panel">
            <summary>{text('draft.removed', { count: gone.length })}</summary>
            <ul className="plain-list lines">
              {gone.map((local) => (
                <li key={local.block.id} className="row row-end">
                  <span>
                    {text(`block.${local.content.kind}`)} {nameOf(local.content)}
                  </span>
                  {local.block.variants.length > 0 && (
                    <span className="soft">{text('draft.removed.changed')}</span>
                  )}
                  {!closed && (
                    <Button
                      size="small"
                      onClick={() => draft.change(local.block.id, { removed: false }, 'now')}
                    >
                      {text('draft.bringBack')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>
      <LivePreview publication={publication} blocks={blocks} />
    </div>
  );
}

function BlockPanel({
  local,
  closed,
  findings,
  others,
  onMove,
  onChange,
  onLeave,
  onRemove,
  onPick,
  onFocus,
}: {
  local: Local;
  closed: boolean;
  findings: readonly PublicationFinding[];
  others: readonly string[];
  onMove: (by: -1 | 1) => void;
  onChange: (content: BlockContent) => void;
  onLeave: () => void;
  onRemove: () => void;
  onPick: (content: BlockContent | 'standing', settles: readonly string[]) => void;
  onFocus: () => void;
}) {
  const text = useText();
  const { block, content, standing } = local;
  const label = [text(`block.${content.kind}`), nameOf(content)].filter(Boolean).join(': ');
  const variants = block.variants.filter(({ language }) => language === null);
  const mine = variants.filter((variant) => variant.mine).map(({ id }) => id);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || closed) return;
    event.preventDefault();
    onMove(event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    // Alt and an arrow move the block from any of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      id={`block-${block.id}`}
      className={`panel draft-block draft-block-${standing}`}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      aria-label={label}
    >
      <div className="row row-end">
        <h2>{text(`block.${content.kind}`)}</h2>
        <span className="row small soft">
          {others.length > 0 && (
            <span className="with-icon draft-other">
              <Icon name="person" size={13} /> {others.join(', ')}
            </span>
          )}
          {block.by && (
            <span>
              {block.by}, <Time at={block.at} style="ago" />
            </span>
          )}
          <BlockStanding local={local} />
        </span>
        {!closed && (
          <span className="row nowrap">
            <Button
              kind="quiet"
              size="small"
              icon="arrowUp"
              aria-label={text('draft.up', { block: label })}
              aria-keyshortcuts="Alt+ArrowUp"
              onClick={() => onMove(-1)}
            />
            <Button
              kind="quiet"
              size="small"
              icon="arrowDown"
              aria-label={text('draft.down', { block: label })}
              aria-keyshortcuts="Alt+ArrowDown"
              onClick={() => onMove(1)}
            />
            <Button
              kind="quiet"
              size="small"
              icon="trash"
              aria-label={text('draft.remove', { block: label })}
              onClick={onRemove}
            />
          </span>
        )}
      </div>
      {local.refusal && <Notice kind="alarm">{text('draft.refused')}</Notice>}
      {standing === 'aside' && (
        <TwoVersions
          title={text('draft.aside', { name: block.by })}
          before={local.content}
          standing={block.content}
          keep={{ label: text('draft.keepMine'), onClick: () => onPick(local.content, mine) }}
          drop={{
            label: text('draft.keepTheirs', { name: block.by }),
            onClick: () => onPick('standing', mine),
          }}
        />
      )}
      {standing !== 'aside' &&
        !closed &&
        variants.map((variant) => (
          <TwoVersions
            key={variant.id}
            title={text('draft.variant', { name: variant.by })}
            before={variant.content}
            standing={content}
            keep={{
              label: text('draft.takeVariant', { name: variant.by }),
              onClick: () => onPick(variant.content, [variant.id]),
            }}
            drop={{ label: text('draft.keepThis'), onClick: () => onPick('standing', [variant.id]) }}
          />
        ))}
      <BlockFields
        content={content}
        findings={findings}
        disabled={closed}
        onChange={onChange}
        onLeave={onLeave}
      />
    </li>
  );
}

/** Both versions are there; one is picked, and the other stays in the history. */
function TwoVersions({
  title,
  before,
  standing,
  keep,
  drop,
}: {
  title: string;
  before: BlockContent;
  standing: BlockContent;
  keep: { label: string; onClick: () => void };
  drop: { label: string; onClick: () => void };
}) {
  const text = useText();
  return (
    <Notice kind="warn" title={title} live>
      <p className="soft small">{text('draft.aside.how')}</p>
      <WordChanges before={standing.heading} after={before.heading} />
      <WordChanges before={standing.text} after={before.text} />
      <div className="row">
        <Button size="small" onClick={keep.onClick}>
          {keep.label}
        </Button>
        <Button size="small" onClick={drop.onClick}>
          {drop.label}
        </Button>
      </div>
    </Notice>
  );
}

function BlockStanding({ local: { standing } }: { local: Local }) {
  const text = useText();
  if (standing === 'saved') return null;
  return <span className={`standing-${standing}`}>{text(`draft.standing.${standing}`)}</span>;
}

function Saving({ blocks, online }: { blocks: readonly Local[]; online: boolean }) {
  const text = useText();
  const waiting = blocks.filter(({ standing }) => standing !== 'saved' && standing !== 'aside').length;
  if (!online)
    return (
      <span className="with-icon">
        <Icon name="alarm" size={14} /> {text('draft.offline')}
      </span>
    );
  return (
    <span className="with-icon soft">
      <Icon name={waiting > 0 ? 'clock' : 'check'} size={14} />
      {waiting > 0 ? text('draft.saving') : text('draft.saved')}
    </span>
  );
}

function LivePreview({ publication, blocks }: { publication: Publication; blocks: readonly Local[] }) {
  const text = useText();
  const [language, setLanguage] = useState(publication.language);
  const shown = blocks.map(({ block, content, removed }) => ({ ...block, content, removed }));
  const languages = [publication.language, ...publication.languages];
  const published = publishedText(language, textIn(language, publication, shown));
  return (
    <section className="draft-preview panel" aria-label={text('draft.preview')}>
      <div className="row row-end">
        <span className="soft small">{text('draft.preview')}</span>
        {languages.length > 1 && (
          <label className="row nowrap small">
            {text('language')}
            <select
              className="input select"
              value={language}
              onChange={(event) =>
                setLanguage(
                  languages.find((one) => one === event.currentTarget.value) ?? publication.language,
                )
              }
            >
              {languages.map((one) => (
                <option key={one} value={one}>
                  {text(`languageName.${one}`)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <h2 className="publication-title">{published.title || text('publication.untitled')}</h2>
      {published.basedOn && (
        <Notice kind="warn" title={text('published.stale', { version: published.basedOn })} />
      )}
      <PublicationText published={published} under={2} />
    </section>
  );
}

/** Where a reader looks for it: after the last of its kind, or of the kinds that come before it. */
function placeFor(kind: BlockKind, present: readonly Local[]): number {
  const before = kinds.slice(0, kinds.indexOf(kind) + 1);
  const last = present.findLastIndex(({ content }) => before.includes(content.kind));
  const [here, next] = [present[last]?.place ?? 0, present[last + 1]?.place];
  return next === undefined ? here + 1 : (here + next) / 2;
}

function emptyOf(kind: BlockKind): BlockContent {
  const words = { heading: '', text: '' };
  switch (kind) {
    case 'product':
      return {
        kind,
        ...words,
        vendor: '',
        product: '',
        orderNumbers: [],
        range: '',
        status: 'affected',
        claim: null,
      };
    case 'vulnerability':
      return { kind, ...words, cve: '', cwe: '', vectors: [], claims: [] };
    case 'mitigation':
      return { kind, ...words, roles: [], safe: 'unknown' };
    case 'fix':
    case 'reference':
      return { kind, ...words, url: '' };
    default:
      return { kind, ...words };
  }
}
