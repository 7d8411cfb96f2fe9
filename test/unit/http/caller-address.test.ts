import { describe, expect, it } from 'vitest';
import { addressFinder } from '../../../src/http/caller-address.ts';

describe('the address of a caller', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    [undefined, 'local'],
  ])('of the socket %s is %s', (socket, address) => {
    expect(addressFinder(0)(socket, null)).toBe(address);
  });

  it('is not what the caller says, unless a proxy is trusted', () => {
    expect(addressFinder(0)('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(addressFinder(['10.0.0.0/8'])('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
  });

  it.each([
    [1, '198.51.100.2'],
    [2, '198.51.100.1'],
    // Fewer proxies wrote it than there should be: there is nothing before the first.
    [3, '198.51.100.1'],
  ])('is the one that the last of %i proxies was asked from', (proxies, address) => {
    expect(addressFinder(proxies)('10.0.0.1', '198.51.100.1, 198.51.100.2')).toBe(address);
  });

  it('is the last that no trusted proxy has, whatever stands before it', () => {
    const find = addressFinder(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
    expect(find('10.0.0.1', 'made up, 198.51.100.1')).toBe('198.51.100.1');
    expect(find('::ffff:10.0.0.1', '203.0.113.1, 198.51.100.1,192.0.2.7 , fd00::5')).toBe('198.51.100.1');
    expect(find('10.0.0.1', '10.9.9.9, 10.8.8.8')).toBe('10.9.9.9');
    expect(find('10.0.0.1', null)).toBe('10.0.0.1');
  });

  it.each([
    ['198.51.100.1:52000', '198.51.100.1'],
    ['[2001:db8::1]:52000', '2001:db8::/64'],
    ['[2001:db8::1]', '2001:db8::/64'],
    // What is no address is not believed: all whom that proxy could not tell apart are one.
    ['unknown', '10.0.0.1'],
    ['', '10.0.0.1'],
    ['1.2.3.4.5', '10.0.0.1'],
  ])('written %j by a proxy is %s', (told, address) => {
    expect(addressFinder(1)('10.0.0.1', told)).toBe(address);
  });
});
