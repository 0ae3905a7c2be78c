import { useState, type ReactNode } from 'react';

import { useText } from '../../i18n/text.tsx';
import { Certainty, Severity, State, Tag, Tlp, tlpLabels, Urgency } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Bars, Sparkline } from '../../ui/charts.tsx';
import { ConfirmButton, Dialog } from '../../ui/dialog.tsx';
import { Checkbox, Choices, FormError, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon, iconNames, Mark } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MessageView } from '../../ui/message-view.tsx';
import { Empty, Notice, useSay } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { PlantMap } from '../../ui/plant-map.tsx';
import { Progress } from '../../ui/progress.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { devices, lines, message } from './sample.ts';

// This page is for developers and is not built for production: its words are names of things in the code.
/* busbar:names-only */

const rows = Array.from({ length: 1000 }, (_, place) => ({
  id: `row-${place}`,
  name: `PLC-${String((place * 7919) % 1000).padStart(3, '0')}`,
  vendor: ['Siemens', 'Schneider Electric', 'Rockwell Automation', 'WAGO', null][place % 5] ?? null,
  packets: (place * 104_729) % 50_021,
}));

export default function UiPage() {
  const text = useText();
  const say = useSay();
  const [open, setOpen] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['row-2']));
  return (
    <Page
      title="ui"
      lead="Every component with its states."
      seen={{
        scope: 'org',
        label: 'AMBER+STRICT',
        owner: 'Nordwasser',
        people: 7,
        organisations: ['Nordwasser'],
      }}
      actions={<Button icon="print">Button</Button>}
    >
      <Shelf name="Button">
        <div className="row">
          <Button kind="main">main</Button>
          <Button>plain</Button>
          <Button kind="quiet">quiet</Button>
          <Button kind="danger" icon="alarm">
            danger
          </Button>
          <Button busy>busy</Button>
          <Button disabled>disabled</Button>
          <Button icon="copy" aria-label="copy" />
          <Button size="small">small</Button>
          <Button size="large" kind="main">
            large
          </Button>
          <ButtonLink to="/ui">ButtonLink</ButtonLink>
        </div>
      </Shelf>
      <Shelf name="Tlp, Urgency, Severity, State, Certainty, Tag">
        <div className="row">
          {tlpLabels.map((label) => (
            <Tlp key={label} label={label} />
          ))}
        </div>
        <div className="row">
          {(['immediate', 'out-of-cycle', 'scheduled', 'defer'] as const).map((level) => (
            <Urgency key={level} level={level} />
          ))}
        </div>
        <div className="row">
          <Severity level="critical" score={9.8} />
          <Severity level="high" score={7.5} />
          <Severity level="medium" score={5.3} />
          <Severity level="low" score={2} />
          <Severity level="none" />
          <Severity level="unknown" />
        </div>
        <div className="row">
          <State standing="waiting">waiting</State>
          <State standing="running">running</State>
          <State standing="done">done</State>
          <State standing="failed">failed</State>
          <State standing="stopped">stopped</State>
        </div>
        <div className="row">
          {(['exact', 'likely', 'unsure', 'stated', 'inferred', 'guessed', 'confirmed'] as const).map(
            (level) => (
              <Certainty key={level} level={level} />
            ),
          )}
        </div>
        <div className="row">
          <Tag>Modbus/TCP</Tag>
          <Tag mono>T0855</Tag>
        </div>
      </Shelf>
      <Shelf name="Field">
        <div className="grid">
          <TextField label="TextField" hint="hint" name="a" />
          <TextField label="TextField" error="error" name="b" defaultValue="x" />
          <TextField label="code" width="code" defaultValue="123456" name="c" />
          <SelectField
            label="SelectField"
            name="d"
            options={[
              { value: '1', label: 'one' },
              { value: '2', label: 'two' },
            ]}
          />
          <TextArea label="TextArea" name="e" />
          <Choices
            label="Choices"
            name="f"
            value="1"
            options={[
              { value: '1', label: 'one', hint: 'hint' },
              { value: '2', label: 'two' },
            ]}
          />
          <Checkbox label="Checkbox" hint="hint" name="g" />
        </div>
        <FormError>FormError</FormError>
      </Shelf>
      <Shelf name="Notice, Empty, Progress, toast">
        <Notice title="note">Notice</Notice>
        <Notice kind="good" title="good">
          Notice
        </Notice>
        <Notice kind="warn" title="warn">
          Notice
        </Notice>
        <Notice kind="alarm" title="alarm">
          Notice
        </Notice>
        <Empty title="Empty" action={<Button kind="main">action</Button>}>
          why, and the first step
        </Empty>
        <Progress
          what="Progress"
          unit="bytes"
          done={734_003_200}
          total={2_147_483_648}
          secondsLeft={93}
          cancel={<Button size="small">cancel</Button>}
        />
        <Progress what="Progress, total unknown" done={1200} />
        <div className="row">
          <Button onClick={() => say('good', 'good')}>say good</Button>
          <Button onClick={() => say('alarm', 'alarm')}>say alarm</Button>
        </div>
      </Shelf>
      <Shelf name="Dialog, ConfirmButton, Menu, Tabs">
        <div className="row">
          <Button onClick={() => setOpen(true)}>Dialog</Button>
          <form method="get">
            <ConfirmButton
              question="Remove it?"
              consequence="What would be lost, in a sentence."
              confirm="Remove"
            >
              ConfirmButton
            </ConfirmButton>
          </form>
          <Menu label="Menu" icon="filter">
            <p>sheet</p>
          </Menu>
        </div>
        <Dialog open={open} onClose={() => setOpen(false)} title="Dialog">
          <p>Escape closes.</p>
        </Dialog>
        <Tabs
          label="tabs"
          tabs={[
            { label: 'one', to: '/ui', current: true, count: 23 },
            { label: 'two', to: '/ui', current: false, count: 4, mark: 'alarm' },
            { label: 'three', to: '/ui', current: false, count: 2, mark: 'warn' },
          ]}
        />
      </Shelf>
      <Shelf name="Time, charts, QrCode">
        <p>
          <Time at="2026-11-20T02:41:07.318Z" precise />
        </p>
        <p>
          <Time at="2026-11-20T02:41:07.318Z" style="ago" /> ·{' '}
          <Time at="2026-11-20T02:41:07.318Z" style="date" />
        </p>
        <div className="measure">
          <Bars
            label="bars"
            items={[
              { name: 'Modbus/TCP', value: 88_120 },
              { name: 'S7comm', value: 61_000 },
              { name: 'LLDP', value: 12 },
            ]}
          />
        </div>
        <p>
          <Sparkline label="spark" values={[3, 5, 4, 9, 12, 7, 14]} />
        </p>
        <QrCode words="otpauth://totp/Busbar:ana@example.org?secret=JBSWY3DPEHPK3PXP" label="QR" />
      </Shelf>
      <Shelf name="DataTable">
        <DataTable
          name="sample"
          caption="DataTable"
          rows={rows}
          rowKey={({ id }) => id}
          href={({ id }) => `/ui?row=${id}`}
          selection={{ selected, onChange: setSelected }}
          empty={null}
          columns={[
            { id: 'name', label: 'name', sort: ({ name }) => name, cell: ({ name }) => name },
            {
              id: 'vendor',
              label: 'vendor',
              sort: ({ vendor }) => vendor,
              cell: ({ vendor }) => vendor ?? '–',
            },
            {
              id: 'packets',
              label: 'packets',
              number: true,
              sort: ({ packets }) => packets,
              cell: ({ packets }) => packets,
            },
            { id: 'spare', label: 'spare', cell: ({ id }) => id, spare: true },
          ]}
        />
      </Shelf>
      <Shelf name="PlantMap">
        <PlantMap devices={devices} lines={lines} hrefOf={(id) => `/assets/${id}`} />
      </Shelf>
      <Shelf name="MessageView">
        <MessageView message={message} />
      </Shelf>
      <Shelf name="Icon">
        <div className="icons">
          {iconNames.map((name) => (
            <span key={name} className="with-icon small">
              <Icon name={name} /> {name}
            </span>
          ))}
          <span className="with-icon small">
            <Mark /> Mark
          </span>
        </div>
      </Shelf>
      <p className="hidden-words">{text('product')}</p>
    </Page>
  );
}

function Shelf({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="shelf">
      <h2>{name}</h2>
      {children}
    </section>
  );
}
