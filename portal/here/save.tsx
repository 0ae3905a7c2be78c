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
import type { Detected } from '@busbar/dissect';
import { Link } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { Menu } from '../ui/menu.tsx';
import { analysedJson } from './analysed-json.ts';
import { useBaselines, useCaptures, useDesk } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import { saveFile } from './save-file.ts';
import { warningsOf } from './service.ts';
import { toDetection, toDifference, wordsIn, type WordsOf } from './shown.ts';

/** Of what the service has, too; only here is a baseline brought along. */
const tables = [...CaptureTable.options, 'differences'] as const;

/** What a capture shows, as files: made here, and put where the reader says. */
export function Save({ capture: id }: { capture: string }) {
  const text = useText();
  const desk = useDesk();
  const { detections } = desk;
  const captures = useCaptures();
  const baselines = useBaselines();
  const capture = captures.find((one) => one.id === id);
  if (!capture?.report) return null;
  const { file } = capture;
  // Compared when somebody saves it, and not each time the page is drawn.
  const differences = () => desk.differences(capture);
  const saveTable = async (table: (typeof tables)[number]) => {
    const words = wordsIn(text.locale, detections);
    const content =
      table === 'differences'
        ? differenceTable(capture, await differences(), words)
        : tableOf(capture, table, words);
    saveFile(`${file.name}.${table}.csv`, 'text/csv', content);
  };
  const isCompared = baselines.some(({ baseline }) => baseline) || captures.some(({ usual }) => usual);
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
            onClick={() =>
              void differences().then((found) =>
                saveFile(`${file.name}.json`, 'application/json', analysedJson(capture, found)),
              )
            }
          >
            {text('export.json')}
          </button>
        </li>
        {tables.map((table) => (
          <li key={table} hidden={table === 'differences' && !isCompared}>
            <button type="button" className="menu-item" onClick={() => void saveTable(table)}>
              {text('export.csv', { table: text(`export.table.${table}`) })}
            </button>
          </li>
        ))}
      </ul>
    </Menu>
  );
}

function differenceTable(
  { shown }: HeldCapture,
  differences: readonly Detected[] = [],
  words: WordsOf,
): string {
  if (!shown) return '';
  return detectionTable(differences.map((one) => toDifference(one, shown.party, words)));
}

function tableOf(capture: HeldCapture, table: CaptureTable, words: WordsOf): string {
  const { shown } = capture;
  if (!shown) return '';
  switch (table) {
    case 'detections':
      return detectionTable(shown.detected.map((one, place) => toDetection(one, place, shown.party, words)));
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
