import type { Misfit } from './shape.ts';

/** What is wrong and what to do next. */
export const misfitAdvice: Readonly<Record<Misfit, string>> = {
  type: 'This has the wrong type; write a {type} here',
  missing: 'The field {field} is missing; add it',
  unexpected: 'The field {field} is not known here; remove it or correct its name',
  empty: 'This text is empty; write something or remove the field',
  form: 'This text does not have the form of a {form}; correct it',
  choice: 'This is none of the values that are allowed here; use one of: {choices}',
  few: 'This has fewer entries than the {least} it needs; add some or remove the field',
  many: 'This has more entries than the {most} it may have; remove some',
  repeated: 'Entry {again} repeats entry {first}; remove one of them',
  range: 'This number must be from {least} to {most}; correct it',
  deep: 'This is nested too deeply to be looked at; nothing may lie more than {most} steps deep',
};
