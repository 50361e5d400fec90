import type { OutgoingPublish } from '@restante/mqtt-codec';

/**
 * Topic aliases that this connection gave to topics it sends (MQTT 5.0 section 3.3.2.3.4): the first ones get one and
 * keep it, as many as the client takes.
 */
export class OutgoingAliases {
  private readonly aliases = new Map<string, number>();

  /** @param maximum what the client takes, 1 to 65,535 */
  constructor(private readonly maximum: number) {}

  /** The alias the client knows for this topic; 0: none. */
  get(topic: string): number {
    return this.aliases.get(topic) ?? 0;
  }

  /** An alias to give to a new topic; 0: all are given. */
  get free(): number {
    return this.aliases.size < this.maximum ? this.aliases.size + 1 : 0;
  }

  /** The packet that tells the client of `free` is on its way. */
  give(topic: string): void {
    this.aliases.set(topic, this.aliases.size + 1);
  }
}

/** A known topic goes as its alias alone, a new one with an alias while there are any. */
export function useAlias(packet: OutgoingPublish, aliases: OutgoingAliases): void {
  packet.topicAlias = aliases.get(packet.topic);
  if (packet.topicAlias > 0) packet.topic = '';
  else packet.topicAlias = aliases.free;
}
