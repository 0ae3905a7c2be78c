/** The server in one of its roles; its own flags are its own. */
export async function serveCommand(role: 'serve' | 'work', args: string[]): Promise<number> {
  const { main } = await import('@busbar/server');
  await main([role, ...args]);
  return 0;
}
