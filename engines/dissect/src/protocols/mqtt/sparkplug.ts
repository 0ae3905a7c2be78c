import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Layout, readProtobuf } from './protobuf.ts';

/** Sparkplug 3.0.0 (ISO/IEC 20237), 6.4.1: the payload as its `.proto` declares it; values that are bytes are counted. */
const layouts: Readonly<Record<string, Layout>> = {
  Payload: {
    1: ['timestamp', 'uint64'],
    2: ['metrics', 'Metric[]'],
    3: ['seq', 'uint64'],
    4: ['uuid', 'string'],
    5: ['body', 'bytes'],
  },
  Metric: {
    1: ['name', 'string'],
    2: ['alias', 'uint64'],
    3: ['timestamp', 'uint64'],
    4: ['datatype', 'uint32'],
    5: ['is_historical', 'bool'],
    6: ['is_transient', 'bool'],
    7: ['is_null', 'bool'],
    8: ['metadata', 'MetaData'],
    9: ['properties', 'PropertySet'],
    10: ['int_value', 'uint32'],
    11: ['long_value', 'uint64'],
    12: ['float_value', 'float'],
    13: ['double_value', 'double'],
    14: ['boolean_value', 'bool'],
    15: ['string_value', 'string'],
    16: ['bytes_value', 'bytes'],
    17: ['dataset_value', 'DataSet'],
    18: ['template_value', 'Template'],
    19: ['extension_value', 'bytes'],
  },
  MetaData: {
    1: ['is_multi_part', 'bool'],
    2: ['content_type', 'string'],
    3: ['size', 'uint64'],
    4: ['seq', 'uint64'],
    5: ['file_name', 'string'],
    6: ['file_type', 'string'],
    7: ['md5', 'string'],
    8: ['description', 'string'],
  },
  PropertySet: { 1: ['keys', 'string[]'], 2: ['values', 'PropertyValue[]'] },
  PropertyValue: {
    1: ['type', 'uint32'],
    2: ['is_null', 'bool'],
    3: ['int_value', 'uint32'],
    4: ['long_value', 'uint64'],
    5: ['float_value', 'float'],
    6: ['double_value', 'double'],
    7: ['boolean_value', 'bool'],
    8: ['string_value', 'string'],
    9: ['propertyset_value', 'PropertySet'],
    10: ['propertysets_value', 'PropertySetList'],
  },
  PropertySetList: { 1: ['propertyset', 'PropertySet[]'] },
  DataSet: {
    1: ['num_of_columns', 'uint64'],
    2: ['columns', 'string[]'],
    3: ['types', 'bytes[]'],
    4: ['rows', 'Row[]'],
  },
  Row: { 1: ['elements', 'DataSetValue[]'] },
  DataSetValue: {
    1: ['int_value', 'uint32'],
    2: ['long_value', 'uint64'],
    3: ['float_value', 'float'],
    4: ['double_value', 'double'],
    5: ['boolean_value', 'bool'],
    6: ['string_value', 'string'],
    7: ['extension_value', 'bytes'],
  },
  Template: {
    1: ['version', 'string'],
    2: ['metrics', 'Metric[]'],
    3: ['parameters', 'Parameter[]'],
    4: ['template_ref', 'string'],
    5: ['is_definition', 'bool'],
  },
  Parameter: {
    1: ['name', 'string'],
    2: ['type', 'uint32'],
    3: ['int_value', 'uint32'],
    4: ['long_value', 'uint64'],
    5: ['float_value', 'float'],
    6: ['double_value', 'double'],
    7: ['boolean_value', 'bool'],
    8: ['string_value', 'string'],
    9: ['extension_value', 'bytes'],
  },
};

export interface SparkplugPayload {
  readonly metrics: readonly Metric[];
  /** From 0 to 255, one more with each message of a node: 6.4.5; -1 where there is none. */
  readonly sequence: number;
}

export interface Metric {
  /** Empty where only the alias is said. */
  readonly name: string;
  /** -1 where there is none. */
  readonly alias: number;
  /** 0 where only the birth said it. */
  readonly type: number;
  /** As it is on the wire, before the type is known. */
  readonly raw: number | bigint | boolean | string | undefined;
}

/** 6.4.16, table 7: numbers of those that matter here. */
const INT8 = 1;
const INT16 = 2;
const INT32 = 3;
const INT64 = 4;
export const DATE_TIME = 13;

const NAMESPACE = 'spBv1.0';
const messageTypes = /^(NBIRTH|NDEATH|NDATA|NCMD|DBIRTH|DDEATH|DDATA|DCMD)$/;

/** 4.1: `spBv1.0/group/DDATA/node/device`. */
export interface SparkplugTopic {
  readonly type: string;
  /** `group/node`, and the device of it. */
  readonly node: string;
  readonly device: string;
}

export function sparkplugTopic(topic: string): SparkplugTopic | undefined {
  if (!topic.startsWith(NAMESPACE)) return undefined;
  const [namespace, group, type, node, device, ...more] = topic.split('/', 6);
  if (namespace !== NAMESPACE || !type || !messageTypes.test(type) || !node || more.length > 0)
    return undefined;
  return { type, node: `${group}/${node}`, device: device ?? '' };
}

export function readSparkplug(reader: ByteReader): SparkplugPayload {
  reader.open('Sparkplug payload', 'Sparkplug 6.4.1');
  const { metrics, seq } = readProtobuf(reader, layouts, 'Payload');
  reader.close();
  const told = Array.isArray(metrics) ? metrics.map(metricOf) : [];
  return { metrics: told, sequence: typeof seq === 'bigint' ? Number(seq) : -1 };
}

/** With the sign that its type has: 6.4.16. */
export function valueOf(raw: Metric['raw'], type: number): Metric['raw'] {
  switch (type) {
    case INT8:
      return (Number(raw) << 24) >> 24;
    case INT16:
      return (Number(raw) << 16) >> 16;
    case INT32:
      return Number(raw) | 0;
    case INT64:
      return typeof raw === 'bigint' ? BigInt.asIntN(64, raw) : raw;
    case DATE_TIME: {
      const date = new Date(Number(raw));
      return Number.isNaN(date.getTime()) ? raw : date.toISOString();
    }
    default:
      return raw;
  }
}

const values = ['int_value', 'long_value', 'float_value', 'double_value', 'boolean_value', 'string_value'];

function metricOf(metric: Record<string, unknown>): Metric {
  const { name, alias, datatype } = metric;
  const kind = values.find((one) => isPlain(metric[one]));
  return {
    name: typeof name === 'string' ? name : '',
    alias: typeof alias === 'bigint' ? Number(alias) : -1,
    type: typeof datatype === 'number' ? datatype : 0,
    raw: kind === undefined ? undefined : (metric[kind] as Metric['raw']),
  };
}

function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object';
}
