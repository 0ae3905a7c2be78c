/**
 * For the pages under this address and no others: on all others one is whoever one signed in as, and on these nobody but
 * the holder of the receipt. It ends with the browser; the service ends it after two hours.
 */
export function receiptCookie(request: Request, token: string): string {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  const end = token ? '' : '; Max-Age=0';
  return `busbar.receipt=${token}; Path=/report/follow; HttpOnly; SameSite=Strict${secure}${end}`;
}
