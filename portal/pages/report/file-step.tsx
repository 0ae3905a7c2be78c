import type { EvidenceFile } from '@busbar/contract';
import { useState } from 'react';
import { useRevalidator } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { EvidenceTable } from '../evidence/evidence-table.tsx';
import { useFileNote } from '../evidence/send-files.tsx';

/** Files to a report: none is needed, a line that breaks costs nothing, and each shows the same hash on both sides. */
export function FileStep({ files }: { files: readonly EvidenceFile[] }) {
  const text = useText();
  const { revalidate } = useRevalidator();
  const [sent, setSent] = useState<readonly EvidenceFile[]>([]);
  const note = useFileNote();
  const all = [...sent.filter(({ id }) => !files.some((one) => one.id === id)), ...files];
  const isBroken = all.some(({ state }) => state === 'receiving');
  return (
    <section className="stack" aria-labelledby="files">
      <h2 id="files">{text('report.files')}</h2>
      <p className="measure">{text('report.files.what')}</p>
      {isBroken && <p className="measure">{text('report.files.goOn')}</p>}
      {note.field}
      <DropZone
        title={text('evidence.drop')}
        begin={(file, key) =>
          ask<{ id: string; upload: string }>({
            do: 'begin',
            key,
            name: file.name,
            size: file.size,
            note: note.said(),
          })
        }
        resume={async (evidence) =>
          (await ask<EvidenceFile>({ do: 'state', evidence })).state === 'receiving'
        }
        finish={async (evidence, sha256, last) => {
          const file = await ask<EvidenceFile>({ do: 'finish', evidence, sha256 });
          setSent((before) => [file, ...before]);
          if (last) note.forget();
          await revalidate();
        }}
      >
        {text('report.files.drop')}
      </DropZone>
      {all.length > 0 && <EvidenceTable files={all} empty={null} />}
    </section>
  );
}

async function ask<Answer>(question: object): Promise<Answer> {
  const response = await fetch('/report/follow/files', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const answer: unknown = await response.json();
  // The refusal is shown in the words that pages have for it.
  if (!response.ok) throw Object.assign(new Error('Refused'), { told: answer });
  return answer as Answer;
}
