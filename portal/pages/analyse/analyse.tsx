import { mayDo } from '@busbar/contract';
import { useEffect, useRef, useState } from 'react';

import { loadMessages } from '../../i18n/messages.ts';
import { useText } from '../../i18n/text.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';

const year = 'path=/; max-age=31536000; samesite=lax';

/**
 * Reads captures in this tab and sends nothing of them anywhere. What is below is a small portal of its own, with its
 * own addresses: no address of this page, no question to the service ever tells what was looked at.
 */
export default function Analyse() {
  const text = useText();
  const visitor = useVisitor();
  const maySend = useMay()('manage sites zones assets');
  const host = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<'not-yet' | 'open' | 'failed'>('not-yet');
  // Only as it is at the beginning: a page that is asked for anew must not close what was opened.
  const begun = useRef({ visitor, locale: text.locale, maySend });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let close: (() => void) | undefined;
    let left = false;
    const { visitor: whose, locale, maySend: sends } = begun.current;
    const open = async () => {
      const [{ openHere }, { deskHere }, { senderToService }, messages] = await Promise.all([
        import('../../here/app.tsx'),
        import('../../here/in-portal.ts'),
        import('../../here/send.ts'),
        loadMessages(locale),
      ]);
      if (left) return;
      const desk = deskHere(whose);
      const last = desk.captures.at(-1);
      // The page says so where it is needed.
      if (sends) desk.surroundings.addressee().catch(() => undefined);
      const shut = await openHere(element, {
        desk,
        locale,
        messages,
        loadMessages,
        visitor: whose,
        makeRoom: () => setOpened('open'),
        advisory: (id) => `/advisories/${id}`,
        ...(mayDo(whose.me?.roles ?? ['PUB'], 'make a field kit') && { kits: '/kits' }),
        ...(sends && { sender: await senderToService() }),
        remember: (cookie) => (document.cookie = `${cookie}; ${year}`),
        ...(last && { at: `/captures/${last.id}` }),
      });
      if (left) return shut();
      const warn = (event: BeforeUnloadEvent) => {
        if (desk.captures.length > 0) event.preventDefault();
      };
      window.addEventListener('beforeunload', warn);
      close = () => {
        window.removeEventListener('beforeunload', warn);
        // React does not unmount one tree from within the work of another.
        setTimeout(shut);
      };
    };
    open().catch(() => setOpened('failed'));
    return () => {
      left = true;
      close?.();
    };
  }, []);

  return (
    <>
      {opened !== 'open' && (
        <Page
          plain
          title={text('here')}
          heading={text('here.title')}
          lead={text('here.lead')}
          seen={{ scope: 'here' }}
          help={text('here.help')}
        >
          {opened === 'failed' ? (
            <Notice kind="alarm" title={text('here.notOpened')}>
              {text('here.notOpened.do')}
            </Notice>
          ) : (
            <p className="soft needs-scripts">{text('here.opening')}</p>
          )}
          <noscript>
            <p>{text('here.noScript')}</p>
          </noscript>
        </Page>
      )}
      <div ref={host} className="contents" />
    </>
  );
}
