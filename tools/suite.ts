import { createHook } from 'node:async_hooks';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * `node --test-reporter=spec tools/suite.ts FILE…`: runs the tests of these files in this one process, as
 * `node --test --test-isolation=none` does, in three quarters of the processor's time.
 *
 * The runner of Node follows every promise from its making to its collection, to know whose an error is that nobody
 * caught, and a program that awaits everything makes millions. Here it follows all but those. An error that nobody
 * caught still ends the run with 1, told with its stack; it is only not laid to one test.
 */
const { enable } = asyncHook();
asyncHook().enable = function (this: object) {
  asyncHook().enable = enable;
  const called = (name: string) =>
    Reflect.get(
      this,
      Object.getOwnPropertySymbols(this).find(({ description }) => description === name)!,
    ) as never;
  createHook({ init: called('init'), destroy: called('destroy'), trackPromises: false }).enable();
  return this;
} as typeof enable;

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);

/** What all hooks have in common; the runner enables its own with the first test. */
function asyncHook(): ReturnType<typeof createHook> {
  return Object.getPrototypeOf(createHook({})) as ReturnType<typeof createHook>;
}
