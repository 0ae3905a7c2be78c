import { useMemo, type ReactNode } from 'react';

import { useFormat } from '../i18n/format.ts';
import type { Column } from './table.tsx';
import { Time } from './time.tsx';

type Maybe<Value> = Value | null | undefined;
type Style = Parameters<typeof Time>[0]['style'];
interface Spare {
  spare?: boolean;
}

/** Columns of the kinds that most tables have; whatever is not known is a dash. */
export function useColumns() {
  const format = useFormat();
  return useMemo(() => {
    function words<Row>(
      id: string,
      label: string,
      of: (row: Row) => Maybe<string>,
      more: Spare & { show?: (words: string, row: Row) => ReactNode } = {},
    ): Column<Row> {
      const { show, ...rest } = more;
      const cell = (row: Row) => {
        const known = of(row);
        if (!known) return <Unknown />;
        return show ? show(known, row) : known;
      };
      return { id, label, sort: of, cell, ...rest };
    }
    return {
      words,
      /** To be compared letter by letter: order numbers, versions, addresses. */
      code: <Row,>(id: string, label: string, of: (row: Row) => Maybe<string>, more: Spare = {}) =>
        words(id, label, of, { ...more, show: (known) => <code>{known}</code> }),
      count: <Row,>(
        id: string,
        label: string,
        of: (row: Row) => Maybe<number>,
        more: Spare & { show?: (count: number) => string } = {},
      ): Column<Row> => {
        const { show = format.number, ...rest } = more;
        const cell = (row: Row) => {
          const known = of(row);
          return known === null || known === undefined ? '–' : show(known);
        };
        return { id, label, number: true, sort: of, words: () => '', cell, ...rest };
      },
      time: <Row,>(
        id: string,
        label: string,
        of: (row: Row) => string | null,
        { style, precise, ...rest }: Spare & { style: NonNullable<Style>; precise?: boolean },
      ): Column<Row> => ({
        id,
        label,
        sort: of,
        words: () => '',
        cell: (row) => <Time at={of(row)} style={style} {...(precise && { precise })} />,
        ...rest,
      }),
    };
  }, [format]);
}

export function Unknown() {
  return <span className="faint">–</span>;
}
