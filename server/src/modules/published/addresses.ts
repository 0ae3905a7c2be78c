import type { Tlp } from '@busbar/contract';

/** The two versions of CSAF side by side, each with metadata, feeds and folders of its own. */
export const csafVersions = ['2.0', '2.1'] as const;
export type CsafVersion = (typeof csafVersions)[number];

export const wellKnown = '/.well-known/csaf';

/** Where a version of CSAF begins: the well-known place for 2.0, its subfolder for 2.1. */
export const rootOf = (version: CsafVersion) => (version === '2.0' ? wellKnown : `${wellKnown}/v2.1`);

/** A folder a label: what is protected has another path than what is not (CSAF 2.1 section 7.1.5). */
export const folderOf = (label: Tlp, version: CsafVersion) =>
  label === 'CLEAR' && version === '2.0' ? 'white' : label.toLowerCase().replace('+', '-');

/** Documents are kept as `csaf/2.0/<year>/<file>`; everything else as it is addressed below /files. */
export function urlOfFile(name: string, label: Tlp): string {
  const [, version, path] = /^csaf\/(2\.[01])\/(.+)$/.exec(name) ?? [];
  if (version && path) {
    const known = version as CsafVersion;
    return `${rootOf(known)}/${folderOf(label, known)}/${path}`;
  }
  return name === 'rfc2350.txt' ? '/rfc2350.txt' : `/files/${name}`;
}
