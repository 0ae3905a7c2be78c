import { redirect } from 'react-router';

import { isLocale, languageCookie, themeCookie } from '../../i18n/locale.ts';
import { safeBack, word } from '../calls.ts';
import type { Route } from './+types/preferences';

const year = 'Path=/; Max-Age=31536000; SameSite=Lax';

/** Language and theme are the reader's own business: two cookies, no account needed. */
export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData();
  const headers = new Headers();
  const language = word(form, 'language');
  const theme = word(form, 'theme');
  if (isLocale(language)) headers.append('set-cookie', `${languageCookie}=${language}; ${year}`);
  if (theme === 'auto' || theme === 'light' || theme === 'dark')
    headers.append('set-cookie', `${themeCookie}=${theme}; ${year}`);
  return redirect(safeBack(form.get('back')), { headers });
}

export function loader() {
  return redirect('/');
}
