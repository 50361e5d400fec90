/**
 * Gives out packet identifiers, 1 to 65,535, not in use [MQTT-2.2.1-3]. Identifiers go round before one is used
 * again, so that a late acknowledgement of an earlier exchange does not meet a new one.
 */
export class PacketIdentifiers {
  private last = 0;

  /** @returns 0 when all are in use */
  next(isInUse: (identifier: number) => boolean): number {
    for (let tries = 0; tries < 65_535; tries++) {
      this.last = this.last === 65_535 ? 1 : this.last + 1;
      if (!isInUse(this.last)) return this.last;
    }
    return 0;
  }
}
