"""A client that uses paho.

paho_client.py publish DEVICE MESSAGE            publishes, and ends when that is acknowledged as its QoS asks for
paho_client.py subscribe DEVICE SUBSCRIPTION     prints each payload on a line, and disconnects at SIGTERM

All three are JSON as client.ts describes it.
"""
import json
import signal
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

command, device, what = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
is_5 = device["version"] == "5.0"
is_kept = what.get("isKept", False)


def create_client():
    arguments = {
        "client_id": device["clientId"],
        "protocol": mqtt.MQTTv5 if is_5 else mqtt.MQTTv311,
        "transport": "websockets" if device["transport"].startswith("ws") else "tcp",
    }
    if not is_5:
        arguments["clean_session"] = not is_kept
    if hasattr(mqtt, "CallbackAPIVersion"):
        arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
    client = mqtt.Client(**arguments)
    client.username_pw_set(device["username"], device["password"])
    client.ws_set_options(path="/mqtt")
    if device["transport"] in ("mqtts", "wss"):
        client.tls_set(device["caFile"])
    return client


def connect(client):
    options = {}
    if is_5:
        options["clean_start"] = not is_kept
        options["properties"] = Properties(PacketTypes.CONNECT)
        options["properties"].SessionExpiryInterval = 3600 if is_kept else 0
    client.connect(device["host"], device["port"], **options)


def expect_success(code):
    if code != 0:
        print(f"refused: {code}", file=sys.stderr)
        sys.exit(1)


def publish(client):
    def send(_client, _userdata, _flags, code, _properties=None):
        expect_success(code)
        client.publish(what["topic"], what["payload"], what["qos"], what.get("retain", False))

    client.on_connect = send
    client.on_publish = lambda *_: client.disconnect()
    connect(client)
    client.loop_forever()


def subscribe(client):
    def begin(_client, _userdata, _flags, code, _properties=None):
        expect_success(code)
        client.subscribe(what["topicFilter"], what["qos"])

    client.on_connect = begin
    client.on_message = lambda _client, _userdata, message: print(message.payload.decode(), flush=True)
    will = what.get("will")
    if will is not None:
        client.will_set(will["topic"], will["payload"], 1)
    signal.signal(signal.SIGTERM, lambda *_: client.disconnect())
    connect(client)
    client.loop_forever()


{"publish": publish, "subscribe": subscribe}[command](create_client())
