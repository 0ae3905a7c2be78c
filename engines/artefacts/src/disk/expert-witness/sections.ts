import { adler32 } from '../../bytes/adler32.ts';
import { paged, type Stored } from '../../bytes/stored.ts';
import { type Fault, NotAnImage } from '../fault.ts';

// The Expert Witness Compression Format, version 1, as Joachim Metz describes it (libewf, "Expert Witness Compression
// Format (EWF)"): a file header of 13 bytes, then a chain of sections. Numbers are little-endian, checksums are Adler-32.

const SIGNATURE = [0x45, 0x56, 0x46, 0x09, 0x0d, 0x0a, 0xff, 0x00];
const FILE_HEADER = 13;
export const DESCRIPTOR = 76;
/** An image of 16 TiB has some 65,000 of them in one segment when each table has 16,375 entries of 32 KiB. */
const MOST_SECTIONS = 200_000;

export interface Section {
  readonly type: string;
  /** Of its descriptor. */
  readonly at: number;
  /** Where its content ends: the next descriptor, or the end of the file. */
  readonly end: number;
}

export interface Segment {
  readonly number: number;
  readonly bytes: Stored;
  readonly sections: readonly Section[];
  /** How its chain ended: `done` in the last of all, `next` in the others, `cut` where neither was found. */
  readonly ended: 'done' | 'next' | 'cut';
}

/** By its first bytes, whatever its name says. */
export const isExpertWitness = (beginning: Uint8Array): boolean =>
  SIGNATURE.every((byte, at) => beginning[at] === byte);

/** Throws NotAnImage where this is no segment of such an image. */
export async function readSegment(stored: Stored, tell: (fault: Fault) => void): Promise<Segment> {
  const bytes = paged(stored);
  const header = await bytes.read(0, FILE_HEADER);
  if (!isExpertWitness(header)) throw new NotAnImage(whatElse(header));
  if (header.length < FILE_HEADER)
    throw new NotAnImage('This file ends in its first line; ask for the whole');
  const number = viewOf(header).getUint16(9, true);
  const sections: Section[] = [];
  let at = FILE_HEADER;
  for (;;) {
    const descriptor = await bytes.read(at, DESCRIPTOR);
    if (descriptor.length < DESCRIPTOR) return ended(cut(number, stored.size));
    const view = viewOf(descriptor);
    const type = String.fromCharCode(...descriptor.subarray(0, 16)).replace(/[^a-z0-9].*$/s, '');
    const next = Number(view.getBigUint64(16, true));
    const named = { segment: number, section: type, offset: at };
    const fits = view.getUint32(72, true) === adler32(descriptor.subarray(0, 72));
    if (!fits)
      tell({
        code: 'section-checksum',
        params: named,
        text: `The descriptor of section “${type}” at offset ${at} of segment ${number} does not fit its checksum`,
      });
    if (type === 'done' || type === 'next') {
      sections.push({ type, at, end: at + DESCRIPTOR });
      return { number, bytes, sections, ended: type };
    }
    // Only forward: a chain that loops would never end.
    const leadsOn = next >= at + DESCRIPTOR && next <= stored.size;
    sections.push({ type, at, end: leadsOn ? next : stored.size });
    if (!leadsOn)
      return ended(
        fits && next > stored.size
          ? cut(number, stored.size)
          : {
              code: 'section-outside',
              params: { ...named, next },
              text: `Section “${type}” at offset ${at} of segment ${number} leads to offset ${next}, where nothing can follow`,
            },
      );
    if (sections.length === MOST_SECTIONS)
      return ended({
        code: 'sections-too-many',
        params: named,
        text: `Segment ${number} has more than ${MOST_SECTIONS} sections; those after offset ${at} are not read`,
      });
    at = next;
  }

  function ended(fault: Fault): Segment {
    tell(fault);
    return { number, bytes, sections, ended: 'cut' };
  }
}

const cut = (segment: number, offset: number): Fault => ({
  code: 'segment-cut',
  params: { segment, offset },
  text: `Segment ${segment} ends at offset ${offset}, in the middle`,
});

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function whatElse(beginning: Uint8Array): string {
  const text = String.fromCharCode(...beginning.subarray(0, 4));
  if (text.startsWith('EVF2')) return 'This is Expert Witness format 2 (Ex01); export it as E01 or raw';
  if (text.startsWith('LVF')) return 'This holds single files (L01) and no disk; export them as they are';
  return 'This is no image in Expert Witness format (E01)';
}
