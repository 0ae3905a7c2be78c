import { useEffect, useRef, useState, type ReactNode } from 'react';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { FileDrop } from './file-drop.tsx';
import { newFormKey } from './form-key.tsx';
import { Notice } from './notice.tsx';
import { Progress } from './progress.tsx';
import { send, unfinished, UploadProblem, type Cause, type Sending } from './upload.ts';

interface Running {
  name: string;
  size: number;
  sent: number;
  rate: number;
  phase: 'sending' | 'checking';
}

/**
 * Drop a file or choose one. It is sent in pieces, goes on after a cut line, and its hash is compared with what arrived.
 * `begin` announces it and gives the address; `finish` tells the hash and says where to go.
 */
export function DropZone({
  id,
  title,
  accept,
  children,
  begin,
  resume,
  finish,
}: {
  id?: string;
  title: string;
  accept?: string;
  children: ReactNode;
  /** The same key until the address of this file has come. */
  begin: (file: File, key: string) => Promise<{ id: string; upload: string }>;
  /** Can an upload begun earlier still be gone on with? */
  resume?: (id: string) => Promise<boolean>;
  finish: (id: string, sha256: string, last: boolean) => Promise<void>;
}) {
  const text = useText();
  const format = useFormat();
  const [running, setRunning] = useState<Running | null>(null);
  const [waiting, setWaiting] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<{
    name: string;
    cause: Cause | 'unknown';
    words: string | null;
  } | null>(null);
  const sending = useRef<Sending | null>(null);
  const keys = useRef(new Map<string, string>());
  const keyOf = (file: File): string => {
    const key = keys.current.get(nameOf(file)) ?? newFormKey();
    keys.current.set(nameOf(file), key);
    return key;
  };

  useEffect(() => {
    if (!running) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [running]);

  const take = async (files: readonly File[]) => {
    setProblem(null);
    for (const [place, file] of files.entries()) {
      setWaiting(files.slice(place + 1).map(({ name }) => name));
      if (!(await sendOne(file, place === files.length - 1))) break;
    }
    setWaiting([]);
    setRunning(null);
  };

  const sendOne = async (file: File, last: boolean): Promise<boolean> => {
    try {
      setRunning({ name: file.name, size: file.size, sent: 0, rate: 0, phase: 'sending' });
      const before = unfinished.get(file);
      const where =
        before && (await resume?.(before.id).catch(() => false)) ? before : await begin(file, keyOf(file));
      keys.current.delete(nameOf(file));
      unfinished.keep(file, where);
      const started = performance.now();
      let first: number | null = null;
      sending.current = send(file, where.upload, (sent) => {
        // A resumed upload begins with what had arrived: that was not sent now.
        first ??= sent;
        const seconds = (performance.now() - started) / 1000;
        setRunning({
          name: file.name,
          size: file.size,
          sent,
          rate: seconds > 1 ? (sent - first) / seconds : 0,
          phase: sent >= file.size ? 'checking' : 'sending',
        });
      });
      const sha256 = await sending.current.finished;
      setRunning((now) => now && { ...now, sent: file.size, phase: 'checking' });
      await finish(where.id, sha256, last);
      unfinished.forget(file);
      return true;
    } catch (error) {
      const told = (error as { told?: { code: string; params: Record<string, unknown>; text: string } }).told;
      setProblem({
        name: file.name,
        cause: error instanceof UploadProblem ? error.reason : 'unknown',
        words: told ? text.coded('problem', told) : null,
      });
      return false;
    } finally {
      sending.current = null;
    }
  };

  if (running) {
    return (
      <section id={id} className="panel stack" aria-label={title}>
        <Progress
          what={text(`upload.${running.phase}`, { name: running.name })}
          unit="bytes"
          done={running.sent}
          total={running.size}
          secondsLeft={running.rate > 0 ? (running.size - running.sent) / running.rate : undefined}
          cancel={
            <Button size="small" onClick={() => sending.current?.cancel()}>
              {text('cancel')}
            </Button>
          }
        />
        <p className="soft small">
          {text('upload.stay', { rate: format.bytes(running.rate) })}{' '}
          {waiting.length > 0 && text('upload.waiting', { names: format.list(waiting) })}
        </p>
      </section>
    );
  }

  return (
    <section id={id} className="stack stack-s" aria-label={title}>
      {problem && (
        <Notice
          kind={problem.cause === 'cancelled' ? 'note' : 'alarm'}
          live
          title={text('upload.problem', { name: problem.name })}
        >
          {problem.words ?? text(`upload.problem.${problem.cause}`)}
        </Notice>
      )}
      <FileDrop title={title} accept={accept} take={(files) => void take(files)}>
        {children}
      </FileDrop>
    </section>
  );
}

const nameOf = ({ name, size, lastModified }: File) => `${name} ${size} ${lastModified}`;
