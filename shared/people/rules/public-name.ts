/** Who does not want to be named, or has been forgotten. */
export const anonymous = '匿名';

/** A name as the public sees it: its first visible character where its bearer agrees, and nothing otherwise. */
export function publicName(
  profile: { displayName: string | null; publishConsent: boolean } | undefined,
): string {
  const first = /[^\p{Cf}\p{Z}]/u.exec(profile?.displayName ?? '')?.[0];
  return first !== undefined && profile?.publishConsent ? `${first}**` : anonymous;
}

/** A name on a certificate: whole where its bearer agrees to be named. */
export function nameOnPaper(
  profile: { displayName: string | null; publishConsent: boolean } | undefined,
): string {
  return profile?.publishConsent && profile.displayName ? profile.displayName : anonymous;
}
