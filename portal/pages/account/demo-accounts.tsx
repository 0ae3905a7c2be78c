import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { useVisitor } from '../../ui/shell.tsx';

/** In a demo anybody may be anybody. */
export function DemoAccounts({ back }: { back: string }) {
  const text = useText();
  const accounts = useVisitor().instance?.demoAccounts ?? [];
  if (accounts.length === 0) return null;
  return (
    <section className="stack stack-s">
      <h2>{text('demo.accounts')}</h2>
      <p className="soft">{text('demo.accounts.lead')}</p>
      <ul className="plain-list cards">
        {accounts.map((account) => (
          <li key={account.email}>
            <Form method="post" action="/sign-in">
              <input type="hidden" name="email" value={account.email} />
              <input type="hidden" name="password" value={account.password} />
              <input type="hidden" name="back" value={back} />
              <button className="card-button">
                <strong>{account.name}</strong>
                <span className="soft small">
                  {account.organisation} ·{' '}
                  {account.roles.map((role) => text.coded('role', { code: role })).join(', ')}
                </span>
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
