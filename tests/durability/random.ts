/** A reproducible source of chance (mulberry32). */
export interface Random {
  readonly seed: number;
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
}

/** Seeded by RESTANTE_TEST_SEED, else by the clock. Name the seed where a test fails. */
export function createRandom(seed = Number(process.env.RESTANTE_TEST_SEED ?? Date.now() % 2 ** 31)): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, below: (below) => Math.floor(next() * below) };
}

/** Runs `body`; an error of it names the seed. */
export async function withSeed(random: Random, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    (error as Error).message += `\n(repeat with RESTANTE_TEST_SEED=${random.seed})`;
    throw error;
  }
}
