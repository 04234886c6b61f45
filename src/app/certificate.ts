/** The certificate of a platform's own authority, which is public; its key is not told. */
import { SpillwayError } from '../model/errors.ts';
import { load } from './load.ts';
import type { Toolbox } from './toolbox.ts';

export function certificate(toolbox: Toolbox, which: string): { platform: string; certificate: string } {
  const { platform } = load(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    const found = state.vault.authorityCertificate();
    if (found !== undefined) return { platform, certificate: found };
  } finally {
    state.close();
  }
  throw new SpillwayError({
    code: 'no-authority',
    message: `${platform} has no authority of its own yet`,
    mend: `it is made with the first machine that serves TLS: \`spillway up ${platform}\``,
  });
}
