import { apis, type Authority, type CaseNotice, inLanguage, NoticeHow } from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, redirect, useLocation, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Choices, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, type Refused, signedIn, word } from '../calls.ts';
import { EditionFields, Meanwhile, refusalOf, revisionIn, typedIn, useEdition } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/notice';
import { CaseworkPage } from './casework-page.tsx';
import { momentIn } from './moment.ts';
import { MomentField } from './moment-field.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, params.id);
  const [notice, { items }] = await Promise.all([
    read(apis.deadlines.notice, { params }),
    read(apis.deadlines.authorities),
  ]);
  return { id: params.id, pulse, notice, authorities: items };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const revision = revisionIn(form);
  const what = word(form, 'do');
  const [authority, to, reference, handedAt] = [
    word(form, 'authority'),
    word(form, 'to'),
    word(form, 'reference'),
    momentIn(form, 'handedAt'),
  ];
  const answer = await attempt(async () =>
    what === 'send'
      ? call(apis.deadlines.send, {
          params,
          body: {
            revision,
            how: NoticeHow.parse(word(form, 'how')),
            ...(authority && { authority }),
            ...(to && { to }),
            ...(reference && { reference }),
            ...(handedAt && { handedAt }),
          },
        })
      : call(apis.deadlines.write, { params, body: { revision, values: valuesIn(form) } }),
  );
  if (answer.refused) return { what, refused: answer.refused, ...typedIn(form) };
  throw redirect(`/cases/${params.id}/notices/${params.notice}`);
}

function valuesIn(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form.keys()].flatMap((name) =>
      name.startsWith('value-') ? [[name.slice(6), word(form, name)]] : [],
    ),
  );
}

/** One notice: what the law asks for, then the letters that leave, then the button of the authoriser. */
export default function NoticePage({
  loaderData: { id, pulse, notice, authorities },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const { key: visit } = useLocation();
  const title = `${inLanguage(notice.name, text.locale)}, ${inLanguage(notice.lawName, text.locale)}`;
  return (
    <CaseworkPage
      id={id}
      pulse={pulse}
      head={notice.case}
      tab="/deadlines"
      title={title}
      within={<Link to={`/cases/${id}/deadlines`}>{text('case.tab.deadlines')}</Link>}
      lead={
        <>
          {notice.source} · {text('notice.language', { language: languageName(notice.language) })}
          {notice.state === 'draft' && notice.dueAt && (
            <>
              {' '}
              · {text('deadline.due')} <Time at={notice.dueAt} />
            </>
          )}
        </>
      }
    >
      {notice.state === 'sent' ? (
        <Sent notice={notice} />
      ) : (
        <>
          <Fill notice={notice} answer={actionData?.what === 'send' ? undefined : actionData} />
          <Letter id={id} notice={notice} />
          {may('send a legal notice') ? (
            <Send
              key={visit}
              notice={notice}
              authorities={authorities}
              answer={actionData?.what === 'send' ? actionData : undefined}
            />
          ) : (
            <Notice>{text('notice.authoriser', { owner: notice.case.owner })}</Notice>
          )}
        </>
      )}
      {notice.state === 'sent' && <Letter id={id} notice={notice} />}
    </CaseworkPage>
  );
}

function Sent({ notice }: { notice: CaseNotice }) {
  const text = useText();
  return (
    <Notice kind="good" title={text(`notice.how.${notice.how!}`, { to: notice.authority! })}>
      <p>
        {notice.sentBy} <Time at={notice.sentAt} />
      </p>
      {notice.reference && <p>{text('notice.reference.is', { reference: notice.reference })}</p>}
      {notice.delivery && <p>{text(`notice.delivery.${notice.delivery}`)}</p>}
      <p className="small">
        {text('hash.sha256')} <code className="breaks">{notice.sha256}</code>
      </p>
    </Notice>
  );
}

function Fill({ notice, answer }: { notice: CaseNotice; answer: Partial<Refused> | undefined }) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  const edition = useEdition({
    name: 'notice',
    revision: notice.revision,
    value: Object.fromEntries(notice.fields.map(({ id, value }) => [id, value])),
    read: valuesIn,
    kept: `notice ${notice.id}`,
  });
  return (
    <Form
      method="post"
      className="panel stack measure"
      aria-labelledby="fill"
      key={edition.key}
      {...edition.form}
    >
      <h2 id="fill">{text('notice.fill')}</h2>
      <p className="soft">{text('notice.fill.lead')}</p>
      <RefusalNotice answer={refusalOf(answer, edition)} />
      <EditionFields of={edition} />
      {notice.fields.map(({ id, name, hint, options, required, value }) => {
        const about = {
          label: `${inLanguage(name, text.locale)}${required ? '' : ` (${text('optional')})`}`,
          ...(hint && { hint: inLanguage(hint, text.locale) }),
          error: errorOf(id),
          name: `value-${id}`,
          defaultValue: edition.value[id] ?? '',
        };
        return options ? (
          <SelectField
            key={id}
            {...about}
            options={[
              { value: '', label: '–' },
              ...options.map((one) => ({ value: one.id, label: inLanguage(one.name, text.locale) })),
            ]}
          />
        ) : (
          <TextArea
            key={id}
            {...about}
            maxLength={8000}
            rows={value.length > 80 || value.includes('\n') ? 5 : 2}
          />
        );
      })}
      <div>
        <Button type="submit" name="do" value="write" busy={busy}>
          {text('notice.save')}
        </Button>
      </div>
      <Meanwhile
        of={edition}
        by={notice.changedBy}
        lines={(values) =>
          notice.fields.map(({ id, name, options }) => {
            const chosen = options?.find((one) => one.id === values[id]);
            return {
              label: inLanguage(name, text.locale),
              says: chosen ? inLanguage(chosen.name, text.locale) : (values[id] ?? ''),
            };
          })
        }
      />
    </Form>
  );
}

