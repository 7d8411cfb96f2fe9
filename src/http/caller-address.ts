import { BlockList, isIP, SocketAddress } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';

/** The address of the socket and the header X-Forwarded-For → that of the caller; of IPv6 its network of 64 bits. */
export type FindAddress = (socketAddress: string | undefined, forwardedFor: string | null) => string;

// Of connections without a proxy; each asks again and again.
const maxSocketAddresses = 1_000;

/**
 * Believes X-Forwarded-For only as far as the proxies that it passed are trusted, from the nearest on: each wrote down who
 * came to it, and anything before that may be the caller's own invention.
 */
export function addressFinder(trusted: Config['trustedProxies']): FindAddress {
  const isTrusted = trustOf(trusted);
  const ofSocket = new LRUCache<string, string>({ max: maxSocketAddresses });
  const find = (socketAddress: string | undefined, forwardedFor: string | null) => {
    // Nothing but a Unix socket, or a call without HTTP, has no address.
    let address = plainAddress(socketAddress ?? '') ?? 'local';
    const told = forwardedFor?.split(',') ?? [];
    for (let hops = 0; told.length > 0 && isTrusted(address, hops); hops += 1) {
      const before = plainAddress(told.pop()?.trim() ?? '');
      if (before === undefined) break;
      address = before;
    }
    return networkOf(address);
  };
  return (socketAddress, forwardedFor) => {
    if (forwardedFor !== null) return find(socketAddress, forwardedFor);
    const known = ofSocket.get(socketAddress ?? '');
    if (known !== undefined) return known;
    const found = find(socketAddress, null);
    ofSocket.set(socketAddress ?? '', found);
    return found;
  };
}

function trustOf(trusted: Config['trustedProxies']): (address: string, hops: number) => boolean {
  if (typeof trusted === 'number') return (_, hops) => hops < trusted;
  const ranges = new BlockList();
  for (const range of trusted) {
    const [address = '', prefix] = range.split('/');
    const family = familyOf(address);
    ranges.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (address) => isIP(address) !== 0 && ranges.check(address, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The address in its one form, without port, brackets and zone, and IPv4 as such; undefined: it is none. */
function plainAddress(text: string): string | undefined {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  if (isIP(bare) === 0) return undefined;
  const { address } = new SocketAddress({ address: bare, family: familyOf(bare) });
  return address.replace(/^::ffff:(?=[\d.]+$)/, '');
}

/** Whoever has an IPv6 address has all 2^64 of its network, and could be as many callers. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const more = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array(8 - groups.length - more.length).fill('0');
  const network = `${[...groups, ...zeros, ...more].slice(0, 4).join(':')}::`;
  return `${new SocketAddress({ address: network, family: 'ipv6' }).address}/64`;
}
