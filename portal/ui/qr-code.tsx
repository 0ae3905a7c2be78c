import { qrPath } from './qr-path.ts';

/** Always dark on light with its quiet zone, in either theme: phones read nothing else reliably. */
export function QrCode({ words, label }: { words: string; label: string }) {
  const { size, path } = qrPath(words);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
