/** Drawn on a grid of 16, one stroke; they only ever stand beside words (or an `aria-label` on their button). */
const paths = {
  alarm: 'M8 2 1.5 13.5h13L8 2ZM8 6.5v3.2M8 11.6v.4',
  arrowDown: 'M8 3v10M4 9l4 4 4-4',
  arrowLeft: 'M13 8H3M7 4 3 8l4 4',
  arrowRight: 'M3 8h10M9 4l4 4-4 4',
  arrowUp: 'M8 13V3M4 7l4-4 4 4',
  asset: 'M3 2.5h10v11H3zM5.5 5h5M5.5 7.5h5M8 10.5v.4',
  bell: 'M8 2a3.8 3.8 0 0 0-3.8 3.8c0 4-1.7 4.7-1.7 5.7h11c0-1-1.7-1.7-1.7-5.7A3.8 3.8 0 0 0 8 2ZM6.5 13.5a1.6 1.6 0 0 0 3 0',
  building: 'M3 14V2.5h6V14M9 6.5h4V14M1.5 14h13M5.3 5.5h1.4M5.3 8.2h1.4M5.3 11h1.4',
  bytes: 'M2.5 3.5h4v3.5h-4zM9.5 9h4v3.5h-4zM9.8 3.5h2v3.5M9.3 7h3M3.8 9h-1M3.8 9v3.5M2.5 12.5h3',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3',
  capture: 'M1.5 8h3l1.5-4 3 8 1.7-4h3.8',
  chain:
    'M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a3.2 3.2 0 0 1 4.5 4.5L11.5 9M4.5 7 3.3 8.2a3.2 3.2 0 0 0 4.5 4.5L9 11.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  chevronDown: 'M4 6l4 4 4-4',
  chevronRight: 'M6 4l4 4-4 4',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.8V8l2.2 1.6',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  controller: 'M2.5 3h11v10h-11zM2.5 6h11M5 9.5h1M7.5 9.5h1M10 9.5h1M5 4.5h.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  cross: 'M4 4l8 8M12 4l-8 8',
  dash: 'M3.5 8h9',
  document: 'M3.5 1.8h6L12.5 5v9.2h-9zM9.5 1.8V5h3M5.5 8h5M5.5 10.8h5',
  download: 'M8 2.5v7.5M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  engineering: 'M2 3h12v7.5H2zM6 13.5h4M8 10.5v3M5 8l1.5-1.5L5 5M8 8h2.5',
  equal: 'M3.5 6h9M3.5 10h9',
  eye: 'M1.2 8S3.6 3.5 8 3.5 14.8 8 14.8 8 12.4 12.5 8 12.5 1.2 8 1.2 8ZM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  filter: 'M2 3.5h12L9.5 9v4.5l-3-1.5V9L2 3.5Z',
  gateway: 'M2 8h12M5 5 2 8l3 3M11 5l3 3-3 3',
  help: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM6.2 6.3c0-2.4 3.7-2.4 3.7 0 0 1.5-1.9 1.4-1.9 2.9M8 11.2v.3',
  historian:
    'M8 2c3 0 5 .9 5 2s-2 2-5 2-5-.9-5-2 2-2 5-2ZM3 4v8c0 1.1 2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2 2 5 2s5-.9 5-2',
  hmi: 'M2 3h12v8H2zM4.5 9V7M7 9V5M9.5 9V6M12 9V7.5M5 13.5h6',
  inbox: 'M2.5 9 4.3 3h7.4l1.8 6v4.5h-11zM2.5 9H6l1 2h2l1-2h3.5',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 7.2v4M8 4.6v.4',
  io: 'M4 2.5h8v11H4zM6 5h1M9 5h1M6 8h1M9 8h1M6 11h1M9 11h1',
  key: 'M5.2 6.8a3.4 3.4 0 1 1 2.9 3.4L6.8 11.5H5.3V13H3.8v1H1.8v-2.3l3.7-3.7a3.4 3.4 0 0 1-.3-1.2ZM10.4 5.6v.1',
  language:
    'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2 8h12M8 2c2 1.8 2.6 3.8 2.6 6S10 12.2 8 14c-2-1.8-2.6-3.8-2.6-6S6 3.8 8 2Z',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.4M2.5 8h.4M2.5 12h.4',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  map: 'M2 4h12M2 12h12M5 4v3.5M11 4v8M5 7.5h3.2V12',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  minusCircle: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM5 8h6',
  moon: 'M13 9.6A5.4 5.4 0 1 1 6.4 3a4.3 4.3 0 0 0 6.6 6.6Z',
  news: 'M2 3h9.5v10H3.3A1.3 1.3 0 0 1 2 11.7zM11.5 6.5H14v5.2a1.3 1.3 0 0 1-2.5 0M4.5 5.8H9M4.5 8.3H9M4.5 10.7h2.5',
  open: 'M6.5 3H3v10h10V9.5M9 2.5h4.5V7M13 3 7.5 8.5',
  pencil: 'M2.5 13.5 3.3 10.3 10.8 2.8 13.2 5.2 5.7 12.7zM9 4.6 11.4 7',
  people:
    'M5.8 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6ZM1.5 13.5c0-2.6 1.8-4 4.3-4s4.3 1.4 4.3 4M10.5 3.2a2.2 2.2 0 0 1 0 4.2M11.8 9.8c1.7.4 2.7 1.7 2.7 3.7',
  person: 'M8 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM2.8 13.8c0-2.8 2.2-4.5 5.2-4.5s5.2 1.7 5.2 4.5',
  phone:
    'M3.5 2.5h2.3l1 3-1.5 1.1a8 8 0 0 0 4.1 4.1l1.1-1.5 3 1v2.3c0 .6-.5 1-1 1C7.2 13.3 2.7 8.8 2.5 3.5c0-.5.4-1 1-1Z',
  plus: 'M8 3v10M3 8h10',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z',
  question: 'M5.3 5.8c0-3.6 5.5-3.6 5.5 0 0 2.3-2.8 2.1-2.8 4.3M8 12.8v.3',
  radar: 'M8 2a6 6 0 1 0 6 6M8 5.2A2.8 2.8 0 1 0 10.8 8M8 8l5-5',
  refresh: 'M13 4v3.5H9.5M12.7 7.2A5 5 0 1 0 13 9.5',
  save: 'M3 2.5h8l2 2v9H3zM5.5 2.5v3.5h4v-3.5M5.5 13.5v-4h5v4',
  seal: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM5.4 8.2 7.3 10.1 10.7 6.4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3l3.2 3.2',
  server: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.7h.4M5 11.3h.4',
  shield: 'M8 1.8 2.8 3.8v4c0 3.2 2.2 5.3 5.2 6.4 3-1.1 5.2-3.2 5.2-6.4v-4L8 1.8Z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  switch: 'M1.5 5h13v6h-13zM4 8h.4M6.5 8h.4M9 8h.4M11.5 8h.4',
  theme: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 2v12M8 5l4.5 0M8 8h6M8 11h4.5',
  tilde: 'M3 6.5c1.7-2 3.3-1.3 5 0s3.3 2 5 0M3 10.5c1.7-2 3.3-1.3 5 0s3.3 2 5 0',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4',
  unknown: 'M3 3h10v10H3zM6.3 6.5c0-2.3 3.5-2.3 3.5 0 0 1.4-1.8 1.3-1.8 2.7M8 11.2v.2',
  upload: 'M8 10.5V3M4.5 6 8 2.5 11.5 6M2.5 13.5h11',
  wrench:
    'M13.5 4.5a3.3 3.3 0 0 1-4.6 3L4.3 12.2a1.4 1.4 0 0 1-2-2L7 5.6a3.3 3.3 0 0 1 4-4.1L9 3.7l.5 1.9 1.9.5 2.1-1.6Z',
} as const;

export type IconName = keyof typeof paths;
export const iconNames = Object.keys(paths) as IconName[];

export const iconPath = (name: IconName): string => paths[name];

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** A busbar with three feeders. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      <path d="M1 6h20" stroke="var(--bar)" strokeWidth="4" fill="none" />
      <path d="M5 6v11M11 6v7M17 6v11" stroke="currentColor" strokeWidth="2" fill="none" />
      <path d="M3 17h4v3H3zM9 13h4v3H9zM15 17h4v3h-4z" fill="currentColor" />
    </svg>
  );
}
