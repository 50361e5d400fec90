/** What a client needs to connect to this installation. */
export interface Login {
  host: string;
  port: number;
  /** `tenant:username` */
  mqttUsername: string;
  /** The secret, or what stands for it. */
  password: string;
  clientId: string;
}

export interface Snippet {
  name: string;
  /** What has to be there first, as a command or a sentence. */
  needs: string;
  write: (login: Login) => string;
}

/** Whole programs: each logs in, keeps its session, subscribes with QoS 1 and prints what comes. */
export const SNIPPETS: Snippet[] = [
  { name: 'mosquitto', needs: 'apt install mosquitto-clients', write: subscribeLine },
  { name: 'Python', needs: 'pip install paho-mqtt', write: python },
  { name: 'Node', needs: 'npm install mqtt', write: node },
  { name: 'Arduino', needs: 'ESP32 with the library PubSubClient', write: arduino },
  { name: 'C', needs: 'apt install libmosquitto-dev; gcc device.c -lmosquitto', write: c },
];

/** As clients and their libraries take it in one piece. */
export function connectUrl({ host, port, mqttUsername, password }: Login): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `mqtt://${encodeURIComponent(mqttUsername)}:${encodeURIComponent(password)}@${name}:${port}`;
}

/** A mosquitto_sub command that keeps its session (-c) and prints what it gets. */
export function subscribeLine({ host, port, mqttUsername, password, clientId }: Login): string {
  const words = ['mosquitto_sub', '-h', host, '-p', String(port), '-u', mqttUsername, '-P', password];
  return [...words, '-i', clientId, '-c', '-q', '1', '-t', '#', '-v'].map(quoteForShell).join(' ');
}

/** A mosquitto_pub command that publishes one message. */
export function publishLine({ host, port, mqttUsername, password }: Omit<Login, 'clientId'>): string {
  const words = ['mosquitto_pub', '-h', host, '-p', String(port), '-u', mqttUsername, '-P', password];
  return [...words, '-q', '1', '-t', 'hello', '-m', 'Hello'].map(quoteForShell).join(' ');
}

function quoteForShell(word: string): string {
  return /^[\w.:/@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function python({ host, port, mqttUsername, password, clientId }: Login): string {
  return `import paho.mqtt.client as mqtt

def on_connect(client, userdata, flags, reason_code, properties):
    print("connected:", reason_code, "session present:", flags.session_present)
    client.subscribe("#", qos=1)

def on_message(client, userdata, message):
    print(message.topic, message.payload)

client = mqtt.Client(
    mqtt.CallbackAPIVersion.VERSION2, client_id=${quote(clientId)}, clean_session=False
)
client.username_pw_set(${quote(mqttUsername)}, ${quote(password)})
client.on_connect = on_connect
client.on_message = on_message
client.connect(${quote(host)}, ${port})
client.loop_forever()`;
}

function node({ host, port, mqttUsername, password, clientId }: Login): string {
  return `import mqtt from 'mqtt';

const client = mqtt.connect({
  host: ${quote(host)},
  port: ${port},
  username: ${quote(mqttUsername)},
  password: ${quote(password)},
  clientId: ${quote(clientId)},
  clean: false,
});
client.on('connect', ({ sessionPresent }) => {
  console.log('connected, session present:', sessionPresent);
  client.subscribe('#', { qos: 1 });
});
client.on('message', (topic, payload) => console.log(topic, payload.toString()));
client.on('error', (error) => console.error(error.message));`;
}

function arduino({ host, port, mqttUsername, password, clientId }: Login): string {
  return `#include <WiFi.h>
#include <PubSubClient.h>

WiFiClient network;
PubSubClient client(network);

void received(char* topic, byte* payload, unsigned int length) {
  Serial.print(topic);
  Serial.print(' ');
  Serial.write(payload, length);
  Serial.println();
}

void setup() {
  Serial.begin(115200);
  WiFi.begin("your network", "its password");
  while (WiFi.status() != WL_CONNECTED) delay(100);
  client.setServer(${quote(host)}, ${port});
  client.setCallback(received);
}

void loop() {
  if (!client.connected()) {
    // The last false: the session is kept while the device is away.
    if (client.connect(${quote(clientId)}, ${quote(mqttUsername)}, ${quote(password)}, 0, 0, 0, 0, false))
      client.subscribe("#", 1);
    else
      delay(5000);
  }
  client.loop();
}`;
}

function c({ host, port, mqttUsername, password, clientId }: Login): string {
  return `#include <mosquitto.h>
#include <stdio.h>

static void connected(struct mosquitto *client, void *data, int refused) {
  printf("connected: %s\\n", mosquitto_connack_string(refused));
  if (!refused) mosquitto_subscribe(client, NULL, "#", 1);
}

static void received(struct mosquitto *client, void *data, const struct mosquitto_message *message) {
  printf("%s %.*s\\n", message->topic, message->payloadlen, (char *)message->payload);
}

int main(void) {
  mosquitto_lib_init();
  struct mosquitto *client = mosquitto_new(${quote(clientId)}, false, NULL);
  mosquitto_username_pw_set(client, ${quote(mqttUsername)}, ${quote(password)});
  mosquitto_connect_callback_set(client, connected);
  mosquitto_message_callback_set(client, received);
  if (mosquitto_connect(client, ${quote(host)}, ${port}, 60) != MOSQ_ERR_SUCCESS) return 1;
  return mosquitto_loop_forever(client, -1, 1);
}`;
}

/** A string literal that Python, JavaScript and C read alike: user names hold no control characters. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
}
