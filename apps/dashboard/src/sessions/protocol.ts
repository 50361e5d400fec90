const VERSIONS: Record<number, string> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };

/** Protocol version byte of CONNECT -> the number people know it by: 4 -> "3.1.1". */
export function versionName(version: number): string {
  return VERSIONS[version] ?? String(version);
}

/** The same, as a whole name: "MQTT 3.1.1". */
export function protocolName(version: number): string {
  return version in VERSIONS ? `MQTT ${versionName(version)}` : `version ${version}`;
}
