import type { AuditEvent } from '@busbar/contract';

/** Made-up lines of an access log. */
export function sampleAccesses(
  uuid: (place: number) => string,
  ago: (seconds: number) => string,
): AuditEvent[] {
  const member = {
    person: { id: uuid(3), name: 'Ida Sommer' },
    organisation: { id: uuid(1), name: 'Nordwasser' },
  };
  const cert = {
    person: { id: uuid(4), name: 'Arjun Mehta' },
    organisation: { id: uuid(2), name: 'CERT for Industry' },
  };
  const nobody = { person: { id: null, name: '' }, organisation: { id: null, name: '' } };
  const reference = 'INC-2026-4839-2057-1181';
  const lines: Pick<AuditEvent, 'by' | 'person' | 'organisation' | 'action' | 'kind'>[] = [
    { by: 'person', ...cert, action: 'case read', kind: 'read' },
    { by: 'person', ...cert, action: 'case message written', kind: 'write' },
    { by: 'person', ...cert, action: 'case joined', kind: 'write' },
    { by: 'person', ...member, action: 'case claimed', kind: 'write' },
    { by: 'person', ...member, action: 'cases listed', kind: 'search' },
    { by: 'person', ...member, action: 'capture exported', kind: 'download' },
    { by: 'receipt', ...nobody, action: 'case opened by words', kind: 'read' },
    { by: 'receipt', ...nobody, action: 'incident reported', kind: 'write' },
  ];
  return lines.map((line, n) => ({
    ...line,
    id: uuid(990 + n),
    seq: n === 0 ? null : 48_308 - n,
    at: ago(60 + n * 700),
    object: { kind: 'case', id: uuid(801), name: reference },
    reason: null,
    details: {},
  }));
}
