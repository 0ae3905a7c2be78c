import { apis, type CaseLetter } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/letters';
import { AbuseCount, AbuseFacts } from './abuse-facts.tsx';
import { Signature } from './by-mail.tsx';
import { ApartLetter } from './letters-panel.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const open = reader(context, request);
  const pulse = await pulseOf(open, params.id);
  const [letters, found] = [
    await open(apis.mailbox.letters, { params }),
    await open(apis.cases.get, { params }),
  ];
  return { pulse, letters, reference: found.reference };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const letter = word(await request.formData(), 'letter');
  const taken = await attempt(() => call(apis.mailbox.take, { params: { id, letter } }));
  if (taken.refused) return taken;
  throw redirect(`/cases/${id}#newest`);
}

/** Every letter of a case as it came, for the CERT. */
export default function LettersPage({
  loaderData: { pulse, letters, reference },
  params: { id },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const cert = useCert();
  return (
    <Page
      title={text('letters')}
      lead={reference}
      seen={{ scope: 'own', owner: cert?.name ?? '' }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${id}`}>{reference}</Link>
        </>
      }
    >
      <CaseTabs id={id} current="/letters" pulse={pulse} />
      <RefusalNotice answer={actionData} />
      {letters.items.length === 0 ? (
        <Empty title={text('letters.none')}>{text('letters.none.why', { reference })}</Empty>
      ) : (
        <>
          <AbuseCount abuse={letters.abuse} />
          <ol className="plain-list stack">
            {letters.items.toReversed().map((letter) => (
              <li key={letter.id}>
                {!letter.message && letter.kind !== 'report' ? (
                  <ApartLetter id={id} letter={letter} />
                ) : (
                  <section className="panel stack stack-s">
                    <p className="said-by">
                      <strong>{letter.subject || text('letter.noSubject')}</strong>{' '}
                      <Time at={letter.at} style="short" /> <Signature of={letter} />
                    </p>
                    <LetterFacts id={id} letter={letter} />
                  </section>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </Page>
  );
}

function LetterFacts({ id, letter }: { id: string; letter: CaseLetter }) {
  const text = useText();
  const { from, fingerprint, attachments, problems, takenBy, kind, encrypted } = letter;
  return (
    <>
      <dl className="facts">
        <dt>{text('letter.from')}</dt>
        <dd className="wrap">{from || '–'}</dd>
        <dt>{text('letter.became')}</dt>
        <dd>
          {takenBy
            ? text('letter.became.taken', { by: takenBy })
            : text(kind === 'report' ? 'letter.became.report' : 'letter.became.message')}
        </dd>
        <dt>{text('letter.way')}</dt>
        <dd>{text(encrypted ? 'letter.way.encrypted' : 'letter.way.open')}</dd>
        {fingerprint && (
          <>
            <dt>{text('letter.key')}</dt>
            <dd>
              <code className="wrap">{(fingerprint.match(/.{4}/g) ?? []).join(' ')}</code>{' '}
              <span className="soft">{text('letter.key.unconfirmed')}</span>
            </dd>
          </>
        )}
        {attachments.length > 0 && (
          <>
            <dt>{text('letter.attachments')}</dt>
            <dd>
              <ul className="plain-list">
                {attachments.map(({ name, size, type, evidence }, place) => (
                  <li key={place} className="wrap">
                    {evidence ? (
                      <Link to={`/cases/${id}/evidence/${evidence}`}>
                        {name || text('letter.attachment.unnamed')}
                      </Link>
                    ) : (
                      name || text('letter.attachment.unnamed')
                    )}{' '}
                    <span className="soft">
                      {text('letter.attachment.size', { size })} · {type}
                    </span>
                  </li>
                ))}
              </ul>
              {attachments.some(({ evidence }) => !evidence) && (
                <p className="soft">{text('letter.attachments.where')}</p>
              )}
            </dd>
          </>
        )}
      </dl>
      {letter.abuse && <AbuseFacts report={letter.abuse} />}
      {problems.map((problem) => (
        <p key={problem}>{text(`letter.problem.${problem}`)}</p>
      ))}
    </>
  );
}
