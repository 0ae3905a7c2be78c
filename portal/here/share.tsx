import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';

import { wordsFor } from '@busbar/dissect';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Severity } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Checkbox, TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { type Apart, Ended } from './desk.ts';
import { useCaptures, useDesk } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import { SharePreview } from './share-preview.tsx';
import { firstTicks, type Ticks, wishOf } from './sharing.ts';
import { warningsOf } from './service.ts';
import { boundsOf, isWrong } from './time-bounds.ts';
import { TickList, type Tickable } from './tick-list.tsx';
import type { Because, Prepared } from './work.ts';

type Phase =
  | { readonly is: 'choosing' }
  | { readonly is: 'preparing'; readonly bytes: number; readonly packets: number }
  | { readonly is: 'failed'; readonly because: Because }
  | { readonly is: 'ready'; readonly prepared: Prepared };

/** What of a capture is to be shared: ticked, prepared, looked at, and only then saved or sent. */
export function Share() {
  const text = useText();
  const { id } = useParams();
  const capture = useCaptures().find((one) => one.id === id);
  if (!capture?.shown || !capture.report)
    return (
      <Page title={text('share')} seen={{ scope: 'here' }} crumbs={<Link to="/">{text('here')}</Link>}>
        <p>{text('share.nothing')}</p>
      </Page>
    );
  return (
    <Page
      title={text('share.title', { name: capture.file.name })}
      heading={text('share')}
      lead={text('share.lead')}
      seen={{ scope: 'here' }}
      help={text('share.help')}
      crumbs={
        <>
          <Link to="/">{text('here')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/captures/${capture.id}`}>{capture.file.name}</Link>
        </>
      }
    >
      <ShareForm capture={capture} key={capture.id} />
    </Page>
  );
}

function ShareForm({ capture }: { capture: HeldCapture }) {
  const text = useText();
  const desk = useDesk();
  const [ticks, setTicks] = useState(() => firstTicks(capture));
  const [phase, setPhase] = useState<Phase>({ is: 'choosing' });
  const sharing = useRef<Apart<Prepared>>(undefined);
  useEffect(() => () => sharing.current?.cancel(), []);

  const unclear = ticks.packets && isWrong(boundsOf(capture.report!, ticks));
  const tick = (change: Partial<Ticks>) => {
    sharing.current?.cancel();
    setTicks({ ...ticks, ...change });
    setPhase({ is: 'choosing' });
  };
  const prepare = async () => {
    setPhase({ is: 'preparing', bytes: 0, packets: 0 });
    const mine = desk.share(capture.file, wishOf(capture, ticks), ({ bytes, packets }) =>
      setPhase({ is: 'preparing', bytes, packets }),
    );
    sharing.current = mine;
    try {
      const prepared = await mine.done;
      if (sharing.current === mine && prepared) setPhase({ is: 'ready', prepared });
    } catch (error) {
      if (sharing.current === mine)
        setPhase({ is: 'failed', because: error instanceof Ended ? error.because : 'fault' });
    }
  };
  const stop = () => {
    sharing.current?.cancel();
    setPhase({ is: 'choosing' });
  };

  return (
    <>
      {capture.state === 'reading' && <Notice kind="warn" title={text('share.reading')} />}
      <section className="stack" aria-labelledby="share-what">
        <h2 id="share-what">{text('share.what')}</h2>
        <Facts {...{ capture, ticks, tick }} />
      </section>
      <section className="stack" aria-labelledby="share-packets">
        <h2 id="share-packets">{text('share.packets')}</h2>
        <Packets {...{ capture, ticks, tick }} />
      </section>
      <section className="stack" aria-labelledby="share-names">
        <h2 id="share-names">{text('share.names')}</h2>
        <Checkbox
          label={text('share.pseudonyms')}
          hint={text('share.pseudonyms.how')}
          checked={ticks.pseudonyms}
          onChange={() => tick({ pseudonyms: !ticks.pseudonyms })}
        />
        {ticks.pseudonyms ? (
          <>
            <Checkbox
              label={text('share.vendors')}
              hint={text('share.vendors.how')}
              checked={ticks.vendors}
              onChange={() => tick({ vendors: !ticks.vendors })}
            />
            <Checkbox
              label={text('share.times')}
              hint={text('share.times.how')}
              checked={ticks.times}
              onChange={() => tick({ times: !ticks.times })}
            />
          </>
        ) : (
          <Notice kind="warn" title={text('share.plain')}>
            {text('share.plain.what')}
          </Notice>
        )}
      </section>
      <section className="stack" aria-labelledby="share-preview">
        <h2 id="share-preview">{text('share.preview')}</h2>
        {phase.is === 'preparing' ? (
          <div className="panel">
            <Progress
              what={text('share.preparing')}
              unit="bytes"
              done={phase.bytes}
              total={ticks.packets ? capture.file.size : undefined}
              cancel={
                <Button size="small" onClick={stop}>
                  {text('cancel')}
                </Button>
              }
            />
          </div>
        ) : (
          phase.is !== 'ready' && (
            <>
              {phase.is === 'failed' && (
                <Notice kind="alarm" live title={text('share.failed')}>
                  {text(`share.failed.${phase.because}`)}
                </Notice>
              )}
              <p>{text('share.preview.first')}</p>
              {unclear && <p className="soft">{text('share.bound.first')}</p>}
              <div>
                <Button kind="main" disabled={unclear} onClick={() => void prepare()}>
                  {text('share.prepare')}
                </Button>
              </div>
            </>
          )
        )}
        {phase.is === 'ready' && (
          <SharePreview capture={capture} before={wishOf(capture, ticks).report} {...phase} />
        )}
      </section>
    </>
  );
}

interface Choosing {
  readonly capture: HeldCapture;
  readonly ticks: Ticks;
  readonly tick: (change: Partial<Ticks>) => void;
}

function Facts({ capture, ticks, tick }: Choosing) {
  const text = useText();
  const desk = useDesk();
  const { shown } = capture;
  const devices = useMemo(
    () =>
      shown!.devices.map(({ asset, name, addresses, macs, vendor, product }): Tickable => {
        const said = [addresses[0] ?? macs[0], vendor, product].filter((word) => word && word !== name);
        return {
          id: asset,
          label: (
            <>
              {name} <span className="soft">{said.join(' · ')}</span>
            </>
          ),
          words: [name, ...addresses, ...macs, vendor, product].join(' '),
        };
      }),
    [shown],
  );
  const findings = useMemo(
    () =>
      shown!.detected.map(({ id, severity, source, target }, place): Tickable => {
        const { title } = wordsFor(id, text.locale, desk.detections);
        const who = [source, target].flatMap((one) => (one ? shown!.party(one).name : []));
        return {
          id: `d${place}`,
          label: (
            <>
              <Severity level={severity} /> {title} <span className="soft">{who.join(' → ')}</span>
            </>
          ),
          words: [title, id, ...who].join(' '),
        };
      }),
    [shown, text.locale, desk],
  );
  const warnings = useMemo(
    () =>
      warningsOf(capture).map(({ id, asset, advisory }): Tickable => ({
        id,
        label: (
          <>
            {advisory.trackingId} {advisory.title} <span className="soft">{asset.name}</span>
          </>
        ),
        words: [advisory.trackingId, advisory.title, asset.name].join(' '),
      })),
    [capture],
  );
  return (
    <>
      <TickList
        title={text('capture.devices')}
        items={devices}
        ticked={ticks.devices}
        onTick={(ticked) => tick({ devices: ticked })}
        empty={text('share.devices.none')}
      />
      <TickList
        title={text('capture.detections')}
        items={findings}
        ticked={ticks.findings}
        onTick={(ticked) => tick({ findings: ticked })}
        empty={text('share.findings.none')}
      />
      <TickList
        title={text('nav.warnings')}
        hint={warnings.length > 0 ? text('share.warnings.hint') : undefined}
        items={warnings}
        ticked={ticks.warnings}
        onTick={(ticked) => tick({ warnings: ticked })}
        empty={text('share.warnings.none')}
      />
    </>
  );
}

function Packets({ capture: { report, shown, rescued }, ticks, tick }: Choosing) {
  const text = useText();
  const format = useFormat();
  const protocols = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { protocol, packets } of shown!.conversations)
      counts.set(protocol, (counts.get(protocol) ?? 0) + packets);
    return [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([name, packets]) => ({
        id: name,
        label: (
          <>
            {name} <span className="soft">{text('share.count', { packets })}</span>
          </>
        ),
        words: name,
      }));
  }, [shown, text]);
  const conversations = useMemo(
    () =>
      shown!.conversations.map(({ id, from, to, protocol, port, packets }): Tickable => {
        const words = `${from.name} → ${to.name} ${protocol}${port ? ` ${port}` : ''}`;
        return {
          id,
          label: (
            <>
              {words} <span className="soft">{text('share.count', { packets })}</span>
            </>
          ),
          words: `${words} ${from.address} ${to.address}`,
        };
      }),
    [shown, text],
  );
  const seconds = Math.ceil((report!.last - report!.first) / 1e6);
  const { wrong } = boundsOf(report!, ticks);
  if (rescued) return <p>{text('share.packets.rescued')}</p>;
  return (
    <>
      <Checkbox
        label={text('share.packets.with')}
        hint={text(ticks.pseudonyms ? 'share.packets.how' : 'share.packets.plain')}
        checked={ticks.packets}
        onChange={() => tick({ packets: !ticks.packets })}
      />
      {ticks.packets && (
        <>
          <Checkbox
            label={text('share.hosts', { count: ticks.devices.size })}
            checked={ticks.tickedHosts}
            onChange={() => tick({ tickedHosts: !ticks.tickedHosts })}
          />
          <TickList
            title={text('share.protocols')}
            hint={text('share.protocols.hint')}
            items={protocols}
            ticked={ticks.protocols}
            onTick={(ticked) => tick({ protocols: ticked })}
            empty={text('share.protocols.none')}
          />
          <TickList
            title={text('capture.conversations')}
            hint={text('share.protocols.hint')}
            items={conversations}
            ticked={ticks.conversations}
            onTick={(ticked) => tick({ conversations: ticked })}
            empty={text('share.protocols.none')}
          />
          <div className="row row-top">
            <Bound
              label={text('share.from')}
              hint={text('share.from.hint')}
              value={ticks.from}
              onChange={(from) => tick({ from })}
              wrong={wrong.from && text(`share.bound.${wrong.from}`, { seconds })}
            />
            <Bound
              label={text('share.to')}
              hint={text('share.to.hint', { seconds: format.number(seconds) })}
              value={ticks.to}
              onChange={(to) => tick({ to })}
              wrong={wrong.to && text(`share.bound.${wrong.to}`, { seconds })}
            />
          </div>
        </>
      )}
    </>
  );
}

/** What is wrong is told once somebody has written it to its end. */
function Bound({
  wrong,
  onChange,
  ...field
}: {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  wrong: string | undefined;
}) {
  const [left, setLeft] = useState(false);
  return (
    <TextField
      {...field}
      width="code"
      autoComplete="off"
      error={left ? wrong : undefined}
      onFocus={() => setLeft(false)}
      onBlur={() => setLeft(true)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
