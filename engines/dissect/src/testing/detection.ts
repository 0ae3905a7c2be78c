/** As another CERT may write one; the small plant shows what it looks for. */
export const registerWritten = {
  id: 'register-written-today',
  title: {
    en: 'A register of a pump was written',
    ru: 'Записан регистр насоса',
    zh: '水泵寄存器被写入',
  },
  why: { en: 'It drives the pump.', ru: 'Он управляет насосом.', zh: '它驱动水泵。' },
  next: { en: 'Ask who did that.', ru: 'Спросите, кто это сделал.', zh: '询问是谁所为。' },
  severity: 'high',
  certainty: 'stated',
  techniques: ['T0836'],
  seen: { operation: { codes: ['modbus.write-*'] } },
} as const;
