import { useText } from '../../i18n/text.tsx';
import { Notice } from '../../ui/notice.tsx';
import { CopyButton, useVisitor } from '../../ui/shell.tsx';

/** The address of an invitation: shown once, to be handed to the person it is for. */
export function InvitationMade({ name, code }: { name: string; code: string }) {
  const text = useText();
  const { origin } = useVisitor();
  return (
    <Notice kind="good" live title={text('members.invited', { name })}>
      <p>{text('members.invited.once')}</p>
      <Secret words={`${origin}/invitation/${code}`} />
    </Notice>
  );
}

export function Secret({ words }: { words: string }) {
  return (
    <p className="row">
      <code className="secret">{words}</code>
      <CopyButton words={words} />
    </p>
  );
}
