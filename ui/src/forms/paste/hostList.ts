import { type HostPort, type Pasted, readHostPort } from './pasted';

/** `host:port`, or several of them; a name alone is left to the field it was pasted into. */
export function readHostList(text: string): Pasted | null {
  const words = text.trim().split(/\s*[,;\s]\s*/).filter(Boolean);
  const addresses = words.map(readHostPort);
  const [first] = addresses;
  if (!first || addresses.includes(null)) return null;
  // Words of a sentence are no addresses: each of several has a port.
  const plain = (address: HostPort | null) => address?.port === null && !address.host.includes(':');
  if (addresses.some(plain)) return null;
  const { host, port } = first;
  return { endpoint: { access: 'tcp', host, ...(port === null ? {} : { port }) }, password: null, name: null, remarks: addresses.length > 1 ? ['more_hosts'] : [] };
}
