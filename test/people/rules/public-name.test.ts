import { describe, expect, it } from 'vitest';
import { nameOnPaper, publicName } from '../../../shared/people/rules/public-name.ts';

const who = (displayName: string | null, publishConsent = true) => ({ displayName, publishConsent });

describe('a name as the public sees it', () => {
  it('is its first character and two stars', () => {
    expect(publicName(who('王小明'))).toBe('王**');
    expect(publicName(who('欧'))).toBe('欧**');
    expect(publicName(who('𠮷野'))).toBe('𠮷**');
    expect(publicName(who(' \u3000\u200b王小明'))).toBe('王**');
  });

  it('is none without consent, without a name, and without a profile', () => {
    expect(publicName(who('王小明', false))).toBe('匿名');
    expect(publicName(who(null))).toBe('匿名');
    expect(publicName(who(''))).toBe('匿名');
    expect(publicName(undefined)).toBe('匿名');
  });
});

describe('a name on a certificate', () => {
  it('is whole, with consent alone', () => {
    expect(nameOnPaper(who('王小明'))).toBe('王小明');
    expect(nameOnPaper(who('王小明', false))).toBe('匿名');
    expect(nameOnPaper(who(null))).toBe('匿名');
    expect(nameOnPaper(who(''))).toBe('匿名');
    expect(nameOnPaper(undefined)).toBe('匿名');
  });
});
