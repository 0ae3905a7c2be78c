import { type ReactNode, useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Icon } from './icon.tsx';

/** The endings of captures, for the chooser of the browser; what a file is, its bytes say. */
export const captureFiles = '.pcap,.pcapng,.cap,.gz,.zst,.dmp,application/vnd.tcpdump.pcap';

/** The same of tables of devices and of baselines. */
export const listFiles = '.csv,.tsv,.txt,.xlsx,.json';

/** Drop files or choose them; what becomes of them is the caller's. */
export function FileDrop({
  title,
  accept,
  take,
  children,
}: {
  title: string;
  accept?: string | undefined;
  take: (files: readonly File[]) => void;
  children: ReactNode;
}) {
  const text = useText();
  const [over, setOver] = useState(false);
  return (
    // Dropping is a short cut; the button below does the same by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={over ? 'drop drop-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take([...event.dataTransfer.files]);
      }}
    >
      <Icon name="upload" size={28} />
      <div className="drop-words">
        <strong className="drop-title">{title}</strong>
        <div className="soft">{children}</div>
      </div>
      <label className="button button-main button-normal needs-scripts">
        {text('upload.choose')}
        <input
          type="file"
          className="hidden-words"
          multiple
          accept={accept}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            take(files);
          }}
        />
      </label>
      <noscript>
        <p className="soft small">{text('upload.noScript')}</p>
      </noscript>
    </div>
  );
}
