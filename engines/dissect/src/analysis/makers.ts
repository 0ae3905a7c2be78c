/**
 * Makers of industrial and plant-floor equipment by the first three bytes of their MAC addresses (IEEE MA-L registry).
 * A hint and no more: network chips are bought, and addresses can be set.
 */
const makers: Readonly<Record<string, string>> = {
  Siemens:
    '000e8c 001b1b 001c06 002826 00a0a0 080006 28631e 286336 30b851 4ce705 5c521e 602231 883f99 8cf319 ac6417 c0bdc8 d4f527 e0dca0 ec1c5d 201f3b',
  'Rockwell Automation': '0000bc 001d9c 086195 184c08 34c0f9 404101 5c8816 5ce70a e49069 e48eb2 f45433',
  'Schneider Electric': '000054 0080f4 00006c 00a0f4 28295a 1c9d72 9c351e b058db',
  'Beckhoff Automation': '000105',
  'Phoenix Contact': '00a045 a8741d 30d042',
  WAGO: '0030de',
  ABB: '00021f 000023 0030cf 00077d 00e04b',
  Moxa: '0090e8',
  Hirschmann: '000773 008063 64603c ece555 94aee3',
  Omron: '00000a',
  'Mitsubishi Electric': '002692 58528a 70617b 10324d 38e08e',
  Honeywell: '004084 0030af 0021b8 3c0771',
  Emerson: '00225b 00d0af',
  'General Electric': '00a0a8 000a54 00013d',
  Yokogawa: '000064',
  Advantech: '00d0c9 c40049',
  Pilz: '00027e',
  SICK: '000677',
  Festo: '000ef0',
  Turck: '000746',
  Weidmüller: '00157e',
  'B&R': '006065',
  Lenze: '000a86',
  'SEW-Eurodrive': '000f69',
  Danfoss: '001b08',
  'Bosch Rexroth': '006034',
  Bachmann: '000151',
  Kontron: '0000de',
  'Red Lion': '0005e4',
  ProSoft: '000d8d',
  HMS: '003011',
  Hilscher: '0002a2',
  Softing: '000671',
  'Schweitzer Engineering': '0030a7',
  Cisco: '00000c 64ae0c 001ac6',
  VMware: '000c29 005056 000569',
  'Hewlett-Packard': '78e7d1 d48564 001321',
  Dell: '001422 b8ac6f',
  'Raspberry Pi': 'b827eb dca632 e45f01',
};

const byPrefix = new Map<number, string>();
for (const [maker, prefixes] of Object.entries(makers)) {
  for (const prefix of prefixes.split(' '))
    if (prefix.length === 6) byPrefix.set(parseInt(prefix, 16), maker);
}

/** @param prefix the first three bytes of the address */
export function makerOf(prefix: number): string | undefined {
  return byPrefix.get(prefix);
}
