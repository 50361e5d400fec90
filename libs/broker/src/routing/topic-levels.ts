/** Cuts a topic name or filter into its levels (MQTT 5.0 section 4.7.1.1); an empty level counts. */
export function levelsOf(topic: string): string[] {
  return topic.split('/');
}

/** Topics that begin with `$` do not match filters that begin with a wildcard [MQTT-4.7.2-1]. */
export function isSystemTopic(topic: string): boolean {
  return topic.charCodeAt(0) === 0x24;
}
