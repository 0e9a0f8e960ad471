import type { Running } from './running.ts';

export function asking(running: () => Running) {
  return (method: string, path: string, headers: Record<string, string> = {}, body?: object) => {
    const sent = body ? { body: JSON.stringify(body) } : {};
    return fetch(`${running().platform.url}${path}`, { method, headers, ...sent });
  };
}

export function bearer({ rides }: Running) {
  return { authorization: `Bearer ${rides}` };
}
