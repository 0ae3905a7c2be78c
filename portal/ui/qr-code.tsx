import { qr } from './qr.ts';

/** Always dark on light with its quiet zone, in either theme: phones read nothing else reliably. */
export function QrCode({ words, label }: { words: string; label: string }) {
  const modules = qr(words);
  const size = modules.length + 8;
  const path = modules
    .flatMap((row, y) => row.map((on, x) => (on ? `M${x + 4} ${y + 4}h1v1h-1z` : '')))
    .join('');
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
