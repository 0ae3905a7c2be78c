import { type Dissector, OURS } from '../dissector.ts';

/**
 * Is handed a fragment of IP that covers part of another. What the pieces say then depends on who puts them together,
 * which is how they are made to slip past a guard, or to bring down what is behind it.
 */
export const overlap: Dissector<void> = {
  name: 'ip',
  title: 'Overlapping fragment of IP',
  reference: 'RFC 791, 3.2; RFC 5722',
  industrial: false,
  carriers: [{ on: 'fragment' }],
  claims: [],

  recognises: () => OURS,

  read(reader) {
    if (reader.remaining > 0) reader.bytes(reader.remaining, 'content of the fragment');
  },

  begin: () => ({
    message: (here) => here.anomaly('ip.fragments-overlap', 'fragment offset', 0),
  }),
};
