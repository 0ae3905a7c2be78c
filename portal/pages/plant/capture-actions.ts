import { apis } from '@busbar/contract';
import { data, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { attempt, word } from '../calls.ts';
import type { Route } from './+types/capture-actions';

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const remove = word(form, 'do') === 'remove';
  const answer = await attempt<unknown>(() =>
    remove
      ? call(apis.captures.remove, { params: { id: params.id } })
      : call(apis.captures.analyse, { params: { id: params.id } }),
  );
  if (answer.refused) throw data(answer, { status: answer.refused.status });
  throw redirect(remove ? '/plant' : `/captures/${params.id}`);
}

export function loader({ params }: Route.LoaderArgs) {
  return redirect(`/captures/${params.id}`);
}

export default function CaptureActions() {
  return null;
}
