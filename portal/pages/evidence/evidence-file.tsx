import { apis, AnalysisTool, FileState as State, movesOfFile, toolsFor } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { guestIn } from '../cases/as-guest.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting, useLive } from '../live.ts';
import type { Route } from './+types/evidence-file';
import { FileState } from './file-state.tsx';
import { Hashes } from './hashes.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const part = await guestIn(visitOf(context).call, params.id);
  const [found, file] = await Promise.all([
    part ?? read(apis.cases.get, { params: { id: params.id } }),
    read(apis.evidence.get, { params }),
  ]);
  const custody = await read(apis.evidence.custody, { params, query: { ...place(request), limit: 100 } });
  return {
    found: { id: found.id, reference: found.reference, label: found.label },
    owner: 'owner' in found ? found.owner : undefined,
    isGuest: part !== undefined,
    file,
    custody: custody.items,
    next: custody.next,
  };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const reason = word(form, 'reason');
  switch (word(form, 'do')) {
    case 'run': {
      const asked = await attempt(() =>
        call(apis.evidence.run, {
          params: { id: params.id },
          body: {
            evidence: params.evidence,
            tool: AnalysisTool.parse(word(form, 'tool')),
            params: {
              ...(word(form, 'utcOffset') && { utcOffset: Math.round(Number(word(form, 'utcOffset')) * 60) }),
              ...(word(form, 'year') && { year: Number(word(form, 'year')) }),
            },
          },
        }),
      );
      if (asked.refused) return asked;
      throw redirect(`/cases/${params.id}/runs/${asked.done.id}`);
    }
    case 'clock':
      return attempt<unknown>(() =>
        call(apis.evidence.setClock, {
          params,
          body: {
            offset: Number(word(form, 'offset')),
            uncertainty: Number(word(form, 'uncertainty')),
            reason,
          },
        }),
      );
    case 'share':
      return attempt<unknown>(() =>
        call(apis.evidence.share, { params, body: { shared: word(form, 'shared') === 'true' } }),
      );
    default:
      return attempt<unknown>(() =>
        call(apis.evidence.move, {
          params,
          body: { to: State.parse(word(form, 'to')), ...(reason && { reason }) },
        }),
      );
  }
}

