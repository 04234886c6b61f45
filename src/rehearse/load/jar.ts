/** The cookies of visitors who have a session, as far as a site of one host name needs it. */
export interface Jar {
  /** What the session says with its next request; empty before it was given anything. */
  of(session: number): string;
  /** `name=value` of each cookie that an answer set. */
  take(session: number, cookies: readonly string[]): void;
}

export function createJar(): Jar {
  const sessions = new Map<number, Map<string, string>>();
  return {
    of: (session) => [...(sessions.get(session) ?? [])].map((cookie) => cookie.join('=')).join('; '),
    take(session, cookies) {
      if (cookies.length === 0) return;
      const held = sessions.get(session) ?? new Map<string, string>();
      for (const cookie of cookies) {
        const [name = '', ...value] = cookie.split('=');
        held.set(name, value.join('='));
      }
      sessions.set(session, held);
    },
  };
}
