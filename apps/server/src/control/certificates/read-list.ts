/** What the thread that reads a revocation list is given. */
export interface ReadingTask {
  /** PEM, or DER in base64. */
  text: string;
  /** The authority's certificate, DER. */
  authority: Uint8Array;
}

/** What it found: numbers in hexadecimal, as they are written. */
export interface ReadList {
  /** null: the list has none. */
  number: string | null;
  thisUpdate: Date;
  /** When there is to be another one. */
  nextUpdate: Date;
  revoked: { serialNumber: string; revokedAt: Date }[];
}