function Letter({ id, notice }: { id: string; notice: CaseNotice }) {
  const text = useText();
  return (
    <section className="stack stack-s" aria-labelledby="letter">
      <h2 id="letter">{text(notice.state === 'sent' ? 'notice.left' : 'notice.leaves')}</h2>
      <pre className="panel letter">{notice.text}</pre>
      <p>
        <a href={`/api/cases/${id}/notices/${notice.id}/text`} download>
          {text('notice.download')}
        </a>
      </p>
    </section>
  );
}

function Send({
  notice,
  authorities,
  answer,
}: {
  notice: CaseNotice;
  authorities: readonly Authority[];
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
}) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  // What leaves is what he has read: a letter that changes under his hand has to be read again.
  const [hasRead, setRead] = useState(notice.revision);
  const ways = authorities.flatMap(({ reads, encrypted, page, name }) => [
    ...(reads ? ['here' as const] : []),
    ...(encrypted ? ['mail' as const] : []),
    ...(page ? [{ name, page }] : []),
  ]);
  const pages = ways.filter((way) => typeof way === 'object');
  return (
    <Form method="post" className="panel stack measure" aria-labelledby="send">
      <h2 id="send">{text('notice.send')}</h2>
      <p className="soft">{text('notice.send.lead')}</p>
      <RefusalNotice answer={answer} />
      <input type="hidden" name="do" value="send" />
      <input type="hidden" name="revision" value={hasRead} />
      <Choices
        label={text('notice.how')}
        name="how"
        value={ways.includes('here') ? 'here' : 'ourselves'}
        options={NoticeHow.options
          .filter((how) => how === 'ourselves' || ways.includes(how))
          .map((how) => ({
            value: how,
            label: text(`notice.how.choose.${how}`),
            hint: text(`notice.how.hint.${how}`),
          }))}
      />
      {authorities.length > 0 && (
        <SelectField
          label={text('authority')}
          name="authority"
          error={errorOf('authority')}
          options={[
            { value: '', label: text('notice.authority.other') },
            ...authorities.map(({ id, name, reads, encrypted }) => ({
              value: id,
              label: [name, reads && text('authority.reads'), encrypted && text('authority.encrypted')]
                .filter(Boolean)
                .join(' · '),
            })),
          ]}
        />
      )}
      {pages.map(({ name, page }) => (
        <p key={page}>
          {name}:{' '}
          <a href={page} rel="noreferrer noopener">
            {page}
          </a>
        </p>
      ))}
      <TextField
        label={text('notice.to')}
        hint={text('notice.to.hint')}
        name="to"
        maxLength={200}
        error={errorOf('to')}
      />
      <MomentField label={text('notice.handedAt')} name="handedAt" error={errorOf('at')} />
      <TextField
        label={text('notice.reference')}
        name="reference"
        maxLength={200}
        width="short"
        error={errorOf('reference')}
      />
      {hasRead !== notice.revision && (
        <Notice
          kind="warn"
          live
          title={
            notice.changedBy
              ? text('edition.changed.by', { name: notice.changedBy })
              : text('edition.changed')
          }
        >
          <Button onClick={() => setRead(notice.revision)}>{text('notice.read.again')}</Button>
        </Notice>
      )}
      <div>
        <ConfirmButton
          busy={busy}
          question={text('notice.send.question')}
          consequence={text('notice.send.consequence')}
          confirm={text('notice.send')}
        >
          {text('notice.send')}
        </ConfirmButton>
      </div>
    </Form>
  );
}
