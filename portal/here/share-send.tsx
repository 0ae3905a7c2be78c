import type { SharedReport, Told } from '@busbar/contract';
import { useEffect, useMemo, useRef, useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { type Sender, type Sent, useHere } from '../ui/here.ts';
import { Notice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import type { Cause } from '../ui/upload.ts';
import { Ended } from './desk.ts';
import { useDesk } from './desk-context.ts';
import { CAPTURE_FILE, DEVICES_FILE } from './leaving.ts';
import { Cover, ForTheCert, useAddressee, useManifest } from './seal-bundle.tsx';
import { type Bundled, bundleName } from './sealing.ts';
import { inventoryTable } from './sharing.ts';
import type { Prepared } from './work.ts';

type Phase =
  | { readonly is: 'waiting' }
  | { readonly is: 'sealing' | 'sending'; readonly done: number; readonly total: number }
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'sent'; readonly sent: Sent };

/** Sends what was looked at, where somebody has signed in who may; in a kit it is encrypted, to be carried. */
export function ShareSend({ prepared: { report, leaving } }: { prepared: Prepared }) {
  const text = useText();
  const here = useHere();
  const files = useMemo(
    () => leaving.files.map(({ content, ...file }) => ({ ...file, bytes: content })),
    [leaving],
  );
  if (!here) return null;
  // Where there is no network, what was looked at is carried to the CERT.
  if (here.kit) return <ForTheCert files={files} />;
  if (!here.sender) return <p className="soft">{text('share.send.signIn')}</p>;
  return <ToService sender={here.sender} report={report} files={files} />;
}

function ToService({
  sender: { sites, send },
  report,
  files,
}: {
  sender: Sender;
  report: SharedReport;
  files: readonly Bundled[];
}) {
  const text = useText();
  const desk = useDesk();
  const [phase, setPhase] = useState<Phase>({ is: 'waiting' });
  const [site, setSite] = useState<string>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  // Under pseudonyms there are no such devices in the plant.
  const table = report.pseudonyms === null && report.devices.length > 0 ? inventoryTable(report) : undefined;
  const to = useAddressee();
  const manifest = useManifest(files, to);
  const going = async () => {
    if (typeof manifest === 'string') return;
    const { signal } = (stop.current = new AbortController());
    try {
      const bytes = files.reduce((sum, file) => sum + file.bytes.size, 0);
      setPhase({ is: 'sealing', done: 0, total: bytes });
      const sealing = desk.seal({ files, manifest }, (done) =>
        setPhase({ is: 'sealing', done: Math.min(bytes, done), total: bytes }),
      );
      signal.addEventListener('abort', () => sealing.cancel());
      if (signal.aborted) sealing.cancel();
      const sealed = await sealing.done;
      if (!sealed) return setPhase({ is: 'waiting' });
      const bundle = new File([sealed.bundle], bundleName(sealed));
      const devices = table === undefined ? undefined : new File([table], DEVICES_FILE);
      const total = bundle.size + (devices?.size ?? 0);
      setPhase({ is: 'sending', done: 0, total });
      const sent = await send(
        { bundle, devices, site },
        (done) => setPhase({ is: 'sending', done, total }),
        signal,
      );
      setPhase({ is: 'sent', sent });
    } catch (error) {
      if (signal.aborted) setPhase({ is: 'waiting' });
      else setPhase({ is: 'failed', error });
    }
  };
  return (
    <div className="stack stack-s">
      <p>{text('share.send.what')}</p>
      <ul className="points">
        {files.map(({ name }) => (
          <li key={name}>
            {text(name === CAPTURE_FILE ? 'share.send.capture' : 'share.send.report', { name })}
          </li>
        ))}
        {table && <li>{text('share.send.devices', { name: DEVICES_FILE })}</li>}
        {!table && report.devices.length > 0 && <li>{text('share.send.noDevices')}</li>}
      </ul>
      {to === 'missing' ? (
        <Notice kind="warn" live title={text('bundle.noKey')}>
          {text('share.send.noKey.do')}
        </Notice>
      ) : (
        <Cover manifest={manifest} />
      )}
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
      {sites.length > 1 && (
        <div className="measure">
          <SelectField
            label={text('bundles.site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
            value={site ?? sites[0]!.id}
            onChange={({ target }) => setSite(target.value)}
          />
        </div>
      )}
      {phase.is === 'sealing' || phase.is === 'sending' ? (
        <div className="panel">
          <Progress
            what={text(phase.is === 'sealing' ? 'bundle.sealing' : 'share.sending')}
            unit="bytes"
            done={phase.done}
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
            <li>
              <a href={`/bundles/${phase.sent.bundle}`} target="_blank" rel="noreferrer">
                {text('share.sent.bundle')}
              </a>
            </li>
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
              {whyNot(phase.error, text)}
            </Notice>
          )}
          <div>
            <Button
              kind="main"
              icon="upload"
              disabled={typeof manifest === 'string'}
              onClick={() => void going()}
            >
              {text('share.send')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** By what an error bears, and not by its class: the way to the service is in no kit. */
function whyNot(error: unknown, text: ReturnType<typeof useText>): string {
  if (error instanceof Ended) return text(`share.failed.${error.because}`);
  const { told, reason } = error as { readonly told?: Told; readonly reason?: Cause };
  if (told) return text.coded('problem', told);
  if (reason === 'full' || reason === 'tooLarge' || reason === 'refused') return text(`share.send.${reason}`);
  return text('share.send.failed.do');
}
