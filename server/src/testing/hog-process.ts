// Run by apart.test.ts: takes memory outside of the heap, as many MiB as the first line says, and then answers.

let line = '';
for await (const chunk of process.stdin) line += String(chunk);
const held: Buffer[] = [];
for (let megabytes = 0; megabytes < Number(line); megabytes += 8) {
  held.push(Buffer.alloc(8 << 20, 1));
  await new Promise((resolve) => setTimeout(resolve, 5));
}
process.stdout.end(JSON.stringify({ held: held.length }));
process.disconnect!();
