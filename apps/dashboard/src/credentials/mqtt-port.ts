const DEFAULT_MQTT_PORT = 1883;

/** The port that this installation listens on, known when it runs, not when it is built. */
export function mqttPort(): number {
  return Number(process.env.RESTANTE_MQTT_PORT) || DEFAULT_MQTT_PORT;
}
