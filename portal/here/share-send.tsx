import { useEffect, useRef, useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { type Sent, useHere } from '../ui/here.ts';
import { Notice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import { CAPTURE_FILE, DEVICES_FILE } from './leaving.ts';
import { ForTheCert } from './seal-bundle.tsx';
import { inventoryTable } from './sharing.ts';
import type { Prepared } from './work.ts';

type Phase =
  | { readonly is: 'waiting' }
  | { readonly is: 'sending'; readonly sent: number; readonly total: number }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'sent'; readonly sent: Sent };

/** Sends what was looked at, where somebody has signed in who may; in a kit it is encrypted, to be carried. */
export function ShareSend({ prepared }: { prepared: Prepared }) {
  const text = useText();
  const here = useHere();
  const [phase, setPhase] = useState<Phase>({ is: 'waiting' });
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  if (!here) return null;
  // Where there is no network, what was looked at is carried to the CERT, encrypted.
  if (here.kit)
    return (
      <ForTheCert
        files={prepared.leaving.files.map(({ content, ...file }) => ({ ...file, bytes: content }))}
      />
    );
  const { send } = here;
  if (!send) return <p className="soft">{text('share.send.signIn')}</p>;

  const { report, leaving } = prepared;
  const capture = leaving.files.find(({ name }) => name === CAPTURE_FILE);
  // Under pseudonyms there are no such devices in the plant.
  const table = report.pseudonyms === null && report.devices.length > 0 ? inventoryTable(report) : undefined;
  const going = async () => {
    stop.current = new AbortController();
    const files = { capture: capture?.content, devices: table };
    const total = (capture?.content.size ?? 0) + (table ? new Blob([table]).size : 0);
    setPhase({ is: 'sending', sent: 0, total });
    try {
      const sent = await send(
        files,
        (done) => setPhase({ is: 'sending', sent: done, total }),
        stop.current.signal,
      );
      setPhase({ is: 'sent', sent });
    } catch (error) {
      if (stop.current.signal.aborted) setPhase({ is: 'waiting' });
      else setPhase({ is: 'failed', why: error instanceof Error ? error.message : '' });
    }
  };
  if (!capture && !table) return <p className="soft">{text('share.send.nothing')}</p>;
  return (
    <div className="stack stack-s">
      <p>{text('share.send.what')}</p>
      <ul className="points">
        {capture && <li>{text('share.send.capture', { name: CAPTURE_FILE })}</li>}
        {table && <li>{text('share.send.devices', { name: DEVICES_FILE })}</li>}
        {!table && report.devices.length > 0 && <li>{text('share.send.noDevices')}</li>}
      </ul>
      {table && (
        <details className="more">
          <summary>{text('share.letter.open', { name: DEVICES_FILE })}</summary>
          {/* What scrolls must be reachable by keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className="file-text" tabIndex={0} aria-label={DEVICES_FILE}>
            {table}
          </pre>
        </details>
      )}
      {phase.is === 'sending' ? (
        <div className="panel">
          <Progress
            what={text('share.sending')}
            unit="bytes"
            done={phase.sent}
            total={phase.total}
            cancel={
              <Button size="small" onClick={() => stop.current?.abort()}>
                {text('cancel')}
              </Button>
            }
          />
        </div>
      ) : phase.is === 'sent' ? (
        <Notice kind="good" live title={text('share.sent')}>
          <ul className="points">
            {phase.sent.capture && (
              <li>
                <a href={`/captures/${phase.sent.capture}`} target="_blank" rel="noreferrer">
                  {text('share.sent.capture')}
                </a>
              </li>
            )}
            {phase.sent.inventory && (
              <li>
                <a href={`/assets/import/${phase.sent.inventory}`} target="_blank" rel="noreferrer">
                  {text('share.sent.devices')}
                </a>
              </li>
            )}
          </ul>
        </Notice>
      ) : (
        <>
          {phase.is === 'failed' && (
            <Notice kind="alarm" live title={text('share.send.failed')}>
              {text('share.send.failed.do')} <span className="soft small">{phase.why}</span>
            </Notice>
          )}
          <div>
            <Button kind="main" icon="upload" onClick={() => void going()}>
              {text('share.send')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
