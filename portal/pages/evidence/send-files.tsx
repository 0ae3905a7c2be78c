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
  const note = useRef<HTMLDivElement>(null);
  const noteField = () => note.current?.querySelector('input');
  return (
    <div className="stack stack-s">
      <div ref={note} className="needs-scripts">
        <TextField
          label={text('evidence.note')}
          hint={text('evidence.note.hint')}
          name="note"
          maxLength={2000}
        />
      </div>
      <DropZone
        title={text('evidence.drop')}
        begin={async (file, key) => {
          const { evidence, upload } = await fromBrowser(apis.evidence.begin, {
            params: { id },
            body: {
              key,
              name: file.name,
              size: file.size,
              note: noteField()?.value ?? '',
            },
          });
          return { id: evidence.id, upload };
        }}
        resume={async (evidence) =>
          (await fromBrowser(apis.evidence.get, { params: { id, evidence } })).state === 'receiving'
        }
        finish={async (evidence, sha256, last) => {
          await fromBrowser(apis.evidence.claimHash, { params: { id, evidence }, body: { sha256 } });
          // It was said of these, and of none that come later.
          const field = last && noteField();
          if (field) field.value = '';
          await revalidate();
        }}
      >
        {children}
      </DropZone>
    </div>
  );
}
