"""Brokers on loopback say what a test tells them: as much of SQS, RabbitMQ and Redis as KEDA asks of them."""

import json
import socketserver
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Brokers:
    """Stand-ins on loopback: tasks by the name of their queue, and what was asked for."""

    tasks: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    http: int = 0
    redis: int = 0


def http_broker(brokers: Brokers) -> ThreadingHTTPServer:
    """SQS's JSON protocol, and RabbitMQ's management API."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.headers["X-Amz-Target"] == "AmazonSQS.GetQueueAttributes"
            brokers.asked.append(f"sqs {body['QueueUrl']} {sorted(body['AttributeNames'])}")
            waiting = brokers.tasks.get(body["QueueUrl"], 0)
            found = dict.fromkeys(body["AttributeNames"], "0") | {"ApproximateNumberOfMessages": str(waiting)}
            self._say({"Attributes": found}, "application/x-amz-json-1.0")

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            brokers.asked.append(f"rabbitmq {self.path}")
            tasks = brokers.tasks.get(name, 0)
            told = {"name": name, "messages": tasks, "messages_ready": tasks, "messages_unacknowledged": 0}
            self._say(told, "application/json")

        def _say(self, told: Any, content: str) -> None:
            data = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", content)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def redis_broker(brokers: Brokers) -> socketserver.ThreadingTCPServer:
    """As much of Redis as KEDA's two scalers ask of it."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while words := _words(self.rfile):
                brokers.asked.append(f"redis {' '.join(words[:1] + words[3:4])}")
                self.wfile.write(_answer(words, brokers))

    return socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)


def _words(stream: Any) -> list[str]:
    """One command, which is an array of strings; nothing when the other side has gone."""
    head = stream.readline()
    if not head.startswith(b"*"):
        return []
    found = []
    for _ in range(int(head[1:])):
        size = int(stream.readline()[1:])
        found.append(stream.read(size + 2)[:-2].decode())
    return found


def _answer(words: list[str], brokers: Brokers) -> bytes:
    match [word.upper() for word in words[:2]]:
        case ["PING", *_]:
            return b"+PONG\r\n"
        case ["INFO", *_]:
            return b"$19\r\nredis_version:7.2.4\r\n"
        case ["EVAL", *_]:
            return f":{brokers.tasks.get(words[3], 0)}\r\n".encode()
        case ["XINFO", "GROUPS"]:
            group = ["name", words[2], "consumers", 0, "pending", 0, "last-delivered-id", "0-0"]
            return _array([[*group, "entries-read", 0, "lag", brokers.tasks.get(words[2], 0)]])
        case ["HELLO", *_]:
            return b"-ERR unknown command\r\n"
        case _:
            return b"+OK\r\n"


def _array(items: list[Any]) -> bytes:
    parts = [f"*{len(items)}\r\n".encode()]
    for item in items:
        if isinstance(item, list):
            parts.append(_array(item))
        elif isinstance(item, int):
            parts.append(f":{item}\r\n".encode())
        else:
            parts.append(f"${len(item)}\r\n{item}\r\n".encode())
    return b"".join(parts)
