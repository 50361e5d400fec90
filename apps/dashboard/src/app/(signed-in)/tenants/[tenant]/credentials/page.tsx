import { type Metadata } from 'next';
import { CredentialsView } from '@/credentials/credentials-view.tsx';

export const metadata: Metadata = { title: 'Credentials' };

const DEFAULT_MQTT_PORT = 1883;

/** The port in the lines to paste is the one that this installation listens on, known when it runs, not when it is built. */
export default function CredentialsPage() {
  return <CredentialsView mqttPort={Number(process.env.RESTANTE_MQTT_PORT) || DEFAULT_MQTT_PORT} />;
}
