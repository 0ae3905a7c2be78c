import type { Contact } from './system.ts';
import type { Tlp } from './words.ts';

/** What a field kit says of itself. */
export interface KitAbout {
  readonly format: 1;
  readonly version: string;
  readonly madeAt: string;
  readonly cert: Contact;
  /** The address of the service that made it. */
  readonly origin: string;
  /** The public age key of the CERT, for bundles. */
  readonly recipient: string;
  /** For whom it was made; null where it is for everybody. */
  readonly member: { readonly id: string; readonly name: string } | null;
  /** The strictest label of what is in it. */
  readonly label: Tlp;
  readonly advisories: number;
  /** When the youngest of them was published; empty when there are none. */
  readonly newest: string;
  /** Those that did not come with the program, each as docs/detections.schema.json has it. */
  readonly detections: readonly unknown[];
  readonly key: {
    readonly fingerprint: string;
    readonly userIds: readonly string[];
    readonly publicKey: string;
  };
}

/** What the program of a kit is built into, before it knows of whom it is and what was published. */
export interface KitProgram {
  readonly style: string;
  /** What readers without scripts are told, in every language, as HTML. */
  readonly noScript: string;
  readonly worker: string;
  readonly program: string;
}

/** A kit in its pieces. None has a carriage return or anything else that reading HTML changes. */
export interface KitPieces extends KitProgram {
  /** The Content-Security-Policy (CSP 3): nothing may be asked of anybody. */
  readonly policy: string;
  /** `KitAbout` as JSON. */
  readonly about: string;
  /** The index of advisories as the service serves it, in base64 (RFC 4648 section 4). */
  readonly advisories: string;
  /** Detached, armored OpenPGP signature of the file with an empty one in this place. */
  readonly signature: string;
}

/**
 * One HTML file. What stands here must not be written in two ways: a kit puts itself together again from what the browser
 * read of it, to tell its own hash and to check its signature.
 */
export function kitFile(pieces: KitPieces): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pieces.policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style id="style">${pieces.style}</style>
</head>
<body>
<noscript>${pieces.noScript}</noscript>
<div id="kit" class="contents"></div>
<script type="application/json" id="about">${pieces.about}</script>
<script type="text/plain" id="advisories">${pieces.advisories}</script>
<script type="text/plain" id="worker">${pieces.worker}</script>
<script type="text/plain" id="signature">${pieces.signature}</script>
<script id="program">${pieces.program}</script>
</body>
</html>
`;
}

/** Exactly this style and this program, fonts that are in the style, and workers that the program makes of its own text. */
export const kitPolicy = (hashes: { readonly style: string; readonly program: string }): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${hashes.program}'`,
    `style-src 'sha256-${hashes.style}'`,
    'font-src data:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
