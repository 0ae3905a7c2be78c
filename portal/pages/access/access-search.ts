import { AccessKind, type AccessSearch } from '@busbar/contract';

const kinds = AccessKind.options;
const day = /^\d{4}-\d\d-\d\d$/;
const id = /^[0-9a-f-]{36}$/;

/** What the address asks of an access log. What is no day, no kind and no id is not asked for. */
export function searchOf(request: Request): Partial<AccessSearch> {
  const query = new URL(request.url).searchParams;
  const fitting = (name: string, shape: RegExp) => {
    const value = query.get(name);
    return value && shape.test(value) ? { [name]: value } : {};
  };
  const kind = kinds.find((one) => one === query.get('kind'));
  const after = query.get('after');
  return {
    ...(kind && { kind }),
    ...fitting('person', id),
    ...fitting('organisation', id),
    ...fitting('since', day),
    ...fitting('until', day),
    ...(after && { after: after.slice(0, 500) }),
  };
}
