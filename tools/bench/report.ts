import type { ReportDocument } from '@busbar/contract';

import { reportPdf } from '../../server/src/modules/investigations/report-pdf.ts';

/** How long a report of 300 facts takes as PDF, and how large it is: printed, not asserted. */
const facts = Array.from({ length: 300 }, (_, at) => ({
  number: at + 1,
  says: `The controller ${at % 23} answered a write to its logic block ${at}. Блок записан. 逻辑块已写入。`,
  evidence: [
    {
      source: 'file' as const,
      id: crypto.randomUUID(),
      place: `packet ${at * 17}`,
      name: 'intake.pcapng',
      sha256: 'ab'.repeat(32),
      at: '2026-11-27T02:41:00.000Z',
    },
  ],
}));
const document: ReportDocument = {
  format: 'busbar investigation report 1',
  case: 'INC-2026-0000-0000-0000',
  publisher: 'CERT',
  label: 'AMBER+STRICT',
  version: 1,
  language: 'en',
  title: 'What happened to the intake',
  sections: Array.from({ length: 10 }, (_, section) => ({
    heading: `Part ${section + 1}`,
    text: facts
      .slice(section * 30, section * 30 + 30)
      .map(({ number }) => `Something was written there [F${number}].`)
      .join(' '),
  })),
  facts,
  recommendations: [],
  translations: [],
};
for (const words of ['en', 'ru', 'zh'] as const) {
  const began = performance.now();
  const pdf = reportPdf(document, { words, isFinal: true, sha256: 'cd'.repeat(32), at: new Date(0) });
  console.log(`${words}: ${Math.round(performance.now() - began)} ms, ${Math.round(pdf.length / 1024)} KiB`);
}
