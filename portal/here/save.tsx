import {
  CaptureTable,
  conversationTable,
  credentialsTable,
  detectionTable,
  deviceTable,
  operationTable,
  transferTable,
  variableTable,
  warningTable,
} from '@busbar/contract';

import type { Detection } from '@busbar/dissect';
import { Link } from 'react-router';

import type { Locale } from '../i18n/locale.ts';
import { useText } from '../i18n/text.tsx';
import { Menu } from '../ui/menu.tsx';
import { useCaptures, useDesk } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import { saveFile } from './save-file.ts';
import { warningsOf } from './service.ts';
import { toDetection, wordsIn } from './shown.ts';

/** What a capture shows, as files: made here, and put where the reader says. */
export function Save({ capture: id }: { capture: string }) {
  const text = useText();
  const { detections } = useDesk();
  const capture = useCaptures().find((one) => one.id === id);
  if (!capture?.report) return null;
  const { file, report } = capture;
  return (
    <Menu icon="download" label={text('export')} side="end">
      <p className="small soft">{text('export.lead')}</p>
      <ul className="menu-list">
        <li>
          <Link className="menu-item" to={`/captures/${id}/bundle`}>
            {text('export.bundle')}
          </Link>
        </li>
        <li>
          <button
            type="button"
            className="menu-item"
            onClick={() => saveFile(`${file.name}.json`, 'application/json', JSON.stringify(report))}
          >
            {text('export.json')}
          </button>
        </li>
        {CaptureTable.options.map((table) => (
          <li key={table}>
            <button
              type="button"
              className="menu-item"
              onClick={() =>
                saveFile(
                  `${file.name}.${table}.csv`,
                  'text/csv',
                  tableOf(capture, table, text.locale, detections),
                )
              }
            >
              {text('export.csv', { table: text(`export.table.${table}`) })}
            </button>
          </li>
        ))}
      </ul>
    </Menu>
  );
}

function tableOf(
  capture: HeldCapture,
  table: CaptureTable,
  language: Locale,
  detections: readonly Detection[],
): string {
  const { shown } = capture;
  if (!shown) return '';
  switch (table) {
    case 'detections':
      return detectionTable(
        shown.detected.map((one, place) =>
          toDetection(one, place, shown.party, wordsIn(language, detections)),
        ),
      );
    case 'devices':
      return deviceTable(shown.devices);
    case 'conversations':
      return conversationTable(shown.conversations);
    case 'operations':
      return operationTable(shown.operations);
    case 'variables':
      return variableTable(shown.variables);
    case 'transfers':
      return transferTable(shown.transfers);
    case 'credentials':
      return credentialsTable(shown.credentials);
    case 'warnings':
      return warningTable(warningsOf(capture));
  }
}
