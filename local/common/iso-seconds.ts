/** The instant as AWS services write it, in UTC without milliseconds: `2026-04-02T04:00:00Z`. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
