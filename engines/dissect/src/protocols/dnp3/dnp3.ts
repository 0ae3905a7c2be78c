import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { type Fragment, readFragment } from './fragment.ts';
import { refusals } from './refusals.ts';
import { Dnp3Session } from './session.ts';

/** The application layer. `dnp3Link` brings it whole fragments, and the link addresses as the place. */
export const dnp3: Dissector<Fragment> = {
  name: 'dnp3',
  title: 'DNP3',
  reference: 'IEEE 1815-2012',
  industrial: true,
  carriers: [{ on: 'dnp3' }],
  claims: ['dnp3_request', 'dnp3_response', 'dnp3_object'],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'dnp3.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'dnp3.answers' },
  },
  refusals: refusals.list,

  // Only the data link brings bytes here, and it has checked them.
  recognises: (_bytes, start, end) => (end > start ? OURS : NOT_OURS),

  read: (reader) => readFragment(reader),

  begin: (capture) => new Dnp3Session(capture),
};
