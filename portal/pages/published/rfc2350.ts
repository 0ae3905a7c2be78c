import { redirect } from 'react-router';

/** The description of the CERT is a signed text; what reads pages reads it as it was signed. */
export const loader = () => redirect('/rfc2350.txt');
