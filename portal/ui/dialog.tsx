import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';

/** A modal dialog: focus stays inside and comes back, Escape closes, the page behind is inert. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  footer,
  wide = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}) {
  const text = useText();
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);

  return (
    // The click handler is for the backdrop only; the keyboard has Escape.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={element}
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button kind="quiet" icon="cross" aria-label={text('close')} onClick={onClose} />
        </div>
        {children}
        {footer && <div className="row dialog-foot">{footer}</div>}
      </div>
    </dialog>
  );
}

/**
 * A submit button that first says in one sentence what will be lost.
 * Without scripts the form goes straight through, so the action behind it must be one that a person can survive;
 * before they have come, the question waits for them.
 */
export function ConfirmButton({
  question,
  consequence,
  confirm,
  children,
  kind = 'danger',
  ...rest
}: {
  question: string;
  consequence: ReactNode;
  confirm: string;
  kind?: 'danger' | 'plain' | 'quiet';
} & Omit<Parameters<typeof Button>[0], 'kind'>) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const trigger = useRef<HTMLButtonElement | null>(null);
  return (
    <>
      <Button
        type="submit"
        data-scripts=""
        kind={kind}
        {...rest}
        onClick={(event) => {
          event.preventDefault();
          trigger.current = event.currentTarget;
          setAsking(true);
        }}
      >
        {children}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={question}
        footer={
          <>
            <Button
              kind="danger"
              onClick={() => {
                setAsking(false);
                // As if this button had been pressed: its name and value go along.
                trigger.current?.form?.requestSubmit(trigger.current);
              }}
            >
              {confirm}
            </Button>
            <Button onClick={() => setAsking(false)}>{text('cancel')}</Button>
          </>
        }
      >
        <p>{consequence}</p>
      </Dialog>
    </>
  );
}
