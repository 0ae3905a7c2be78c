import {
  type Acquisition,
  ExpertWitness,
  type Fault,
  type HashCheck,
  isExpertWitness,
  NotAnImage,
  type Sectors,
} from '@busbar/artefacts';
import type { RunParams, Told } from '@busbar/contract';

import { type Analyser, NotForThis, shown, type Suggested } from './analyser.ts';

/** Who took an image, of what and when; whether it still is what was taken; what of it is damaged. */
export const diskImage: Analyser = {
  id: 'disk-image',
  async analyse(file, params, onProgress) {
    if (!isExpertWitness(await file.read(0, Math.min(8, file.size))))
      throw new NotForThis(
        'Of images, those in Expert Witness format (E01) are read; export this one as E01',
      );
    const image = await ExpertWitness.open([file]).catch((error: unknown) => {
      throw error instanceof NotAnImage ? new NotForThis(error.message) : error;
    });
    const { bytes, damaged, hashes } = await image.verify((read) =>
      onProgress(Math.round((read / image.size) * file.size)),
    );
    const { acquisition, volume, faults, unreadable, missing } = image;
    return {
      observations: [
        ...(acquisition ? [taken(acquisition, params)] : []),
        medium(image, acquisition),
        ...hashes.map(hashed),
        ...faults.map(faulty),
        ...unreadable.map(notRead),
      ],
      // What is told of the whole stands outside of the seal of the case: numbers, and nothing that names anybody.
      notes: [
        {
          code: 'image-read',
          params: { size: image.size, sectors: volume.sectors, read: bytes },
          text: `A medium of ${image.size} bytes in ${volume.sectors} sectors; ${bytes} bytes are here`,
        },
        ...hashes.map(({ algorithm, verdict }): Told => {
          const code = verdict.replace(' ', '-');
          return {
            code: `image-${code}`,
            params: { algorithm: names[algorithm] },
            text: `${names[algorithm]}: ${verdict}`,
          };
        }),
        ...(missing === undefined
          ? []
          : [
              {
                code: 'image-segments',
                params: { segment: missing },
                text: `This is one file of an image of several; segment ${missing} is not in it`,
              },
            ]),
        ...(damaged > 0
          ? [{ code: 'image-damaged', params: { damaged }, text: `${damaged} chunks are damaged` }]
          : []),
      ],
    };
  },
};

const names = { md5: 'MD5', sha1: 'SHA-1' } as const;
/** In place of what nobody wrote down. */
const NOTHING = '–';

const untimed = { from: null, to: null, precision: 'second' } as const;
const common = { addresses: [], techniques: [], confidence: 'stated', count: 1 } as const;
const said = (text: string) => shown(text, 300) || NOTHING;

function taken(acquisition: Acquisition, { utcOffset = 0 }: RunParams): Suggested {
  const { caseNumber, evidenceNumber, description, examiner, notes, software, system, acquired } =
    acquisition;
  const at = acquired && (acquired.seconds - (acquired.isUtc ? 0 : utcOffset * 60)) * 1_000_000;
  const params = {
    case: said(caseNumber),
    evidence: said(evidenceNumber),
    description: said(description),
    examiner: said(examiner),
    notes: said(notes),
    software: said(software),
    system: said(system),
  };
  return {
    kind: 'logEvent',
    from: at,
    to: at,
    precision: 'second',
    what: {
      code: 'image.taken',
      params,
      text: `Image taken of “${params.description}” by ${params.examiner}: case ${params.case}, evidence ${params.evidence}; ${params.notes}; ${params.software}, ${params.system}`,
    },
    place: 'header',
    ...common,
  };
}

function medium({ size, volume }: ExpertWitness, acquisition: Acquisition | undefined): Suggested {
  const params = {
    size,
    sector: volume.sectorSize,
    model: said(acquisition?.model ?? ''),
    serial: said(acquisition?.serial ?? ''),
    guid: volume.guid || NOTHING,
  };
  return {
    kind: 'asset',
    ...untimed,
    what: {
      code: 'image.medium',
      params,
      text: `Medium of ${size} bytes, sectors of ${params.sector}; model ${params.model}, serial number ${params.serial}, set ${params.guid}`,
    },
    place: 'volume',
    ...common,
  };
}

function hashed({ algorithm, verdict, stored, computed }: HashCheck): Suggested {
  const code = verdict.replace(' ', '-');
  const params = { algorithm: names[algorithm], stored: stored || NOTHING, computed: computed || NOTHING };
  return {
    kind: verdict === 'differs' ? 'anomaly' : 'file',
    ...untimed,
    what: {
      code: `image.hash.${code}`,
      params,
      text: `${params.algorithm} of the medium, ${verdict}: stored ${params.stored}, computed ${params.computed}`,
    },
    place: 'hash',
    ...common,
  };
}

function faulty({ code, params, text }: Fault): Suggested {
  const { offset, segment, chunk } = params;
  return {
    kind: 'anomaly',
    ...untimed,
    what: { code: `image.fault.${code}`, params, text },
    place:
      chunk !== undefined
        ? `chunk ${chunk}`
        : offset !== undefined
          ? `byte ${offset}`
          : `segment ${segment ?? 1}`,
    ...common,
  };
}

function notRead({ first, count }: Sectors): Suggested {
  return {
    kind: 'anomaly',
    ...untimed,
    what: {
      code: 'image.unreadable',
      params: { first, count },
      text: `${count} sectors from ${first} could not be read when the image was taken; zeros stand there`,
    },
    place: `sector ${first}`,
    ...common,
  };
}
