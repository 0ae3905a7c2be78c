export const hex2 = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;
export const hex4 = (value: number) => `0x${value.toString(16).padStart(4, '0')}`;
export const hex8 = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
