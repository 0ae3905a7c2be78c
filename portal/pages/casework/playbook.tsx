import { type ChosenPlaybook, inLanguage, type PlaybookFile } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';

/** What must not be done, before everything else; then where it comes from. */
export function Chosen({ chosen }: { chosen: ChosenPlaybook }) {
  const text = useText();
  return (
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
            <Sources sources={one.sources} />
            <Form method="post">
              <input type="hidden" name="playbook" value={one.id} />
              <input type="hidden" name="sha256" value={one.sha256} />
              <Button type="submit" name="do" value="choose" busy={busy}>
                {text('playbook.choose.this')}
              </Button>
            </Form>
          </div>
        </details>
      ))}
      <BrokenFiles broken={broken} />
    </section>
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
