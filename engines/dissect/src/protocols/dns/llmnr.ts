import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { AnswersForMany } from './answers-for-many.ts';
import { A, AAAA, ANY, type DnsMessage, looksLikeDns, readDns } from './message.ts';

const PORT = 5355;

export const llmnr: Dissector<DnsMessage> = {
  name: 'llmnr',
  title: 'LLMNR',
  reference: 'RFC 4795',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && looksLikeDns(bytes, start, end) ? OURS : NOT_OURS,
  read: (reader) => readDns(reader),
  begin(capture) {
    const answers = capture.bounded('memories', new AnswersForMany());
    return {
      message(here, bytes, start, end) {
        const { reply, questions, records } = readDns(here.reader.reset(bytes, start, end));
        here.turn(reply ? 'reply' : 'request');
        if (!reply) {
          // Windows looks whether somebody else has its own name by asking for everything under it.
          for (const { name, type } of questions) {
            if (type === ANY) here.fact(here.source, 'name', name, 'inferred');
          }
          return;
        }
        for (const { name, type, section } of records) {
          if (section !== 'answer' || (type !== A && type !== AAAA)) continue;
          here.fact(here.source, 'name', name);
          const names = answers.add(here.source, name);
          if (names) here.anomaly('llmnr.answers-for-many', 'answer', 12, { names });
        }
      },
    };
  },
};
