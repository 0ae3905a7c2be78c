import { apis } from '@busbar/contract';
import { Form, useNavigation, useRouteLoaderData } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { useHere } from '../../ui/here.ts';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { type Asking, asking, attempt, place, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting } from '../live.ts';
import type { Route } from './+types/capture-differences';
import type { loader as captureLoader } from './capture.tsx';
import { DetectionList } from './detection-list.tsx';

export async function ask({ read, call, request, params, language }: Asking) {
  const { after } = place(request);
  const question = {
    params: { id: params.id },
    query: { ...(after && { after }), language, limit: 100 },
  };
  const answer = await attempt(() => call(apis.baselines.differences, question));
  // What cannot be compared now leaves the other views of the capture in reach; any other refusal is the page's.
  if (answer.refused && notNow.includes(answer.refused.status)) return { answer, found: null };
  const found = answer.done ?? (await read(apis.baselines.differences, question));
  return { answer: null, found };
}

export const loader = asking(ask);

const notNow = [409, 422, 503];

export async function action({ request, params, context }: Route.ActionArgs) {
  return learnt({ ...visitOf(context), request, params });
}

/** The reader says that this capture shows its site as it should be. */
export async function learnt({ call, request, params }: Pick<Asking, 'call' | 'request' | 'params'>) {
  const form = await request.formData();
  return attempt(() =>
    call(apis.baselines.learn, { params: { id: word(form, 'site') }, body: { capture: params.id } }),
  );
}

export default function CaptureDifferences({
  loaderData: { answer, found },
  actionData: answered,
  params,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const here = useHere();
  const capture = useRouteLoaderData<typeof captureLoader>('pages/plant/capture')?.capture;
  if (!capture) return null;
  if (!found) return <Notice kind="warn">{text.coded('problem', answer.refused)}</Notice>;
  const { items, next, learnt, isLearnt } = found;
  const site = here ? text('here.site') : capture.site.name;
  const button = isLearnt ? (
    here && <here.Unlearn capture={params.id} />
  ) : (
    <LearnButton capture={{ ...capture, site: { ...capture.site, name: site } }} learnt={learnt} />
  );
  return (
    <div className="stack">
      <RefusalNotice answer={actionData} />
      {learnt > 0 && (
        <div className="row row-end">
          <p className="soft measure">
            {text('unusual.lead', { site })} {text('unusual.learnt', { count: learnt })}{' '}
            {isLearnt && text('unusual.isLearnt')}
          </p>
          {button}
        </div>
      )}
      {items.length > 0 && <DetectionList capture={params.id} items={items} />}
      {items.length === 0 &&
        (learnt > 0 ? (
          <Empty title={text('unusual.none')}>{text('unusual.none.why')}</Empty>
        ) : (
          <Empty title={text('unusual.nothingLearnt', { site })} action={button}>
            {text('unusual.nothingLearnt.why')}
          </Empty>
        ))}
      <Pager next={next} />
    </div>
  );
}

function LearnButton({
  capture,
  learnt,
}: {
  capture: { name: string; site: { id: string; name: string } };
  learnt: number;
}) {
  const text = useText();
  const may = useMay();
  const here = useHere();
  const busy = useNavigation().state === 'submitting';
  if (!here && !may('manage sites zones assets')) return null;
  return (
    <Form method="post">
      <input type="hidden" name="site" value={capture.site.id} />
      <ConfirmButton
        kind="plain"
        icon="check"
        busy={busy}
        question={text('unusual.learn.question', { name: capture.name, site: capture.site.name })}
        consequence={text(here ? 'unusual.learn.consequence.here' : 'unusual.learn.consequence', {
          count: learnt,
        })}
        confirm={text('unusual.learn')}
      >
        {text('unusual.learn')}
      </ConfirmButton>
    </Form>
  );
}
