import type { OperationKind } from '../../dissector.ts';

/** By function code, of requests. */
export const plusOperations: Readonly<Record<number, OperationKind>> = {
  0x04bb: {
    code: 's7comm-plus.explore',
    title: 'Explore objects',
    access: 'read',
    techniques: ['T0861'],
  },
  0x04ca: {
    code: 's7comm-plus.create-object',
    title: 'Create an object',
    access: 'other',
  },
  0x04d4: {
    code: 's7comm-plus.delete-object',
    title: 'Delete an object',
    access: 'other',
  },
  0x04f2: {
    code: 's7comm-plus.set-variable',
    title: 'Set a variable',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x0542: {
    code: 's7comm-plus.set-variables',
    title: 'Set several variables',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x054c: {
    code: 's7comm-plus.get-variables',
    title: 'Get several variables',
    access: 'read',
  },
  0x056b: {
    code: 's7comm-plus.invoke',
    title: 'Invoke a function',
    access: 'control',
    dangerous: true,
    techniques: ['T0871'],
  },
  0x0586: {
    code: 's7comm-plus.get-streamed',
    title: 'Get variables, streamed',
    access: 'read',
    techniques: ['T0845'],
  },
};
