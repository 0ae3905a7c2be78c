import type { MessageView } from '@busbar/contract';

import type { MapDevice, MapLine } from '../../ui/plant-layout.ts';

/** A Modbus write as the field tree shows it. */
export const message: MessageView = {
  packet: 4711,
  time: '2026-11-20T02:41:07.318Z',
  dissector: 'Modbus/TCP',
  bytes: '12340000000d0110006400020400ff12349f',
  layers: [
    {
      name: 'Packet',
      reference: '',
      bytes:
        '00155d010203000c29aabbcc08004500003b1c4640004006b1e6c0a80a15c0a80a0ac1f401f60001e2400002b7c05018faf0c4d2000012340000000d0110006400020400ff12349f',
      fields: [
        {
          name: 'Ethernet',
          offset: 0,
          length: 14,
          value: '',
          fields: [
            { name: 'destination', offset: 0, length: 6, value: '00:15:5d:01:02:03' },
            { name: 'source', offset: 6, length: 6, value: '00:0c:29:aa:bb:cc', meaning: 'VMware' },
            { name: 'type', offset: 12, length: 2, value: '0x0800', meaning: 'IPv4' },
          ],
        },
        {
          name: 'IPv4',
          offset: 14,
          length: 20,
          value: '',
          reference: 'RFC 791 §3.1',
          fields: [
            { name: 'total length', offset: 16, length: 2, value: '59' },
            { name: 'source', offset: 26, length: 4, value: '192.168.10.21' },
            { name: 'destination', offset: 30, length: 4, value: '192.168.10.10' },
          ],
        },
        { name: 'TCP', offset: 34, length: 20, value: '49652 → 502', reference: 'RFC 9293 §3.1' },
      ],
    },
  ],
  fields: [
    {
      name: 'MBAP header',
      offset: 0,
      length: 7,
      value: '',
      reference: 'MODBUS Messaging §3.1.3',
      fields: [
        { name: 'transaction', offset: 0, length: 2, value: '4660' },
        { name: 'protocol', offset: 2, length: 2, value: '0' },
        { name: 'length', offset: 4, length: 2, value: '13' },
        { name: 'unit', offset: 6, length: 1, value: '1' },
      ],
    },
    {
      name: 'PDU',
      offset: 7,
      length: 11,
      value: '',
      reference: 'MODBUS Application V1.1b3 §6.12',
      fields: [
        { name: 'function', offset: 7, length: 1, value: '16', meaning: 'Write Multiple Registers' },
        { name: 'address', offset: 8, length: 2, value: '100' },
        { name: 'quantity', offset: 10, length: 2, value: '2' },
        { name: 'byte count', offset: 12, length: 1, value: '4' },
        { name: 'values', offset: 13, length: 5, value: '255, 4660', malformed: true },
      ],
    },
  ],
};

const device = (
  id: string,
  name: string,
  detail: string,
  role: string,
  level: string,
  zone: string,
  warnings = 0,
): MapDevice => ({ id, name, detail, role, level, zone, warnings });

export const devices: readonly MapDevice[] = [
  device('vpn', '203.0.113.40', '', 'unknown', 'enterprise', 'Internet'),
  device('office', 'OFFICE-PC-07', 'Windows 11', 'workstation', 'enterprise', '10.20.0.0/16'),
  device('hist', 'HIST-01', 'AVEVA Historian', 'historian', 'operations', '192.168.20.0/24', 2),
  device('eng', 'ENG-WS-2', 'TIA Portal V18', 'engineering', 'operations', '192.168.20.0/24'),
  device('hmi1', 'HMI-PUMP-A', 'TP1200 Comfort', 'hmi', 'supervision', '192.168.10.0/24', 1),
  device('hmi2', 'HMI-PUMP-B', 'TP1200 Comfort', 'hmi', 'supervision', '192.168.10.0/24', 1),
  device('scada', 'SCADA-1', 'WinCC 7.5', 'server', 'supervision', '192.168.10.0/24', 4),
  device('plc1', 'PLC-INTAKE', 'CPU 1511-1 PN', 'controller', 'control', '192.168.10.0/24', 3),
  device('plc2', 'PLC-DOSING', 'M340 BMX P34 2020', 'controller', 'control', '192.168.10.0/24', 5),
  device('plc3', 'PLC-FILTER', '1756-L85E', 'controller', 'control', '192.168.10.0/24'),
  device('sis', 'SIS-CHLORINE', 'Triconex 3009', 'safety', 'control', '192.168.11.0/24', 1),
  device('io1', 'ET200-17', 'IM 155-6 PN', 'io', 'field', '192.168.10.0/24'),
  device('drive', 'DRIVE-P3', 'SINAMICS G120', 'drive', 'field', '192.168.10.0/24'),
];
const line = (
  from: string,
  to: string,
  protocols: string[],
  packets: number,
  more: Partial<MapLine> = {},
): MapLine => ({ from, to, protocols, packets, dangerous: false, unexpected: false, ...more });
export const lines: readonly MapLine[] = [
  line('vpn', 'plc2', ['Modbus/TCP'], 412, { unexpected: true, dangerous: true }),
  line('office', 'hist', ['HTTPS'], 9210),
  line('hist', 'scada', ['OPC UA'], 44_120),
  line('eng', 'plc1', ['S7comm'], 2310, { dangerous: true }),
  line('scada', 'plc1', ['S7comm'], 120_400),
  line('scada', 'plc2', ['Modbus/TCP'], 88_120),
  line('scada', 'plc3', ['EtherNet/IP'], 61_003),
  line('hmi1', 'plc1', ['S7comm'], 20_110),
  line('hmi2', 'plc2', ['Modbus/TCP'], 18_300),
  line('scada', 'sis', ['TriStation'], 44, { unexpected: true }),
  line('plc1', 'io1', ['PROFINET'], 905_000),
  line('plc1', 'drive', ['PROFINET'], 404_000),
];
