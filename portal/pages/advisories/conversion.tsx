import { type AdvisoryConversion, apis, urlOf } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';

/** A document of CSAF 2.0 as one of CSAF 2.1, with what a person has to look at before it is used. */
export function Conversion({ id, conversion }: { id: string; conversion: AdvisoryConversion }) {
  const text = useText();
  const { converted, notes, more } = conversion;
  if (!converted) return null;
  return (
    <details className="more">
      <summary>
        {text('conversion.title')}{' '}
        <span className="soft">{text('conversion.count', { count: notes.length + more })}</span>
      </summary>
      <p>
        <a
          className="button button-plain button-normal"
          href={urlOf(apis.advisories.converted, { params: { id } })}
          download
        >
          <Icon name="download" /> {text('conversion.download')}
        </a>
      </p>
      <ul className="plain-list lines">
        {notes.map(({ error, path, told }, place) => (
          <li key={`${path} ${place}`} className="stack stack-s">
            <span>
              {error && <Icon name="alarm" size={13} />} {text.coded('csafConversion', told)}
            </span>
            <span className="soft small">
              {error && `${text('conversion.error')} · `}
              <code>{path || '/'}</code>
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="soft">{text('advisory.changes.more', { count: more })}</p>}
    </details>
  );
}
