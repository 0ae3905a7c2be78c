import { redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import type { Route } from './+types/sign-out';

export async function action({ context }: Route.ActionArgs) {
  await visitOf(context).send('POST', '/api/auth/sign-out', {});
  return redirect('/');
}

export function loader() {
  return redirect('/');
}
