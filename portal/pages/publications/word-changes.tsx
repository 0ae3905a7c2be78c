import { type PublicationChange, type WordChange, wordChanges } from '@busbar/contract';

import { useText, type Key } from '../../i18n/text.tsx';
import { Tag } from '../../ui/badge.tsx';

/** What was taken out and what was put in, word by word: marked by element and sign, not by colour alone. */
export function WordChanges({ before, after }: { before: string; after: string }) {
  return <Steps steps={wordChanges(before, after)} />;
}

function Steps({ steps }: { steps: readonly WordChange[] }) {
  if (steps.length === 0) return null;
  return (
    <p className="word-changes">
      {steps.map((step, at) =>
        step.kind === 'same' ? (
          <span key={at}>{step.text}</span>
        ) : step.kind === 'added' ? (
          <ins key={at}>{step.text}</ins>
        ) : (
          <del key={at}>{step.text}</del>
        ),
      )}
    </p>
  );
}

/** The visible list of changes between two versions, in words. */
export function ChangeList({ changes }: { changes: readonly PublicationChange[] }) {
  const text = useText();
  const said = (field: string, value: string) => {
    if (field === 'safe') return text(`safe.${value}` as Key);
    if (field === 'status') return text(`publishedStatus.${value}` as Key);
    if (field !== 'roles') return value;
    return value
      .split(', ')
      .map((role) => text(`role.asset.${role}` as Key))
      .join(', ');
  };
  return (
    <ol className="plain-list lines">
      {changes.map((change) => (
        <li key={`${change.block} ${change.what}`} className="stack stack-s">
          <div className="row">
            <Tag>{text(`change.${change.what}`)}</Tag>
            <strong>{[text(`block.${change.kind}` as Key), change.name].filter(Boolean).join(': ')}</strong>
          </div>
          {change.fields.map(({ field, before, after }) => (
            <p key={field}>
              {text(`block.field.${field}` as Key)}: {before && <del>{said(field, before)}</del>}{' '}
              {after && <ins>{said(field, after)}</ins>}
            </p>
          ))}
          {change.what !== 'moved' && (
            <>
              <Steps steps={change.heading} />
              <Steps steps={change.text} />
            </>
          )}
        </li>
      ))}
    </ol>
  );
}
