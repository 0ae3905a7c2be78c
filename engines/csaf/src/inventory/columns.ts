import { ipOf, macOf } from './cell-values.ts';
import {
  type InventoryField,
  type Note,
  noted,
  type Table,
  type TableChoice,
  type TableReading,
  type TableRow,
} from './table.ts';

/** What columns are called where inventories are kept: English, German, Russian, Chinese; compared as letters and digits. */
export const titles: Readonly<Record<InventoryField, string>> = {
  // Many tables number their rows: it is ours by its form alone.
  id: '',
  site: `site, plant, works, werk, betriebsstätte, liegenschaft, площадка, объект, завод, 站点, 厂区, 工厂`,
  zone: `zone, security zone, zone name, ot zone, sicherheitszone, schutzzone, netzzone, зона, зона безопасности, название зоны,
    区域, 安全区, 安全区域, 安全域`,
  name: `name, device name, asset, asset name, host, host name, hostname, tag, designation, device, equipment,
    gerät, gerätename, bezeichnung, anlagenkennzeichen, betriebsmittel, bmk, stationsname, station name,
    имя, название, наименование, имя устройства, устройство, обозначение, 名称, 设备名称, 设备名, 主机名, 资产名称, 设备, 位号`,
  address: `ip, ip address, ipv4, ipv6, ip addr, address, network address, ipadresse, ip adresse, adresse, netzwerkadresse,
    ip адрес, адрес, сетевой адрес, адрес ip, ip地址, 地址, 网络地址`,
  mac: `mac, mac address, hardware address, ethernet address, physical address, macadresse, mac adresse,
    mac адрес, мак адрес, mac地址, 物理地址`,
  serial: `serial, serial number, serialno, serial no, serialnumber, sn, s n, seriennummer, serien nr, seriennr, fabriknummer,
    серийный номер, заводской номер, серийный, зав номер, зав no, сер номер, 序列号, 出厂编号, 序号编码`,
  vendor: `vendor, manufacturer, maker, brand, make, oem, supplier, hersteller, lieferant, fabrikat, marke,
    производитель, изготовитель, вендор, поставщик, 厂商, 制造商, 供应商, 厂家, 生产厂家, 品牌`,
  product: `product, product name, product family, device type, type, equipment type, produkt, produktname, produktfamilie,
    gerätetyp, typ, изделие, продукт, тип, тип устройства, 产品, 产品名称, 设备类型, 类型`,
  model: `model, model name, model number, type designation, modell, modellbezeichnung, typenbezeichnung, typbezeichnung,
    модель, модификация, марка, 型号, 规格型号, 设备型号`,
  orderNumber: `order number, order no, order code, ordernumber, part number, part no, partnumber, article number,
    article no, catalog number, catalogue number, mlfb, sku, bestellnummer, bestell nr, bestellnr, artikelnummer, artikel nr,
    artikelnr, номер заказа, заказной номер, артикул, код заказа, каталожный номер, 订货号, 订单号, 物料号, 零件号, 货号`,
  firmware: `firmware, firmware version, fw, fw version, version, software version, sw version, os version,
    firmwareversion, firmwarestand, softwarestand, softwareversion, fw stand, прошивка, версия прошивки, версия по, версия,
    микропрограмма, 固件, 固件版本, 软件版本, 版本`,
  hardware: `hardware, hardware version, hw, hw version, revision, hardware revision, hw revision, hw rev, rev, hardwareversion,
    hardwarestand, erzeugnisstand, ausgabestand, hw stand, версия аппаратуры, аппаратная версия, ревизия, аппаратная ревизия,
    硬件, 硬件版本, 硬件修订, 修订版`,
  software: `software, installed software, application, applications, software name, programm, programme, installierte software,
    по, программное обеспечение, установленное по, программа, 软件, 安装的软件, 应用, 应用软件`,
  slot: `slot, rack slot, module slot, slot or module, module position, steckplatz, einbauplatz, слот, посадочное место, 插槽, 槽位, 槽号`,
  cpe: `cpe, cpe name, cpe 2.3`,
  purl: `purl, package url, packageurl`,
  role: `role, function, device role, device class, category, rolle, funktion, kategorie, geräteklasse,
    роль, назначение, функция, категория, 角色, 功能, 用途, 类别`,
  level: `level, purdue, purdue level, layer, zone level, ebene, purdue ebene, уровень, уровень purdue, 层级, 级别, 层`,
  criticality: `criticality, critical, importance, business criticality, kritikalität, wichtigkeit, bedeutung,
    критичность, важность, 关键程度, 关键性, 重要性, 重要程度`,
  location: `location, place, room, cabinet, building, panel, site location, standort, ort, einbauort, schaltschrank, raum, gebäude,
    место, местоположение, расположение, шкаф, помещение, 位置, 安装位置, 机柜, 地点, 房间`,
  description: `description, comment, comments, remark, remarks, note, notes, beschreibung, bemerkung, kommentar, notiz,
    описание, примечание, комментарий, 描述, 备注, 说明, 注释`,
};

const letters = (title: string) =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ё/g, 'е')
    .replace(/[^\p{L}\p{N}]/gu, '');

const known = new Map(
  Object.entries(titles).flatMap(([field, list]) =>
    list.split(',').flatMap((title) => (title ? [[letters(title), field as InventoryField] as const] : [])),
  ),
);

