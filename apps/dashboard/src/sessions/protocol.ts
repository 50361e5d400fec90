/** Protocol version byte of CONNECT -> the name people know it by. */
export function protocolName(version: number): string {
  return { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5.0' }[version] ?? `version ${version}`;
}
