import { apis, type Block, type BlockTranslation, Language, type Publication } from '@busbar/contract';
import { useEffect, useRef, useState } from 'react';
import { data, useOutletContext } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { fromBrowser } from '../calls.ts';
import type { Route } from './+types/translate';
import type { Standing } from './use-draft.ts';
import { WordChanges } from './word-changes.tsx';

export function loader({ params }: Route.LoaderArgs) {
  const language = Language.safeParse(params.language);
  if (!language.success) throw data(null, { status: 404 });
  return { language: language.data };
}

/** Paragraph by paragraph, the original beside the translation; what changed since is shown where it changed. */
export default function Translate({ loaderData: { language } }: Route.ComponentProps) {
  const publication = useOutletContext<Publication>();
  const text = useText();
  const open = publication.state === 'draft' || publication.state === 'inTranslation';
  const [editor] = useState(() => crypto.randomUUID());
  const blocks = publication.blocks.filter(
    ({ removed, content }) => !removed && (content.heading.trim() !== '' || content.text.trim() !== ''),
  );
  const translated = blocks.filter(({ translations }) =>
    translations.some((one) => one.language === language),
  );
  return (
    <div className="stack">
      <p className="soft">
        {text('translate.progress', { done: translated.length, all: blocks.length })}{' '}
        {!open && text('translate.closed')}
      </p>
      <noscript>
        <Notice kind="warn">{text('draft.noScripts')}</Notice>
      </noscript>
      <ol className="plain-list stack">
        {blocks.map((block) => (
          <Pair
            key={`${language} ${block.id}`}
            {...{ publication, language, editor, open }}
            first={block}
            title={text(`block.${block.content.kind}`)}
          />
        ))}
      </ol>
    </div>
  );
}

const PAUSE_MS = 1000;
const AGAIN_MS = 5000;

function Pair({
  publication,
  language,
  editor,
  open,
  first,
  title,
}: {
  publication: Publication;
  language: Language;
  editor: string;
  open: boolean;
  first: Block;
  title: string;
}) {
  const text = useText();
  const [block, setBlock] = useState(first);
  const there = block.translations.find((one) => one.language === language);
  const [typed, setTyped] = useState({ heading: there?.heading ?? '', text: there?.text ?? '' });
  const [standing, setStanding] = useState<Standing>('saved');
  const [base, setBase] = useState(there?.revision ?? 0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(typed);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (standing === 'changed' || standing === 'saving') event.preventDefault();
    };
    window.addEventListener('beforeunload', leaving);
    return () => window.removeEventListener('beforeunload', leaving);
  }, [standing]);

  const save = async (settles: readonly string[] = [], from = base) => {
    clearTimeout(timer.current);
    const sent = latest.current;
    setStanding('saving');
    try {
      const { outcome, block: stored } = await fromBrowser(apis.publications.translate, {
        params: { id: publication.id, block: block.id, language },
        body: { editor, base: from, ...sent, source: block.revision, settles: [...settles] },
      });
      setBlock(stored);
      if (outcome === 'aside') return setStanding('aside');
      setBase(stored.translations.find((one) => one.language === language)?.revision ?? 0);
      setStanding(latest.current === sent ? 'saved' : 'changed');
      if (latest.current !== sent) timer.current = setTimeout(() => void save(), PAUSE_MS);
    } catch {
      setStanding('failed');
      timer.current = setTimeout(() => void save(settles, from), AGAIN_MS);
    }
  };
  const change = (now: typeof typed) => {
    setTyped(now);
    latest.current = now;
    if (standing === 'aside') return;
    setStanding('changed');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), PAUSE_MS);
  };
  const variants = block.variants.filter((one) => one.language === language);
  const { content } = block;
  return (
    <li className="panel">
      <div className="row row-end">
        <h2>{title}</h2>
        {standing !== 'saved' && (
          <span className={`small standing-${standing}`} role="status">
            {text(`draft.standing.${standing}`)}
          </span>
        )}
      </div>
      {there?.staleSince && (
        <Stale translation={there} block={block} onStillRight={open ? () => void save() : undefined} />
      )}
      {standing === 'aside' && there && (
        <Notice kind="warn" title={text('draft.aside', { name: there.by })} live>
          <WordChanges before={there.text} after={typed.text} />
          <div className="row">
            <Button
              size="small"
              onClick={() =>
                void save(
                  variants.filter((one) => one.mine).map(({ id }) => id),
                  there.revision,
                )
              }
            >
              {text('draft.keepMine')}
            </Button>
            <Button
              size="small"
              onClick={() => {
                latest.current = { heading: there.heading, text: there.text };
                setTyped(latest.current);
                void save(
                  variants.filter((one) => one.mine).map(({ id }) => id),
                  there.revision,
                );
              }}
            >
              {text('draft.keepTheirs', { name: there.by })}
            </Button>
          </div>
        </Notice>
      )}
      <div className="translate-pair">
        <div lang={publication.language} className="stack stack-s">
          {content.heading && <p className="strong">{content.heading}</p>}
          <p className="source">{content.text}</p>
        </div>
        <div lang={language} className="stack stack-s">
          {content.heading && (
            <TextField
              label={text('translate.heading', { language: text(`languageName.${language}`) })}
              value={typed.heading}
              maxLength={300}
              disabled={!open}
              onChange={(event) => change({ ...typed, heading: event.currentTarget.value })}
            />
          )}
          {content.text && (
            <TextArea
              label={text('translate.text', { language: text(`languageName.${language}`) })}
              value={typed.text}
              rows={Math.min(16, 3 + Math.ceil(content.text.length / 60))}
              maxLength={20_000}
              disabled={!open}
              onChange={(event) => change({ ...typed, text: event.currentTarget.value })}
            />
          )}
        </div>
      </div>
    </li>
  );
}

function Stale({
  translation,
  block,
  onStillRight,
}: {
  translation: BlockTranslation;
  block: Block;
  onStillRight: (() => void) | undefined;
}) {
  const text = useText();
  return (
    <div className="stack stack-s">
      <p className="stale">
        <Icon name="clock" size={14} />{' '}
        {text.rich('translate.stale', { at: <Time key="at" at={translation.staleSince} style="date" /> })}
      </p>
      <WordChanges before={translation.from.heading} after={block.content.heading} />
      <WordChanges before={translation.from.text} after={block.content.text} />
      {onStillRight && (
        <div>
          <Button size="small" icon="check" onClick={onStillRight}>
            {text('translate.stillRight')}
          </Button>
        </div>
      )}
    </div>
  );
}
