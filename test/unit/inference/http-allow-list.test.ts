import { describe, expect, it } from 'vitest';
import { createAllowList } from '../../../src/inference/http-allow-list.ts';
import { openInference } from '../../../src/inference/open-inference.ts';

const list = createAllowList([
  'https://good.example.com',
  'http://10.0.0.5:8080/models/',
  'https://[2001:db8::1]:8443/a',
]);

describe('the endpoint of a deployment', () => {
  it.each([
    'https://good.example.com',
    'https://good.example.com/',
    'https://good.example.com:443/any/path',
    'HTTPS://GOOD.example.com/v2/models/a',
    'http://10.0.0.5:8080/models',
    'http://10.0.0.5:8080/models/a/v2/models/a%20b/versions/1',
    'http://10.0.0.5:8080/other/../models/a',
    'https://[2001:db8:0:0::1]:8443/a/b',
  ])('may be %s', (endpoint) => {
    expect(list.check(endpoint)).toBeInstanceOf(URL);
  });

  it.each([
    ['another scheme', 'http://good.example.com'],
    ['a scheme that is no web', 'ftp://good.example.com'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:application/json,{}'],
    ['a longer host', 'https://good.example.com.evil.com'],
    ['a subdomain', 'https://evil.good.example.com'],
    ['the rooted name', 'https://good.example.com./'],
    ['the host as a user', 'https://good.example.com@evil.com'],
    ['the host as a user with a port', 'https://good.example.com:443@evil.com/'],
    ['the host as a user with an escaped slash', 'https://good.example.com%2f@evil.com/'],
    ['a user', 'https://user@good.example.com'],
    ['a password', 'https://user:password@good.example.com'],
    ['a user of no characters', 'https://@good.example.com'],
    ['another port', 'https://good.example.com:8443'],
    ['another port of an address', 'http://10.0.0.5/models/'],
    ['the host as a query', 'https://evil.com/?https://good.example.com'],
    ['the host as a fragment', 'https://evil.com/#@good.example.com'],
    ['a fragment before the host', 'https://evil.com#@good.example.com/'],
    ['a query', 'https://good.example.com/?a=b'],
    ['an empty query', 'https://good.example.com/?'],
    ['a backslash', 'https://evil.com\\@good.example.com'],
    ['backslashes as slashes', 'https:\\\\good.example.com'],
    ['white space', 'https://good.example.com /'],
    ['a tab in the host', 'https://good.exa\tmple.com/'],
    ['a line break', 'https://good.example.com/\r\nHost: evil.com'],
    ['a NUL', 'https://good.example.com/\u0000'],
    ['no slashes', 'https:good.example.com'],
    ['one slash', 'https:/good.example.com'],
    ['three slashes', 'https:///good.example.com'],
    ['no scheme', '//good.example.com'],
    ['nothing', ''],
    ['an address of the host itself', 'http://127.0.0.1:8080/models/'],
    ['an address written in octal', 'http://012.0.0.6:8080/models/'],
    ['a mapped address', 'http://[::ffff:10.0.0.5]:8080/models/'],
    ['the address of cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['no path where one is needed', 'http://10.0.0.5:8080/'],
    ['a path that only begins alike', 'http://10.0.0.5:8080/models-evil/'],
    ['a step up', 'http://10.0.0.5:8080/models/../admin'],
    ['an escaped step up', 'http://10.0.0.5:8080/models/%2e%2e/admin'],
    ['a step up behind an escaped slash', 'http://10.0.0.5:8080/models/..%2fadmin'],
    ['an escaped backslash', 'http://10.0.0.5:8080/models/..%5Cadmin'],
    ['a doubly escaped step up', 'http://10.0.0.5:8080/models/%252e%252e/admin'],
    ['a step up in bytes that are no UTF-8', 'http://10.0.0.5:8080/models/%c0%ae%c0%ae/admin'],
    ['a step up with a parameter', 'http://10.0.0.5:8080/models/..;/admin'],
    ['an empty step', 'http://10.0.0.5:8080/models//../../admin'],
    ['two slashes', 'http://10.0.0.5:8080/models//admin'],
    ['an escaped NUL', 'http://10.0.0.5:8080/models/%00'],
    ['a path in other letters', 'http://10.0.0.5:8080/MODELS/'],
    ['a full-width host that becomes another', 'https://ｇood.example.com.evil.com'],
  ])('is refused with %s', (_, endpoint) => {
    const check = () =>
      openInference({
        endpoints: [
          'https://good.example.com',
          'http://10.0.0.5:8080/models/',
          'https://[2001:db8::1]:8443/a',
        ],
        onnxDirectory: undefined,
        deadlineMs: 1,
        maxConcurrent: 1,
      }).at(endpoint, { name: 'm', version: 1 });
    expect(check).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ problem: 'UpstreamError', retryable: false }),
      }),
    );
    expect(check).not.toThrow(/evil|good|10\.0|169/);
  });

  it('can be anything only where something is on the list', () => {
    expect(() => createAllowList([]).check('https://good.example.com')).toThrow('INFERENCE_ENDPOINTS');
  });

  it.each(['../admin', '..', '.', 'a/b', 'a\\b', '%2e%2e', 'a;b'])(
    'is not lengthened by the name %j, which servers may take for a path',
    (name) => {
      const inference = openInference({
        endpoints: ['https://good.example.com'],
        onnxDirectory: undefined,
        deadlineMs: 1,
        maxConcurrent: 1,
      });
      expect(() => inference.at('https://good.example.com', { name, version: 1 })).toThrow(
        'Deploy it with the URL of the model itself',
      );
    },
  );
});
