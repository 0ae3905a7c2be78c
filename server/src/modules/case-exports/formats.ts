import type { ExportFormat } from '@busbar/contract';

import { caseGraph } from './case-uco/graph.ts';
import { iodefDocument } from './iodef/document.ts';
import { mispEvent } from './misp/event.ts';
import type { CasePicture } from './picture.ts';
import { stixBundle } from './stix/bundle.ts';
import { verisIncident } from './veris/incident.ts';

/** How a picture becomes a file. A writer knows its standard and the picture, and nothing else. */
export interface Format {
  readonly type: string;
  /** Of the name of the file, after the reference of the case. */
  readonly ending: string;
  /** It has a place for who had files in hand. */
  readonly custody?: true;
  readonly write: (picture: CasePicture) => string;
}

const json = (write: (picture: CasePicture) => unknown) => (picture: CasePicture) =>
  `${JSON.stringify(write(picture), null, 1)}\n`;

export const formats: Readonly<Record<ExportFormat, Format>> = {
  // STIX 2.1 section 8.3 names the media type.
  stix: { type: 'application/stix+json;version=2.1', ending: 'stix.json', write: json(stixBundle) },
  misp: { type: 'application/json', ending: 'misp.json', write: json(mispEvent) },
  case: { type: 'application/ld+json', ending: 'case.jsonld', custody: true, write: json(caseGraph) },
  iodef: { type: 'application/xml', ending: 'iodef.xml', write: iodefDocument },
  veris: { type: 'application/json', ending: 'veris.json', write: json(verisIncident) },
};
