/**
 * By which rules devices are compared with advisories. Raised with every change of the code here and of the data beside
 * it that could change an answer: whoever keeps answers sees by it that they are to be worked out anew.
 */
export const matchingRules = 2;
