import { useBrowser } from '../../ui/browser.ts';

/** Browsers speak the JSON form of WebAuthn Level 3 §5.1 themselves; the bytes need no help of ours. */
type Outcome = 'done' | 'cancelled' | (string & {});

/** Supposed until the browser says otherwise: what moves up later is better than what moves down under a finger. */
export function usePasskeys(): boolean {
  return useBrowser(
    () => 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential,
    true,
  );
}

export const signInWithPasskey = () => showPasskey('passkey/verify-authentication');

/** Nobody signs in by it: whoever is signed in shows that it is still he. */
export const signInAgainWithPasskey = () => showPasskey('sign-in-again/passkey');

async function showPasskey(to: string): Promise<Outcome> {
  return ceremony(async () => {
    const options = await ask('GET', 'passkey/generate-authenticate-options');
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as PublicKeyCredentialRequestOptionsJSON,
      ),
    });
    if (!(credential instanceof PublicKeyCredential)) return 'cancelled';
    await ask('POST', to, { response: credential.toJSON() });
    return 'done';
  });
}

export async function addPasskey(name: string): Promise<Outcome> {
  return ceremony(async () => {
    const options = await ask('GET', `passkey/generate-register-options?name=${encodeURIComponent(name)}`);
    const credential = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as PublicKeyCredentialCreationOptionsJSON,
      ),
    });
    if (!(credential instanceof PublicKeyCredential)) return 'cancelled';
    await ask('POST', 'passkey/verify-registration', { response: credential.toJSON(), name });
    return 'done';
  });
}

class Failure extends Error {}

async function ceremony(steps: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await steps();
  } catch (error) {
    // Closing the browser's own window is a choice, not a failure.
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError'))
      return 'cancelled';
    return error instanceof Failure ? error.message : 'UNEXPECTED';
  }
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(`/api/auth/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer: unknown = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Failure((answer as { code?: string }).code ?? 'UNEXPECTED');
  return answer;
}
