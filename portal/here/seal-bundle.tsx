import { type BundleManifest, bundleTypes, MOST_REPORTED } from '@busbar/contract';
import { useEffect, useMemo, useRef, useState } from 'react';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import type { Apart } from './desk.ts';
import { useDesk } from './desk-context.ts';
import { Letter } from './letter.tsx';
import { saveBlob } from './save-file.ts';
import { type Addressee, type Bundled, bundleName, type Sealed } from './sealing.ts';

type State =
  | { readonly is: 'ready' | 'stopped' | 'failed' }
  | { readonly is: 'sealing'; readonly done: number; readonly total: number }
  | { readonly is: 'saved'; readonly name: string; readonly size: number; readonly sha256: string };

/** Says to whom files go, and seals them; or why there is nobody to seal them for. */
export function ForTheCert({ files }: { files: readonly Bundled[] }) {
  const text = useText();
  const format = useFormat();
  const to = useAddressee();
  const manifest = useManifest(files, to);
  const reports = files.filter(({ type }) => type === bundleTypes.report);
  const isTooMuch = reports.reduce((sum, { bytes }) => sum + bytes.size, 0) > MOST_REPORTED;
  return (
    <>
      {to === 'missing' && (
        <Notice kind="warn" title={text('bundle.noKey')}>
          {text('bundle.noKey.do')}
        </Notice>
      )}
      {isTooMuch && (
        <Notice kind="warn" title={text('bundle.tooMuch')}>
          {text('bundle.tooMuch.do', { most: format.bytes(MOST_REPORTED) })}
        </Notice>
      )}
      {typeof to === 'object' && !isTooMuch && (
        <>
          <p>
            {text.rich('bundle.to', {
              cert: to.cert.name,
              key: <code className="wrap">{to.cert.recipient}</code>,
            })}{' '}
            {to.member && text('bundle.to.member', { name: to.member.name })}
          </p>
          <Cover manifest={manifest} />
          <SealBundle files={files} to={to} manifest={manifest} />
        </>
      )}
    </>
  );
}

/** Encrypts what was chosen to the CERT, in a worker of its own, and puts it where the reader says. */
function SealBundle({
  files,
  to,
  manifest,
}: {
  files: readonly Bundled[];
  to: Addressee;
  manifest: Manifest;
}) {
  const text = useText();
  const format = useFormat();
  const desk = useDesk();
  const [state, setState] = useState<State>({ is: 'ready' });
  const going = useRef<Apart<Sealed>>(undefined);
  useEffect(() => () => going.current?.cancel(), []);

  const seal = async () => {
    if (typeof manifest === 'string') return;
    const total = files.reduce((sum, { bytes }) => sum + bytes.size, 0);
    setState({ is: 'sealing', done: 0, total });
    going.current = desk.seal({ files, manifest }, (bytes) =>
      setState({ is: 'sealing', done: Math.min(total, bytes), total }),
    );
    try {
      const sealed = await going.current.done;
      if (!sealed) return setState({ is: 'stopped' });
      const name = bundleName(sealed);
      saveBlob(name, sealed.bundle);
      setState({ is: 'saved', name, size: sealed.bundle.size, sha256: sealed.sha256 });
    } catch {
      setState({ is: 'failed' });
    }
  };

  if (state.is === 'sealing')
    return (
      <div className="panel">
        <Progress
          what={text('bundle.sealing')}
          unit="bytes"
          done={state.done}
          total={state.total}
          cancel={
            <Button size="small" onClick={() => going.current?.cancel()}>
              {text('cancel')}
            </Button>
          }
        />
      </div>
    );
  return (
    <>
      {state.is === 'failed' && (
        <Notice kind="alarm" live title={text('bundle.notSaved')}>
          {text('bundle.notSaved.do')}
        </Notice>
      )}
      {state.is === 'stopped' && (
        <Notice kind="note" live title={text('bundle.stopped')}>
          {text('bundle.stopped.what')}
        </Notice>
      )}
      {state.is === 'saved' && (
        <Notice kind="good" live title={text('bundle.saved', { name: state.name })}>
          <p>{text('bundle.saved.next', { page: `${to.origin}/bundles` })}</p>
          <p>
            {format.bytes(state.size)} · {text('capture.hash')} <code className="wrap">{state.sha256}</code>
          </p>
        </Notice>
      )}
      <div>
        <Button
          kind="main"
          icon="download"
          onClick={() => void seal()}
          disabled={typeof manifest === 'string'}
        >
          {text(state.is === 'saved' ? 'bundle.save.again' : 'bundle.save')}
        </Button>
      </div>
    </>
  );
}

/** What goes along with the files, and is in none of them: who it is for and from, when and with what it was made. */
export function Cover({ manifest }: { manifest: Manifest }) {
  const text = useText();
  const content = useMemo(() => new Blob([JSON.stringify(manifest)]), [manifest]);
  if (manifest === 'waiting') return <p className="soft">{text('bundle.cover.coming')}</p>;
  if (manifest === 'failed')
    return (
      <Notice kind="alarm" live title={text('bundle.notSaved')}>
        {text('bundle.notSaved.do')}
      </Notice>
    );
  return <Letter content={content} name={text('bundle.cover')} />;
}

export type Manifest = BundleManifest | 'waiting' | 'failed';

export function useManifest(files: readonly Bundled[], to: Addressee | 'waiting' | 'missing'): Manifest {
  const desk = useDesk();
  const [told, setTold] = useState<{ files: readonly Bundled[]; to: Addressee; manifest: Manifest }>();
  useEffect(() => {
    if (typeof to === 'string' || files.length === 0) return;
    const describing = desk.describe(files, to);
    describing.done.then(
      (manifest) => manifest && setTold({ files, to, manifest }),
      () => setTold({ files, to, manifest: 'failed' }),
    );
    return () => describing.cancel();
  }, [desk, files, to]);
  // Never that of other files, or for somebody else.
  return told?.files === files && told.to === to ? told.manifest : 'waiting';
}

export function useAddressee(): Addressee | 'waiting' | 'missing' {
  const { surroundings } = useDesk();
  const [to, setTo] = useState<Addressee | 'waiting' | 'missing'>('waiting');
  useEffect(() => {
    let left = false;
    surroundings.addressee().then(
      (told) => left || setTo(told),
      () => left || setTo('missing'),
    );
    return () => {
      left = true;
    };
  }, [surroundings]);
  return to;
}
