import { plainFileName } from '@busbar/contract';
import { contentOf } from '@busbar/dissect';
import { useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { useSay } from '../ui/notice.tsx';
import { useCaptures } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import { storedOf } from './looking.ts';
import { saveBlob } from './save-file.ts';

/** As the service gives out. */
const MOST = 256 << 20;

/** A file that a capture carries, put together of its bytes and put where the reader says. */
export function SaveCarried({
  capture: id,
  transfer,
  name,
}: {
  capture: string;
  transfer: string;
  name: string;
}) {
  const text = useText();
  const say = useSay();
  const capture = useCaptures().find((one) => one.id === id);
  const [busy, setBusy] = useState(false);
  if (!capture || capture.rescued) return '–';
  const save = async () => {
    setBusy(true);
    try {
      const content = await carriedIn(capture, transfer);
      if (content) saveBlob(nameOf(name), content);
      else say('warn', text('files.tooLarge'));
    } catch {
      say('alarm', text('files.notRead', { name: capture.file.name }));
    }
    setBusy(false);
  };
  return (
    <Button kind="quiet" size="small" icon="download" busy={busy} onClick={() => void save()}>
      {text('files.save')}
      <span className="hidden-words"> {name}</span>
    </Button>
  );
}

/** Nothing where it is more than can be put together here. */
export async function carriedIn(
  { file, report }: Pick<HeldCapture, 'file' | 'report'>,
  transfer: string,
): Promise<Blob | undefined> {
  // `t3`: its place in the report, whatever order it is shown in.
  const { pieces } = report!.transfers[Number(transfer.slice(1))]!;
  const size = pieces.reduce((total, [, length]) => total + length, 0);
  if (size > MOST) return undefined;
  const parts: Blob[] = [];
  let held = 0;
  for await (const bytes of contentOf(storedOf(file), pieces)) {
    parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    held += bytes.length;
  }
  // A file that became shorter reads as if it ended: half of a program must not pass for all of it.
  if (held < size) throw new Error('The capture is not what was read');
  return new Blob(parts, { type: 'application/octet-stream' });
}

/** Names come from the traffic: the last part of a path, and something that is no path. */
const nameOf = (name: string): string => plainFileName(name.split(/[\\/]/).at(-1)!.trim());
