import type { EvidenceFile } from '@busbar/contract';
import type { ReactNode } from 'react';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { FileState } from './file-state.tsx';

export function EvidenceTable({
  files,
  href,
  empty,
}: {
  files: readonly EvidenceFile[];
  href?: (file: EvidenceFile) => string;
  empty: ReactNode;
}) {
  const text = useText();
  const format = useFormat();
  const { words, count, time } = useColumns();
  const columns: Column<EvidenceFile>[] = [
    words('name', text('evidence.name'), ({ name }) => name),
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: (file) => <FileState state={file.state} />,
    },
    words('type', text('evidence.type'), ({ type }) => type && text(`fileType.${type}`)),
    count('size', text('evidence.size'), ({ size }) => size, { show: format.bytes }),
    words('hash', text('evidence.hashes'), ({ sha256, claimed }) =>
      sha256 && claimed ? text(sha256 === claimed ? 'evidence.same' : 'evidence.differs') : null,
    ),
    count('suggested', text('observationState.suggested'), ({ observations }) => observations.suggested, {
      spare: !href,
    }),
    words('by', text('evidence.by'), ({ addedBy }) => addedBy.name ?? text(`evidence.by.${addedBy.as}`)),
    time('at', text('evidence.at'), ({ addedAt }) => addedAt, { style: 'short' }),
  ];
  return (
    <DataTable
      caption={text('case.tab.evidence')}
      rows={files}
      columns={columns}
      rowKey={({ id }) => id}
      {...(href && { href })}
      paged
      filter={false}
      name="files"
      empty={empty}
    />
  );
}