function fieldOfTitle(title: string): InventoryField | null {
  const whole = known.get(letters(title));
  if (whole) return whole;
  // "Seriennummer (Typenschild)", "Firmware [aktuell]"
  return known.get(letters(title.replace(/[([{].*$/, ''))) ?? null;
}

/** A device may have several of these; of everything else a table has one column. */
const repeatable: readonly InventoryField[] = ['address', 'mac'];

/**
 * Finds the row of titles: the first of twenty that names two columns or more; else there is none, unless the first row
 * alone shows nothing that a device has.
 * @returns its place among the rows, -1 where there is none
 */
export function placeOfHeader(rows: readonly TableRow[]): number {
  const first = rows
    .slice(0, 20)
    .findIndex(({ cells }) => cells.filter((cell) => fieldOfTitle(cell) !== null).length >= 2);
  if (first >= 0) return first;
  const named = rows[0]!.cells.some((cell) => fieldOfTitle(cell) !== null);
  return named ? 0 : -1;
}

/** What each column is: by its title, else by what stands in it. */
export function guessColumns(
  header: readonly string[],
  rows: readonly TableRow[],
): { columns: TableReading['columns']; notes: Note[] } {
  const sample = rows.slice(0, 200);
  const width = Math.max(header.length, ...sample.map(({ cells }) => cells.length));
  const values = Array.from({ length: width }, (_, column) =>
    sample.flatMap(({ cells }) => cells[column] || []),
  );
  const taken = new Set<InventoryField>();
  const take = (field: InventoryField | null) => {
    if (field === null || (taken.has(field) && !repeatable.includes(field))) return null;
    taken.add(field);
    return field;
  };
  const fields = values.map((_, column) => take(fieldOfTitle(header[column] ?? '')));
  fields.forEach((field, column) => {
    if (field === null && !fieldOfTitle(header[column] ?? ''))
      fields[column] = take(fieldOfValues(values[column]!));
  });
  // Where a table has no column of firmware, that of software often holds nothing but its versions.
  const software = fields.indexOf('software');
  if (software >= 0 && !taken.has('firmware') && mostOf(values[software]!, (value) => version.test(value)))
    fields[software] = 'firmware';
  const notes = swapped(fields, values);
  const columns = fields.map((field, column) => ({
    title: header[column] ?? '',
    field,
    samples: rows.slice(0, 5).map(({ cells }) => cells[column] ?? ''),
  }));
  return { columns, notes };
}

function fieldOfValues(values: readonly string[]): InventoryField | null {
  const most = (test: (value: string) => boolean) => mostOf(values, test);
  if (most((value) => isId.test(value))) return 'id';
  if (most((value) => macOf(value) !== null)) return 'mac';
  if (most((value) => ipOf(value) !== null)) return 'address';
  if (most((value) => orderNumber.test(value))) return 'orderNumber';
  return null;
}

const mostOf = (values: readonly string[], test: (value: string) => boolean) =>
  values.filter(test).length > values.length * 0.6;

export const isId = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** Siemens' product designations (MLFB) and Rockwell's catalogue numbers. */
const orderNumber =
  /^(?:[36-9][A-Z]{1,2}\d ?[A-Z0-9]{3,4}-[A-Z0-9]{4,5}(?:-[A-Z0-9]{4})?|\d{4}[A-Z]{0,2}-[A-Z][A-Z0-9]{2,})$/;

/** A version of software has parts: 4.3, V02.01.08_HF3. */
const versionForm = /^(?:fw|sw|v|ver|version)?[ .:]*\d+\.\d+/i;
/** And nothing else, as some write it under "Software". */
const version = /^(?:fw|sw|v|ver|version)?[ .:]*\d[a-z\d]*(?:[.,_-][a-z\d]+)*$/i;
/** A revision of hardware is a letter or a small number: C, Rev. 2, FS03, E:05. */
const revisionForm = /^(?:(?:rev(?:ision)?|hw|fs|es|e|as)[ .:]*)?(?:[A-Z]|[A-Z]?\d{1,2})$/i;

export const looksSwapped = (firmware: string, hardware: string): boolean =>
  revisionForm.test(firmware) && versionForm.test(hardware);

/** The two columns everybody mixes up: where most of their values say so, they change places, and it is told. */
function swapped(fields: (InventoryField | null)[], values: readonly (readonly string[])[]): Note[] {
  const [firmware, hardware] = [fields.indexOf('firmware'), fields.indexOf('hardware')];
  if (firmware < 0 || hardware < 0) return [];
  const share = (column: number, form: RegExp) =>
    values[column]!.filter((value) => form.test(value)).length / Math.max(1, values[column]!.length);
  if (share(firmware, revisionForm) < 0.6 || share(hardware, versionForm) < 0.6) return [];
  fields[firmware] = 'hardware';
  fields[hardware] = 'firmware';
  return [
    noted(
      'columns-swapped',
      'By the form of their values, firmware stands in the column of the hardware and the other way round. They were exchanged; put them back below if that is wrong',
    ),
  ];
}

/** What people chose, and for the rest what the table itself shows. */
export function readingOf(table: Table, choice: TableChoice): TableReading {
  const place =
    choice.headerRow === undefined
      ? placeOfHeader(table.rows)
      : table.rows.findIndex(({ row }) => row === choice.headerRow);
  const header = table.rows[place];
  const rows = table.rows.slice(place + 1);
  const guessed = guessColumns(header?.cells ?? [], rows);
  const columns = choice.columns
    ? guessed.columns.map((column, n) => ({ ...column, field: choice.columns![n] ?? null }))
    : guessed.columns;
  return {
    format: table.format,
    encoding: table.encoding,
    separator: table.separator,
    headerRow: header?.row ?? 0,
    columns,
    rows: rows.length,
    notes: [...table.notes, ...(choice.columns ? [] : guessed.notes)],
  };
}
