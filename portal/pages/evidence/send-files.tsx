import { apis } from '@busbar/contract';
import { useRef } from 'react';
import { useRevalidator } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { TextField } from '../../ui/field.tsx';
import { fromBrowser } from '../calls.ts';

/** Files to a case, each with what its sender says of it; a line that breaks is gone on with. */
export function SendFiles({ id, children }: { id: string; children: string }) {
  const text = useText();
  const { revalidate } = useRevalidator();
  const note = useFileNote();
  return (
    <div className="stack stack-s">
      {note.field}
      <DropZone
        title={text('evidence.drop')}
        begin={async (file, key) => {
          const { evidence, upload } = await fromBrowser(apis.evidence.begin, {
            params: { id },
            body: { key, name: file.name, size: file.size, note: note.said() },
          });
          return { id: evidence.id, upload };
        }}
        resume={async (evidence) =>
          (await fromBrowser(apis.evidence.get, { params: { id, evidence } })).state === 'receiving'
        }
        finish={async (evidence, sha256, last) => {
          await fromBrowser(apis.evidence.claimHash, { params: { id, evidence }, body: { sha256 } });
          if (last) note.forget();
          await revalidate();
        }}
      >
        {children}
      </DropZone>
    </div>
  );
}

/** What somebody says of the files that he sends now: of these, and of none that come later. */
export function useFileNote() {
  const text = useText();
  const around = useRef<HTMLDivElement>(null);
  const input = () => around.current?.querySelector('input');
  return {
    field: (
      <div ref={around} className="needs-scripts">
        <TextField
          label={text('evidence.note')}
          hint={text('evidence.note.hint')}
          name="note"
          maxLength={2000}
        />
      </div>
    ),
    said: () => input()?.value ?? '',
    forget() {
      const field = input();
      if (field) field.value = '';
    },
  };
}
