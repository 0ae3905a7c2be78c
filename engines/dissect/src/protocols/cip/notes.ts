/** No operation was told for this request. */
export const NO_NOTE = -1;
