import type { KitAbout } from '@busbar/contract';
import { Link, useNavigate } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/dialog.tsx';
import { captureFiles, FileDrop, listFiles } from '../ui/file-drop.tsx';
import { useHere } from '../ui/here.ts';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Time, useClock } from '../ui/time.tsx';
import { useBaselines, useCaptures, useDesk, useLeft, useLibrary, useLists } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import type { Kept } from './rescue.ts';

/** Where captures are dropped, and those that were. */
export function HereHome() {
  const text = useText();
  const { kit, kits } = useHere() ?? {};
  const captures = useCaptures();
  const lists = useLists();
  const baselines = useBaselines();
  const library = useLibrary();
  return (
    <Page
      plain
      title={text('here')}
      heading={text('here.title')}
      lead={text(kit ? 'kit.lead' : 'here.lead')}
      seen={{ scope: 'here' }}
      help={text(kit ? 'kit.help' : 'here.help')}
    >
      {kit && <Age kit={kit} />}
      <Left />
      <CaptureDrop />
      {captures.length > 0 && (
        <section className="stack stack-s" aria-labelledby="here-captures">
          <h2 id="here-captures">{text('here.captures')}</h2>
          <ul className="plain-list stack stack-s">
            {captures.map((capture) => (
              <li key={capture.id} className="panel row row-end">
                <div>
                  <CaptureLine capture={capture} />
                </div>
                <RemoveCapture capture={capture} />
              </li>
            ))}
          </ul>
          {captures.filter(({ report }) => report).length > 1 && (
            <p>
              <Link to="/bundle">{text('here.bundle')}</Link>
            </p>
          )}
        </section>
      )}
      {lists.length + baselines.length > 0 && (
        <section className="stack stack-s" aria-labelledby="here-beside">
          <h2 id="here-beside">{text('here.beside')}</h2>
          <ul className="plain-list stack stack-s">
            {lists.map((list) => (
              <li key={list.id} className="panel row row-end">
                <div>
                  <Link to={`/lists/${list.id}`} className="mono-title">
                    {list.file.name}
                  </Link>
                  <p className="soft small">
                    {text(`list.state.${list.state}`)}
                    {list.read && ` · ${text('list.rows', { rows: list.read.reading.rows })}`}
                  </p>
                </div>
                <Remove id={list.id} name={list.file.name} />
              </li>
            ))}
            {baselines.map(({ id, file, baseline, problem }) => (
              <li key={id} className="panel row row-end">
                <div>
                  <span className="mono-title">{file.name}</span>
                  <p className="soft small">
                    {problem
                      ? text.coded('problem', problem)
                      : baseline
                        ? text('here.baseline', { captures: baseline.captures })
                        : text('list.state.reading')}
                  </p>
                </div>
                <Remove id={id} name={file.name} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="stack stack-s" aria-labelledby="here-how">
        <h2 id="here-how">{text('here.how')}</h2>
        <ul className="points">
          <li>{text('here.how.read')}</li>
          <li>{text(kit ? 'kit.how.network' : 'here.how.network')}</li>
          <li>{text('here.how.gone')}</li>
          <li>{text('here.how.ended')}</li>
        </ul>
        {kits && (
          <p>
            {/* A page of the portal around this one. */}
            <a href={kits}>{text('kits.here')}</a>
          </p>
        )}
        <p className="soft small" role="status">
          {library.state === 'ready'
            ? text('here.advisories', { count: library.advisories })
            : text(
                library.state !== 'missing'
                  ? 'here.advisories.coming'
                  : kit
                    ? 'kit.noAdvisories.why'
                    : 'here.noAdvisories.why',
              )}
        </p>
      </section>
    </Page>
  );
}

/** What a tab found that ended before its reader closed it: taken back, or thrown away. */
function Left() {
  const text = useText();
  const format = useFormat();
  const desk = useDesk();
  const navigate = useNavigate();
  const left = useLeft();
  if (left.length === 0) return null;
  const take = async (kept: Kept) => {
    const place = await desk.takeBack(kept);
    if (place) await navigate(place);
  };
  return (
    <Notice kind="warn" title={text('here.left')}>
      <p>{text('here.left.what')}</p>
      <ul className="plain-list stack stack-s">
        {left.map((kept) => (
          <li key={kept.key} className="row row-end">
            <span>
              <span className="mono-title">{kept.name}</span> <Time at={kept.at} style="short" />{' '}
              <span className="soft small">
                {text('here.left.read', {
                  done: format.bytes(kept.bytes),
                  total: format.bytes(kept.size),
                  packets: kept.packets,
                })}
              </span>
            </span>
            <span className="row">
              <Button
                size="small"
                aria-label={text('here.left.take.what', { name: kept.name })}
                onClick={() => void take(kept)}
              >
                {text('here.left.take')}
              </Button>
              <Button
                size="small"
                kind="quiet"
                aria-label={text('here.left.drop.what', { name: kept.name })}
                onClick={() => desk.drop(kept)}
              >
                {text('here.left.drop')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** In so many days enough is published that a kit without it tells too little. */
const FRESH_DAYS = 30;

function Age({ kit: { madeAt, cert } }: { kit: KitAbout }) {
  const text = useText();
  const { now } = useClock();
  const days = Math.floor((now - Date.parse(madeAt)) / 86_400_000);
  if (days <= FRESH_DAYS) return null;
  return (
    <Notice kind="warn" title={text('kit.old', { days })}>
      {text('kit.old.do', { cert: cert.name })}
    </Notice>
  );
}

function CaptureDrop() {
  const text = useText();
  const desk = useDesk();
  const navigate = useNavigate();
  const take = async (files: readonly File[]) => {
    const places = await Promise.all(files.map((file) => desk.take(file)));
    if (places[0]) await navigate(files.length === 1 ? places[0] : '/');
  };
  return (
    <FileDrop
      title={text('here.drop')}
      accept={`${captureFiles},${listFiles}`}
      take={(files) => void take(files)}
    >
      {text('here.drop.lead')}
    </FileDrop>
  );
}

function RemoveCapture({ capture: { id, file, report } }: { capture: HeldCapture }) {
  const text = useText();
  const desk = useDesk();
  if (!report) return <Remove id={id} name={file.name} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        desk.remove(id);
      }}
    >
      <ConfirmButton
        kind="quiet"
        size="small"
        icon="trash"
        question={text('here.remove.question', { name: file.name })}
        consequence={text('here.remove.consequence')}
        confirm={text('here.remove')}
        aria-label={text('here.remove.what', { name: file.name })}
      >
        {text('here.remove')}
      </ConfirmButton>
    </form>
  );
}

/** Of what is read anew in a moment: nobody has to be asked. */
function Remove({ id, name }: { id: string; name: string }) {
  const text = useText();
  const desk = useDesk();
  return (
    <Button
      kind="quiet"
      size="small"
      icon="trash"
      aria-label={text('here.remove.what', { name })}
      onClick={() => desk.remove(id)}
    >
      {text('here.remove')}
    </Button>
  );
}

function CaptureLine({
  capture: { id, file, state, bytes, packets, shown, rescued, usual },
}: {
  capture: HeldCapture;
}) {
  const text = useText();
  const format = useFormat();
  const size = rescued?.size ?? file.size;
  const share = size > 0 ? bytes / size : 0;
  return (
    <>
      <Link to={`/captures/${id}`} className="mono-title">
        {file.name}
      </Link>
      <p className="soft small">
        {format.bytes(size)} · {text(`here.state.${state}`, { share: format.percent(share) })}
        {shown &&
          ` · ${text('here.packets', { packets })} · ${text('here.devices', { devices: shown.devices.length })}`}
        {usual && ` · ${text('here.usual')}`}
      </p>
    </>
  );
}
