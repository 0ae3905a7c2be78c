import type { AdvisoryValidation } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';

/** What the standard says of the document. For the CERT: others read the advisory, not its form. */
export function ValidationFindings({ validation }: { validation: AdvisoryValidation }) {
  const text = useText();
  const { csaf, valid, errors, warnings, informations, findings } = validation;
  const left = errors + warnings + informations - findings.length;
  return (
    <details className="more">
      <summary>
        {text(valid ? 'validation.valid' : 'validation.notValid', { version: csaf })}{' '}
        <span className="soft">{text('validation.counts', { errors, warnings, informations })}</span>
      </summary>
      {findings.length === 0 && <p className="soft">{text('validation.none')}</p>}
      <ul className="plain-list lines">
        {findings.map(({ section, severity, path, told }, place) => (
          <li key={`${section} ${path} ${place}`} className="stack stack-s">
            <span>{text.coded('csaf', told)}</span>
            <span className="soft small">
              {text(`validation.${severity}`)} ·{' '}
              {section === 'structure'
                ? text('validation.structure')
                : text('validation.section', { section })}{' '}
              · <code>{path || '/'}</code>
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && <p className="soft">{text('validation.more', { count: left })}</p>}
    </details>
  );
}
