"""A device that uses paho. Says what happens in JSON lines on its standard output.

publish:   reads "<count>" lines from its standard input, each allowing so many more messages; says {"acknowledged": true}
           for each message that was.
subscribe: subscribes to a filter, leaves, and ends.
receive:   says {"sessionPresent": ...} and each message, until its standard input ends.
"""
import json
import sys
import threading
import time

import paho.mqtt.client as mqtt

command, host, port, username, password, client_id, qos, topic = sys.argv[1:]
said = threading.Lock()


def say(**what):
    with said:
        print(json.dumps(what), flush=True)


class Client(mqtt.Client):
    def _messages_reconnect_reset_out(self):
        """paho forgets at the second attempt in a row to reconnect that PUBREC had come, and publishes again what the
        broker, after PUBREL, must take for another message."""
        for message in self._out_messages.values():
            if message.state == mqtt.mqtt_ms_resend_pubrel:
                message.state = mqtt.mqtt_ms_wait_for_pubcomp
        super()._messages_reconnect_reset_out()


def create_client():
    arguments = {"client_id": client_id, "clean_session": False, "protocol": mqtt.MQTTv311}
    if hasattr(mqtt, "CallbackAPIVersion"):
        arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
    client = Client(**arguments)
    client.username_pw_set(username, password)
    return client


def publish(client):
    """One thread does all the work of the client: publish() of another one sends new messages on a new connection
    before paho has sent the old ones again, which puts them out of order."""
    allowed = [0]
    ended = threading.Event()

    def read_input():
        for line in sys.stdin:
            allowed[0] += int(line)
        ended.set()

    threading.Thread(target=read_input, daemon=True).start()
    client.on_publish = lambda *_: say(acknowledged=True)
    # The broker may be down at this moment too: the first connection is tried again like every other.
    client.connect_async(host, int(port))
    reconnect(client)
    number = 0
    while not ended.is_set():
        if client.loop(timeout=0.005) != mqtt.MQTT_ERR_SUCCESS:
            reconnect(client)
        while client.is_connected() and number < allowed[0]:
            number += 1
            client.publish(topic, f"{client_id}:{number}", int(qos))
    client.disconnect()


def reconnect(client):
    try:
        client.reconnect()
    except OSError:
        time.sleep(0.01)


def subscribe(client):
    client.on_connect = lambda *_: client.subscribe(topic, int(qos))
    client.on_subscribe = lambda *_: client.disconnect()
    client.connect(host, int(port))
    client.loop_forever()


def receive(client):
    client.on_connect = lambda _client, _userdata, flags, _code: say(sessionPresent=flags["session present"])
    client.on_message = lambda _client, _userdata, message: say(topic=message.topic, payload=message.payload.decode())
    client.connect(host, int(port))
    client.loop_start()
    sys.stdin.read()
    client.disconnect()
    client.loop_stop()


{"publish": publish, "subscribe": subscribe, "receive": receive}[command](create_client())
