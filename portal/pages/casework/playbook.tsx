import { type ChosenPlaybook, inLanguage, type PlaybookFile, type Translated } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';

/** What must not be done, before everything else; then where it comes from. */
export function Chosen({ chosen }: { chosen: ChosenPlaybook }) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  return (
    <>
      <Notice kind="alarm" title={text('playbook.never', { name: inLanguage(chosen.name, text.locale) })}>
        <Never never={chosen.never} />
        <details className="more">
          <summary>{text('playbook.from')}</summary>
          <p className="small">
            {text('playbook.chosen', { by: chosen.by, version: chosen.version })}{' '}
            <Time at={chosen.at} style="short" />
          </p>
          <p className="small">
            {text('playbook.file')} <code className="breaks">{chosen.sha256}</code>
          </p>
          <Sources sources={chosen.sources} />
        </details>
      </Notice>
      {may('triage and move cases') && chosen.untouched && (
        <Form method="post">
          <input type="hidden" name="playbook" value={chosen.id} />
          <ConfirmButton
            kind="plain"
            size="small"
            name="do"
            value="unchoose"
            busy={busy}
            question={text('playbook.takeBack.question', { name: inLanguage(chosen.name, text.locale) })}
            consequence={text('playbook.takeBack.consequence')}
            confirm={text('playbook.takeBack')}
          >
            {text('playbook.takeBack')}
          </ConfirmButton>
        </Form>
      )}
    </>
  );
}

export function ChoosePlaybook({
  playbooks,
  broken,
}: {
  playbooks: readonly PlaybookFile[];
  broken: readonly { readonly file: string; readonly why: string }[];
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <section className="stack" aria-labelledby="playbooks">
      <h2 id="playbooks">{text('playbook.choose')}</h2>
      <p className="soft">{text('playbook.choose.lead')}</p>
      {playbooks.map((one) => (
        <details key={one.id} className="panel more">
          <summary>{inLanguage(one.name, text.locale)}</summary>
          <div className="stack stack-s">
            <p>{inLanguage(one.summary, text.locale)}</p>
            <h3>{text('playbook.never.title')}</h3>
            <Never never={one.never} />
            <p className="soft small">
              {text('playbook.makes', { tasks: one.steps.length, measures: one.measures.length })}{' '}
              {text(`playbook.from.${one.from}`, { version: one.version })}
            </p>
            <Adds title={text('case.tab.tasks')} items={one.steps} />
            <Adds title={text('case.tab.measures')} items={one.measures} />
            <Sources sources={one.sources} />
            <Form method="post">
              <input type="hidden" name="playbook" value={one.id} />
              <input type="hidden" name="sha256" value={one.sha256} />
              <ConfirmButton
                kind="plain"
                name="do"
                value="choose"
                busy={busy}
                question={text('playbook.choose.question', { name: inLanguage(one.name, text.locale) })}
                consequence={text('playbook.choose.consequence', {
                  tasks: one.steps.length,
                  measures: one.measures.length,
                })}
                confirm={text('playbook.choose.this')}
              >
                {text('playbook.choose.this')}
              </ConfirmButton>
            </Form>
          </div>
        </details>
      ))}
      <BrokenFiles broken={broken} />
    </section>
  );
}

/** What would be added, before it is. */
function Adds({ title, items }: { title: string; items: readonly { id: string; title: Translated }[] }) {
  const { locale } = useText();
  if (items.length === 0) return null;
  return (
    <details className="more">
      <summary>{`${title} (${items.length})`}</summary>
      <ol>
        {items.map((one) => (
          <li key={one.id}>{inLanguage(one.title, locale)}</li>
        ))}
      </ol>
    </details>
  );
}

/** Files of the instance that do not fit, for whoever wrote them. */
export function BrokenFiles({
  broken,
}: {
  broken: readonly { readonly file: string; readonly why: string }[];
}) {
  const text = useText();
  if (broken.length === 0) return null;
  return (
    <Notice kind="warn" title={text('files.broken')}>
      <ul className="plain-list">
        {broken.map(({ file, why }) => (
          <li key={file}>
            <code>{file}</code>
            <pre className="keeps-lines small">{why}</pre>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Never({ never }: Pick<ChosenPlaybook, 'never'>) {
  const { locale } = useText();
  return (
    <ul>
      {never.map((one) => (
        <li key={one.en}>{inLanguage(one, locale)}</li>
      ))}
    </ul>
  );
}

function Sources({ sources }: Pick<ChosenPlaybook, 'sources'>) {
  const text = useText();
  return (
    <p className="small soft">
      {text('playbook.sources')}{' '}
      {sources.map(({ name, url }, place) => (
        <span key={name}>
          {place > 0 && '; '}
          {url ? (
            <a href={url} rel="noreferrer noopener">
              {name}
            </a>
          ) : (
            name
          )}
        </span>
      ))}
    </p>
  );
}
