import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';

/** Nothing was sent yet. Both ways on belong to the form that is still filled in. */
export function SecretWarning({ form }: { form: string }) {
  const text = useText();
  return (
    <div className="notice notice-warn" role="alert">
      <div className="stack stack-s">
        <strong className="notice-title">{text('secret.title')}</strong>
        <p>{text('secret.what')}</p>
        <p className="row">
          <Button type="submit" form={form} name="do" value="without" kind="main">
            {text('secret.without')}
          </Button>
          <Button type="submit" form={form} name="do" value="asIs">
            {text('secret.asIs')}
          </Button>
        </p>
      </div>
    </div>
  );
}
