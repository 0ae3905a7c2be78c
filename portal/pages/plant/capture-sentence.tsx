import type { Capture } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';

/** What the capture is and shows, in one breath. */
export function CaptureSentence({ capture: { summary } }: { capture: Capture }) {
  const text = useText();
  const format = useFormat();
  if (!summary) return null;
  const span =
    summary.firstSeen && summary.lastSeen
      ? (Date.parse(summary.lastSeen) - Date.parse(summary.firstSeen)) / 1000
      : 0;
  const spoken = summary.protocols.slice(0, 4).map(({ name }) => name);
  const { critical = 0, high = 0, medium = 0 } = summary.detections ?? {};
  const grave = critical + high + medium;
  const { packets, devices, operations, dangerousMessages: messages, warnings } = summary;
  return format.sentences([
    text('capture.sentence', { packets, span: format.duration(span), devices }),
    ...(spoken.length > 0 ? [text('capture.sentence.protocols', { protocols: format.list(spoken) })] : []),
    ...(grave > 0 ? [text('capture.sentence.detections', { grave })] : []),
    operations > 0
      ? text('capture.sentence.operations', { operations, messages })
      : text('capture.sentence.quiet'),
    ...(warnings > 0 ? [text('capture.sentence.warnings', { warnings })] : []),
  ]);
}