/** One file of a case: what it is, what may be done with it, and who had it in hand. */
export default function EvidenceFilePage({
  loaderData: { found, owner, isGuest, file, custody, next },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  useLive(file.state === 'receiving');
  const working = may('triage and move cases');
  const isLead = me?.roles.includes('LEAD');
  const moves = movesOfFile(file.state).filter(({ by }) =>
    by === 'sender' ? working || file.mine : working && (by === 'team' || isLead),
  );
  const isWhole = file.state === 'quarantined' || file.state === 'available';
  const tools = working && isWhole ? toolsFor(file.type) : [];
  const here = `/cases/${found.id}/evidence/${file.id}`;
  return (
    <Page
      title={`${file.name} · ${found.reference}`}
      heading={file.name}
      seen={{ scope: isGuest ? 'thread' : 'receipt', label: found.label, ...(owner && { owner }) }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={isGuest ? `/cases/${found.id}/part` : `/cases/${found.id}`}>{found.reference}</Link>{' '}
          <Icon name="chevronRight" size={12} />{' '}
          <Link to={isGuest ? `/cases/${found.id}/part#files` : `/cases/${found.id}/evidence`}>
            {text('case.tab.evidence')}
          </Link>
        </>
      }
      lead={
        <span className="row">
          <FileState state={file.state} />
          <span className="soft">{text(`fileState.${file.state}.means`)}</span>
        </span>
      }
    >
      {!isGuest && <CaseTabs id={found.id} current="/evidence" />}
      <RefusalNotice answer={actionData} />
      {file.state === 'damaged' && (
        <Notice kind="alarm" title={text('evidence.differs')}>
          {text('evidence.differs.do')}
        </Notice>
      )}
      <div className="split">
        <div className="stack">
          <section className="panel stack stack-s" aria-labelledby="facts">
            <h2 id="facts">{text('evidence.facts')}</h2>
            <dl className="facts facts-stacked">
              <dt>{text('evidence.type')}</dt>
              <dd>{file.type ? text(`fileType.${file.type}`) : '–'}</dd>
              <dt>{text('evidence.size')}</dt>
              <dd>{format.bytes(file.size)}</dd>
              <Hashes file={file} />
              <dt>{text('evidence.by')}</dt>
              <dd>
                {file.addedBy.name ?? text(`evidence.by.${file.addedBy.as}`)}, <Time at={file.addedAt} />
              </dd>
              {file.note && (
                <>
                  <dt>{text('evidence.note')}</dt>
                  <dd className="keeps-lines">{file.note}</dd>
                </>
              )}
              <dt>{text('evidence.clock')}</dt>
              <dd>
                {text('evidence.clock.is', {
                  offset: file.clock.offset,
                  uncertainty: file.clock.uncertainty,
                })}
              </dd>
            </dl>
          </section>
          <section className="stack" aria-labelledby="custody">
            <div className="row row-end">
              <h2 id="custody">{text('evidence.custody')}</h2>
              <a href={`/api${here}/custody.json`} download>
                {text('evidence.custody.export')}
              </a>
            </div>
            <p className="soft measure">{text(isGuest ? 'part.custody' : 'evidence.custody.lead')}</p>
            <SmallTable label={text('evidence.custody')}>
              <thead>
                <tr>
                  <th>{text('evidence.custody.when')}</th>
                  <th>{text('evidence.custody.who')}</th>
                  <th>{text('evidence.custody.what')}</th>
                  <th>{text('evidence.custody.why')}</th>
                </tr>
              </thead>
              <tbody>
                {custody.map(({ id, at, person, organisation, by, action, reason }) => (
                  <tr key={id}>
                    <td>
                      <Time at={at} style="short" />
                    </td>
                    <td>
                      {by === 'person'
                        ? [person.name, organisation.name].filter(Boolean).join(', ')
                        : text(`accessLog.by.${by}`)}
                    </td>
                    <td>{text.coded('audit.did', { code: action, params: {}, text: action })}</td>
                    <td>{reason ?? ''}</td>
                  </tr>
                ))}
              </tbody>
            </SmallTable>
            <Pager next={next} />
          </section>
        </div>
        <div className="stack">
          {tools.length > 0 && (
            <Form method="post" className="panel stack">
              <h2>{text('run.new')}</h2>
              <p className="soft">{text('run.new.what')}</p>
              <Choices
                label={text('run.tool')}
                name="tool"
                value={tools[0]}
                options={tools.map((tool) => ({
                  value: tool,
                  label: text(`tool.${tool}`),
                  hint: text(`tool.${tool}.means`),
                }))}
              />
              {tools.some((tool) => tool === 'text-log' || tool === 'disk-image') && (
                <TextField
                  label={text('run.utcOffset')}
                  hint={text('run.utcOffset.hint')}
                  name="utcOffset"
                  inputMode="decimal"
                  pattern="[+\-]?[0-9]{1,2}([.][0-9]{1,2})?"
                  width="code"
                />
              )}
              {tools.includes('text-log') && (
                <TextField
                  label={text('run.year')}
                  name="year"
                  inputMode="numeric"
                  pattern="[0-9]{4}"
                  width="code"
                />
              )}
              <div>
                <Button type="submit" kind="main" name="do" value="run" busy={busy}>
                  {text('run.start')}
                </Button>
              </div>
            </Form>
          )}
          {moves.length > 0 && (
            <Form method="post" className="panel stack" key={file.state}>
              <h2>{text('evidence.move')}</h2>
              <Choices
                label={text('evidence.move.to')}
                name="to"
                options={moves.map(({ to, reason }) => ({
                  value: to,
                  label: text(`fileMove.${to}`),
                  hint: reason ? text('evidence.move.asks') : text(`fileState.${to}.means`),
                }))}
              />
              <TextField label={text('evidence.move.reason')} name="reason" maxLength={2000} />
              <div>
                <Button type="submit" name="do" value="move" busy={busy}>
                  {text('evidence.move')}
                </Button>
              </div>
            </Form>
          )}
          {working && isWhole && (
            <Form method="post" className="panel stack">
              <h2>{text('evidence.clock')}</h2>
              <p className="soft">{text('evidence.clock.what')}</p>
              <TextField
                label={text('evidence.clock.offset')}
                name="offset"
                type="number"
                required
                defaultValue={file.clock.offset}
                width="code"
              />
              <TextField
                label={text('evidence.clock.uncertainty')}
                name="uncertainty"
                type="number"
                min={0}
                required
                defaultValue={file.clock.uncertainty}
                width="code"
              />
              <TextField label={text('evidence.clock.reason')} name="reason" required maxLength={2000} />
              <div>
                <Button type="submit" name="do" value="clock" busy={busy}>
                  {text('evidence.clock.set')}
                </Button>
              </div>
            </Form>
          )}
          {may('download raw evidence') && isWhole && (file.state === 'available' || working) && (
            <form method="get" action={`/api${here}/original`} className="panel stack">
              <h2>{text('evidence.download')}</h2>
              <p className="soft">{text('evidence.download.what')}</p>
              <TextField label={text('evidence.download.purpose')} name="purpose" required maxLength={300} />
              <div>
                <Button type="submit" data-scripts="">
                  {text('evidence.download')}
                </Button>
              </div>
            </form>
          )}
          {working && file.state === 'available' && (
            <Form method="post" className="panel stack">
              <h2>{text('evidence.share')}</h2>
              <SelectField
                label={text('evidence.share.what')}
                name="shared"
                defaultValue={String(file.isShared)}
                options={[
                  { value: 'false', label: text('evidence.share.no') },
                  { value: 'true', label: text('evidence.share.yes') },
                ]}
              />
              <div>
                <Button type="submit" name="do" value="share" busy={busy}>
                  {text('save')}
                </Button>
              </div>
            </Form>
          )}
        </div>
      </div>
    </Page>
  );
}
