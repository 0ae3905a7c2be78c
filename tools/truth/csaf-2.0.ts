import { oasisSuite } from './oasis.ts';

export const suite = oasisSuite('2.0');
