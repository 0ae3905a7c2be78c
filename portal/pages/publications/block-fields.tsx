import {
  AssetRole,
  type BlockContent,
  type PublicationFinding,
  PublishedStatus,
  SafeInOperation,
} from '@busbar/contract';
import { useId, type ReactNode } from 'react';

import { Link } from 'react-router';

import { useText, type Key } from '../../i18n/text.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';

interface Props {
  content: BlockContent;
  findings: readonly PublicationFinding[];
  disabled: boolean;
  onChange: (content: BlockContent) => void;
  onLeave: () => void;
}

/** The fields of one block, each with what is wrong with it. */
export function BlockFields({ content, findings, disabled, onChange, onLeave }: Props) {
  const text = useText();
  const told = (field: string, level: PublicationFinding['level']) =>
    findings
      .filter((one) => one.field === field && one.level === level)
      .map((one) => text.coded('publicationFinding', one.told))
      .join(' ');
  const about = (field: string) => {
    const [error, warning] = [told(field, 'error'), told(field, 'warning')];
    return { ...(error && { error }), ...(warning && { hint: warning }), disabled, onBlur: onLeave };
  };
  const line = (
    field: 'heading' | 'vendor' | 'product' | 'range' | 'cve' | 'cwe' | 'url',
    label: Key,
    code = false,
  ) => {
    if (!(field in content)) return null;
    return (
      <TextField
        label={text(label)}
        value={(content as unknown as Record<string, string>)[field] ?? ''}
        onChange={(event) => onChange({ ...content, [field]: event.currentTarget.value } as BlockContent)}
        maxLength={field === 'url' ? 2000 : 300}
        {...(code && { className: 'input mono', spellCheck: false })}
        {...about(field)}
      />
    );
  };
  /** One a line. */
  const lines = (field: 'orderNumbers' | 'vectors', label: Key) => (
    <TextArea
      label={text(label)}
      rows={2}
      className="input mono"
      spellCheck={false}
      value={((content as unknown as Record<string, string[]>)[field] ?? []).join('\n')}
      onChange={(event) =>
        onChange({
          ...content,
          [field]:
            event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n').slice(0, 200),
        } as BlockContent)
      }
      {...about(field)}
    />
  );
  const words = (label: Key, rows = 5) => (
    <TextArea
      label={text(label)}
      rows={rows}
      maxLength={20_000}
      value={content.text}
      onChange={(event) => onChange({ ...content, text: event.currentTarget.value })}
      {...about('text')}
    />
  );
  switch (content.kind) {
    case 'title':
      return line('heading', 'block.title');
    case 'product':
      return (
        <>
          <Together>
            {line('vendor', 'asset.vendor')}
            {line('product', 'asset.product')}
          </Together>
          <Together>
            {line('range', 'block.field.range', true)}
            <SelectField
              label={text('block.field.status')}
              value={content.status}
              onChange={(event) =>
                onChange({ ...content, status: PublishedStatus.parse(event.currentTarget.value) })
              }
              options={PublishedStatus.options.map((value) => ({
                value,
                label: text(`publishedStatus.${value}`),
              }))}
              {...about('status')}
            />
          </Together>
          {lines('orderNumbers', 'block.field.orderNumbers')}
        </>
      );
    case 'vulnerability':
      return (
        <>
          <Together>
            {line('cve', 'block.field.cve', true)}
            {line('cwe', 'block.field.cwe', true)}
          </Together>
          {line('heading', 'block.field.heading')}
          {words('block.field.text', 3)}
          {lines('vectors', 'block.field.vectors')}
          {/^CVE-\d{4}-\d{4,19}$/.test(content.cve) && (
            <p className="small">
              {text('block.claims', { count: content.claims.length })}{' '}
              <Link to={`/vulnerabilities/${content.cve}`}>{text('block.board')}</Link>
            </p>
          )}
        </>
      );
    case 'mitigation':
      return (
        <>
          {words('block.field.mitigation')}
          <Together>
            <SelectField
              label={text('block.field.safe')}
              value={content.safe}
              onChange={(event) =>
                onChange({ ...content, safe: SafeInOperation.parse(event.currentTarget.value) })
              }
              options={SafeInOperation.options.map((value) => ({ value, label: text(`safe.${value}`) }))}
              {...about('safe')}
            />
            <Roles
              chosen={content.roles}
              disabled={disabled}
              onChange={(roles) => onChange({ ...content, roles })}
            />
          </Together>
        </>
      );
    case 'fix':
      return (
        <>
          {words('block.field.text')}
          {line('url', 'block.field.url', true)}
        </>
      );
    case 'reference':
      return (
        <>
          {line('heading', 'block.field.name')}
          {line('url', 'block.field.url', true)}
        </>
      );
    case 'section':
      return (
        <>
          {line('heading', 'block.field.heading')}
          {words('block.field.text', 8)}
        </>
      );
    default:
      return words('block.field.text', content.kind === 'summary' ? 4 : 6);
  }
}

function Together({ children }: { children: ReactNode }) {
  return <div className="fields-together">{children}</div>;
}

function Roles({
  chosen,
  disabled,
  onChange,
}: {
  chosen: readonly AssetRole[];
  disabled: boolean;
  onChange: (roles: AssetRole[]) => void;
}) {
  const text = useText();
  const id = useId();
  return (
    <fieldset className="field">
      <legend>{text('block.field.roles')}</legend>
      <p className="field-hint">{text('block.field.roles.hint')}</p>
      <div className="row">
        {AssetRole.options
          .filter((role) => role !== 'unknown')
          .map((role) => (
            <span key={role} className="choice choice-inline">
              <input
                type="checkbox"
                id={`${id}-${role}`}
                checked={chosen.includes(role)}
                disabled={disabled}
                onChange={(event) =>
                  onChange(
                    event.currentTarget.checked ? [...chosen, role] : chosen.filter((one) => one !== role),
                  )
                }
              />
              <label htmlFor={`${id}-${role}`}>{text(`role.asset.${role}`)}</label>
            </span>
          ))}
      </div>
    </fieldset>
  );
}
