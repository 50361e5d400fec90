const realNow = Date.now;
let aheadMs = 0;

/** Date.now() of this test file runs ahead of the machine's clock, for everything that is started after this. */
export function installClock(): void {
  Date.now = () => realNow() + aheadMs;
}

export function advanceClock(seconds: number): void {
  aheadMs += seconds * 1_000;
}
