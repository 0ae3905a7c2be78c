import { gzipSync } from 'node:zlib';

import type { AdvisoryIndexFile } from '@busbar/contract';
import type { AdvisoryFacts } from '@busbar/csaf';

/** Advisories that fit what the captures of our own benches show. */
const facts: AdvisoryFacts = {
  id: 'NBC-2026-001',
  publisher: 'Nordbruk PSIRT',
  version: '1',
  title: 'PX 200: the password is the same for all devices',
  tlp: 'CLEAR',
  vulnerabilities: [{ cve: 'CVE-2026-10001', title: undefined }],
  products: [
    {
      id: 'px200',
      vendor: 'Nordbruk',
      name: 'PX 200',
      version: '< 4.2',
      versionIs: 'range',
      models: ['NB-PX-200'],
      hosted: undefined,
      statuses: [[0, 0]],
    },
  ],
};

const index: AdvisoryIndexFile = {
  format: 1,
  advisories: [
    {
      id: '00000000-0000-4000-8000-0000000000a1',
      label: 'CLEAR',
      severity: 'critical',
      score: 9.8,
      publishedAt: '2026-11-02T08:00:00.000Z',
      hasFix: true,
      facts,
    },
  ],
};

export const sampleIndex = gzipSync(JSON.stringify(index));
