import { describe, expect, it } from 'vitest';
import { logInPath, wayBack } from './session';

const OURS = 'https://watch.example';

describe('the way through the log-in', () => {
  it('leads back to the page with its filters', () => {
    const path = logInPath({ pathname: '/hosts/1', search: '?tab=scans&verdict=FAIL' });
    const to = new URL(path, OURS).searchParams.get('to') ?? undefined;
    expect(wayBack(to, OURS)).toBe('/hosts/1?tab=scans&verdict=FAIL');
  });

  it('says nothing of the first page', () => {
    expect(logInPath({ pathname: '/', search: '' })).toBe('/log-in');
    expect(wayBack(undefined, OURS)).toBe('/');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)'])(
    'does not lead to %s',
    (to) => expect(wayBack(to, OURS)).toBe('/'),
  );

  it('does not lead to the log-in itself', () => {
    expect(wayBack('/log-in?to=%2F', OURS)).toBe('/');
  });
});
