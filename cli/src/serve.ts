/** The server in one of its roles. It reads its role and its flags from the command line itself. */
export async function serveCommand(): Promise<number> {
  await import('@busbar/server/main');
  return 0;
}
