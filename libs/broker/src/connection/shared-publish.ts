import type { ProtocolVersion } from '@restante/mqtt-codec';

/**
 * The PUBLISH of a QoS 0 message as one recipient gets it, for others that get the same but for RETAIN. It lies in that
 * one's output, so that it lasts only while the message is being delivered: one object a delivery.
 */
export class SharedPublish {
  /** null: nothing was written yet. */
  private output: Buffer | null = null;
  private start = 0;
  private end = 0;
  private hasProperties = false;
  private packet: Buffer | null = null;

  isFor(version: ProtocolVersion): boolean {
    return this.output !== null && this.hasProperties === (version === 5);
  }

  /** The packet; must not be changed. */
  get bytes(): Buffer {
    // Most messages have one recipient: a view is made for the second.
    return (this.packet ??= this.output!.subarray(this.start, this.end));
  }

  /** The packet is in `output`, from `start` to `end`. */
  set(output: Buffer, start: number, end: number, version: ProtocolVersion): void {
    this.output = output;
    this.start = start;
    this.end = end;
    this.hasProperties = version === 5;
    this.packet = null;
  }
}
