import { apis, flawsOfTranslation, Language, ReportPiece, type TranslatedPiece } from '@busbar/contract';
import { useState } from 'react';
import { data, redirect, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { EditionForm, revisionIn, typedIn, useEdition } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { WordChanges } from '../publications/word-changes.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/translate-report';
import { Flaws } from './report-text.tsx';

function languageIn(params: { language?: string }): Language {
  const language = Language.safeParse(params.language);
  if (!language.success) throw data(null, { status: 404 });
  return language.data;
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const language = languageIn(params);
  const read = reader(context, request);
  const pulse = await pulseOf(read, params.id);
  const report = await read(apis.reportTranslations.list, { params: { id: params.id, language } });
  return { ...report, language, pulse };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const language = languageIn(params);
  const answer = await attempt(() =>
    call(apis.reportTranslations.save, {
      params: { id: params.id, language },
      body: {
        piece: ReportPiece.parse(word(form, 'piece')),
        number: Number(word(form, 'number')),
        source: word(form, 'source'),
        revision: revisionIn(form),
        ...(word(form, 'do') === 'remove' ? { heading: '', text: '', note: '' } : wordsIn(form)),
      },
    }),
  );
  if (answer.refused) return { refused: answer.refused, ...typedIn(form) };
  throw redirect(`/cases/${params.id}/report/translations/${language}`);
}

/** The report piece by piece: each in the words of its author, and beside them in another language. */
export default function TranslateReport({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { case: of, language, pulse, items, state, title, version } = loaderData;
  const mayWrite = state === 'draft';
  const translated = items.filter(({ translation }) => translation);
  const stale = translated.filter(({ translation }) => translation!.isStale).length;
  return (
    <Page
      title={text('reportTranslation', { language: text(`languageName.${language}`) })}
      lead={text('reportTranslation.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to={`/cases/${of.id}`}>{of.reference}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}/report`}>{text('investigation')}</Link>
        </>
      }
      actions={
        <Link className="button" to={`/cases/${of.id}/reports/${version}?language=${language}`}>
          {text('investigation.print')}
        </Link>
      }
    >
      <CaseTabs id={of.id} current="/report" pulse={pulse} />
      {actionData?.refused.code !== 'changed-meanwhile' && <RefusalNotice answer={actionData} />}
      {!mayWrite && (
        <Notice kind="warn">
          {text(state === 'final' ? 'reportTranslation.noReport' : 'reportTranslation.closed')}
        </Notice>
      )}
      {items.length === 0 ? (
        <p>{text('reportTranslation.none')}</p>
      ) : (
        <p className="soft">
          {title} · {text('investigation.version', { version })} ·{' '}
          {text('reportTranslation.progress', { done: translated.length, all: items.length })}{' '}
          {stale > 0 && (
            <span className="warn-words">{text('reportTranslation.staleCount', { count: stale })}</span>
          )}
        </p>
      )}
      <ol className="plain-list stack">
        {items.map((piece) => (
          <Piece key={`${piece.piece} ${piece.number}`} of={piece} {...{ language, mayWrite }} />
        ))}
      </ol>
    </Page>
  );
}

const wordsIn = (form: FormData) => ({
  heading: word(form, 'heading'),
  text: word(form, 'text'),
  note: word(form, 'note'),
});

function Piece({ of, language, mayWrite }: { of: TranslatedPiece; language: Language; mayWrite: boolean }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { piece, number, original, source, translation } = of;
  const edition = useEdition({
    name: `${language} ${piece} ${number}`,
    revision: translation?.revision ?? 0,
    value: {
      heading: translation?.heading ?? '',
      text: translation?.text ?? '',
      note: translation?.note ?? '',
    },
    read: wordsIn,
  });
  const { value } = edition;
  const [typed, setTyped] = useState(value.text);
  const names = piece === 'section' || piece === 'recommendation';
  const inLanguage = { language: text(`languageName.${language}`) };
  const title =
    piece === 'title' || piece === 'section'
      ? text(`reportTranslation.${piece}`, { number })
      : `${piece === 'fact' ? 'F' : 'R'}${number}`;
  return (
    <li className="panel stack stack-s" aria-label={title}>
      <div className="row row-end">
        <h2>{title}</h2>
        <span className="soft small">
          {translation
            ? text.rich('reportTranslation.by', {
                name: translation.by,
                at: <Time key="at" at={translation.at} style="short" />,
                version: translation.version,
              })
            : text('reportTranslation.missing')}
        </span>
      </div>
      {translation?.isStale && (
        <div className="stack stack-s">
          <p className="stale">
            <Icon name="clock" size={14} />{' '}
            {text.rich('reportTranslation.stale', {
              at: <Time key="at" at={translation.at} style="short" />,
            })}
          </p>
          {(['heading', 'text', 'note'] as const)
            .filter((field) => translation.from[field] !== original[field])
            .map((field) => (
              <WordChanges key={field} before={translation.from[field]} after={original[field]} />
            ))}
        </div>
      )}
      <div className="translate-pair">
        <div lang={of.language} className="stack stack-s">
          {original.heading && <p className="strong">{original.heading}</p>}
          {original.text && <p className="source">{original.text}</p>}
          {original.note && <p className="soft">{original.note}</p>}
        </div>
        <EditionForm
          of={edition}
          by={translation?.by ?? null}
          lines={(one) => [
            { label: text('reportTranslation.heading', inLanguage), says: one.heading },
            { label: text('reportTranslation.text', inLanguage), says: one.text },
            { label: text('reportTranslation.note', inLanguage), says: one.note },
          ]}
          buttons={
            mayWrite && (
              <>
                <Button type="submit" busy={busy}>
                  {text('investigation.save')}
                </Button>
                {translation && (
                  <ConfirmButton
                    name="do"
                    value="remove"
                    kind="plain"
                    busy={busy}
                    question={text('reportTranslation.remove.question')}
                    consequence={text('reportTranslation.remove.consequence')}
                    confirm={text('reportTranslation.remove')}
                  >
                    {text('reportTranslation.remove')}
                  </ConfirmButton>
                )}
              </>
            )
          }
        >
          <input type="hidden" name="piece" value={piece} />
          <input type="hidden" name="number" value={number} />
          <input type="hidden" name="source" value={source} />
          {original.heading && (
            <TextField
              label={text('reportTranslation.heading', inLanguage)}
              lang={language}
              name="heading"
              required
              readOnly={!mayWrite}
              maxLength={400}
              defaultValue={value.heading}
            />
          )}
          {original.text && (
            <TextArea
              label={text('reportTranslation.text', inLanguage)}
              lang={language}
              name="text"
              required
              readOnly={!mayWrite}
              maxLength={40_000}
              rows={Math.min(16, 2 + Math.ceil(original.text.length / 60))}
              defaultValue={value.text}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {original.note && (
            <TextField
              label={text('reportTranslation.note', inLanguage)}
              lang={language}
              name="note"
              required
              readOnly={!mayWrite}
              maxLength={1000}
              defaultValue={value.note}
            />
          )}
          {names && typed.trim() && <Flaws flaws={flawsOfTranslation(original.text, typed)} />}
        </EditionForm>
      </div>
    </li>
  );
}
