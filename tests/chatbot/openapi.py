#!/usr/bin/env python3
"""Holds what the running chatbot answers against chatbot/openapi.json: every path, method and status that is described
is brought about, and every answer is validated; what is not described must not be answered.

Usage: openapi.py CHATBOT DESCRIPTION
"""
import http.client
import http.server
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import jsonschema

SECRET = "0123456789abcdef0123456789abcdef"
CHATBOT = sys.argv[1]
with open(sys.argv[2], encoding="utf-8") as file:
    DESCRIPTION = json.load(file)


class Endpoint(http.server.BaseHTTPRequestHandler):
    """A language model that answers, fails or waits, as it is told to."""

    fails = False
    answers = threading.Event()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Endpoint.answers.wait(20)
        body = json.dumps({"choices": [{"message": {"content": "Here I am."}}]}).encode()
        self.send_response(500 if Endpoint.fails else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Chatbot:
    def __init__(self, folder, **environment):
        self.folder = folder
        defaults = {"HOST": "127.0.0.1", "PORT": "0", "CHAT_TOKEN_SECRET": SECRET, "MIGRATIONS_TOKEN": "migrate",
                    "METRICS_TOKEN": "measure", "DATABASE_URL": f"sqlite:///{folder}/chat.db"}
        self.process = subprocess.Popen([CHATBOT], env={**defaults, **environment}, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("listening"):
                self.port = int(line.rsplit(":", 1)[1])
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait_until_ready(self):
        for _ in range(1000):
            if ask(self, "GET", "/ready")[0] == 200:
                return self
            time.sleep(0.01)
        raise AssertionError("the chatbot does not become ready")


def token(user):
    made = subprocess.run([CHATBOT, "--token", str(user)], env={"CHAT_TOKEN_SECRET": SECRET}, check=True,
                          capture_output=True, text=True)
    return made.stdout.strip()


TOKEN = token(7)
seen = set()
problems = []


def resolve(node):
    while "$ref" in node:
        target = DESCRIPTION
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def operation_of(method, path):
    """The path as it is described, and what is described of it for this method."""
    for described, item in DESCRIPTION["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", described)
        if re.fullmatch(pattern, path.split("?")[0]):
            return described, item.get(method.lower())
    return None, None


def validate(body, schema, where):
    with_parts = {**resolve(schema), "components": DESCRIPTION["components"]}
    for error in jsonschema.Draft202012Validator(with_parts).iter_errors(body):
        problems.append(f"{where}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def ask(chatbot, method, path, body=None, bearer=TOKEN, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    if isinstance(body, dict):
        body = json.dumps(body)
        headers["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", chatbot.port, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    check(method, path, response, text)
    content = text
    if response.getheader("Content-Type") == "application/json" and text:
        content = json.loads(text)
    return response.status, content, response


def check(method, path, response, text):
    described, operation = operation_of(method, path)
    where = f"{method} {path} {response.status}"
    if response.getheader("X-Request-Id") is None:
        problems.append(f"{where}: there is no X-Request-Id")
    if operation is None:
        # A path that is not described is 404; a method that a path does not have is described by its 405.
        expected = 404 if described is None else 405
        if response.status != expected:
            problems.append(f"{where}: it is not described, and not {expected}")
            return
        validate(json.loads(text), {"$ref": "#/components/schemas/Problem"}, where)
        if described:
            methods = [name.upper() for name in DESCRIPTION["paths"][described] if name != "parameters"]
            allowed = [name for name in response.getheader("Allow").split(", ") if name != "HEAD"]
            if sorted(allowed) != sorted(methods):
                problems.append(f"{where}: allows {allowed}, and {methods} are described")
            seen.update((described, name, 405) for name in methods)
        return
    answer = operation["responses"].get(str(response.status))
    if answer is None:
        problems.append(f"{where}: this status is not described: {text[:200]}")
        return
    seen.add((described, method, response.status))
    answer = resolve(answer)
    for name, header in answer.get("headers", {}).items():
        value = response.getheader(name)
        if value is None:
            problems.append(f"{where}: there is no {name}")
        elif header["schema"]["type"] == "integer" and not value.isdigit():
            problems.append(f"{where}: {name} is {value}")
    content = answer.get("content")
    kind = (response.getheader("Content-Type") or "").split(";")[0]
    if not content:
        if text:
            problems.append(f"{where}: there is a body, and none is described")
        return
    if kind not in content:
        problems.append(f"{where}: {kind} is not among {list(content)}")
    elif kind == "application/json":
        validate(json.loads(text), content[kind]["schema"], where)
    elif kind == "text/event-stream":
        for event in text.split("\n\n"):
            if event:
                name, data = (line.split(": ", 1)[1] for line in event.split("\n"))
                schema = {"delta": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
                          "done": {"$ref": "#/components/schemas/ChatAnswer"},
                          "error": {"$ref": "#/components/schemas/Problem"}}[name]
                validate(json.loads(data), schema, f"{where}: {name}")


def ordinary_requests(chatbot):
    for path in DESCRIPTION["paths"]:
        ask(chatbot, "PUT", path.replace("{conversation_id}", "1"))
    ask(chatbot, "GET", "/nothing")
    for path in ("/", "/openapi.json"):
        etag = ask(chatbot, "GET", path, bearer=None)[2].getheader("ETag")
        assert ask(chatbot, "GET", path, bearer=None, If_None_Match=etag)[0] == 304
    for path in ("/health", "/ready", "/api/migrations/status", "/api/session", "/api/conversations"):
        assert ask(chatbot, "GET", path)[0] == 200, path
    assert ask(chatbot, "GET", "/metrics", bearer="measure")[0] == 200
    assert ask(chatbot, "GET", "/metrics")[0] == 401
    assert ask(chatbot, "POST", "/api/migrations/run", bearer="migrate")[0] == 200
    assert ask(chatbot, "POST", "/api/migrations/run")[0] == 401

    status, answer, _ = ask(chatbot, "POST", "/api/chat", {"message": "Hello", "metadata": {"a": [1, None]}})
    assert status == 201
    one = f"/api/conversations/{answer['conversation_id']}"
    said = {"message": "And?", "conversation_id": answer["conversation_id"], "role": "tool"}
    assert ask(chatbot, "POST", "/api/chat", said, Idempotency_Key="k")[0] == 200
    assert ask(chatbot, "POST", "/api/chat", said, Idempotency_Key="k")[0] == 200
    assert ask(chatbot, "POST", "/api/chat", {**said, "message": "other"}, Idempotency_Key="k")[0] == 422
    assert ask(chatbot, "POST", "/api/chat", {**said, "stream": True})[0] == 200
    assert ask(chatbot, "GET", "/api/conversations?limit=1")[0] == 200
    assert ask(chatbot, "GET", one + "?limit=1&before=4")[0] == 200
    assert ask(chatbot, "PATCH", one, {"title": "Renamed"})[0] == 200
    malformed = {"POST": ("/api/chat", "{"), "PATCH": (one, "{"), "GET": (one + "?limit=x", None),
                 "DELETE": (one + "?user_id=x", None)}
    other_user = {"POST": ("/api/chat", {"user_id": 8, "message": "x"}), "PATCH": (one, {"user_id": 8, "title": "x"}),
                  "GET": (one + "?user_id=8", None), "DELETE": (one + "?user_id=8", None)}
    not_allowed = {"POST": ("/api/chat", {"message": "x" * 10001}), "PATCH": (one, {"title": ""}),
                   "GET": (one + "?limit=201", None), "DELETE": (one + "?user_id=0", None)}
    absent = {"POST": ("/api/chat", {"conversation_id": 99, "message": "x"}),
              "PATCH": ("/api/conversations/99", {"title": "x"}), "GET": ("/api/conversations/99", None),
              "DELETE": ("/api/conversations/99", None)}
    for expected, requests in ((400, malformed), (403, other_user), (422, not_allowed), (404, absent)):
        for method, (path, body) in requests.items():
            assert ask(chatbot, method, path, body)[0] == expected, (method, path, expected)
    for query, expected in (("?limit=x", 400), ("?user_id=8", 403), ("?before=0", 422)):
        assert ask(chatbot, "GET", "/api/conversations" + query)[0] == expected
    for method in ("POST", "PATCH"):
        path = "/api/chat" if method == "POST" else one
        assert ask(chatbot, method, path, "x" * 170000)[0] == 413
    for method, path in (("GET", "/api/session"), ("POST", "/api/chat"), ("GET", "/api/conversations"), ("GET", one),
                         ("PATCH", one), ("DELETE", one)):
        assert ask(chatbot, method, path, bearer="wrong")[0] == 401
    assert ask(chatbot, "DELETE", one)[0] == 200


def failing_endpoint(chatbot):
    Endpoint.fails = True
    assert ask(chatbot, "POST", "/api/chat", {"message": "Hello"})[0] == 502
    assert ask(chatbot, "POST", "/api/chat", {"message": "Hello", "stream": True})[0] == 200
    Endpoint.fails = False
    Endpoint.answers.clear()
    first = threading.Thread(target=ask, args=(chatbot, "POST", "/api/chat", {"message": "Hello"}),
                             kwargs={"Idempotency_Key": "held"})
    first.start()
    # Until the first one has the key.
    while ask(chatbot, "POST", "/api/chat", {"message": "y" * 10001}, Idempotency_Key="held")[0] == 422:
        if ask(chatbot, "GET", "/metrics", bearer="measure")[1].find("chatbot_requests_running 2") >= 0:
            break
    status = ask(chatbot, "POST", "/api/chat", {"message": "Hello"}, Idempotency_Key="held")[0]
    assert status == 409, status
    Endpoint.answers.set()
    first.join()


def too_many_requests(folder):
    with Chatbot(folder, CHAT_REQUESTS_PER_MINUTE="1").wait_until_ready() as chatbot:
        ask(chatbot, "GET", "/api/session")
        for method, path in (("GET", "/api/session"), ("POST", "/api/chat"), ("GET", "/api/conversations"),
                             ("GET", "/api/conversations/1"), ("PATCH", "/api/conversations/1"),
                             ("DELETE", "/api/conversations/1")):
            assert ask(chatbot, method, path)[0] == 429, (method, path)
        ask(chatbot, "GET", "/api/migrations/status", bearer=None)
        assert ask(chatbot, "GET", "/api/migrations/status", bearer=None)[0] == 429
        assert ask(chatbot, "POST", "/api/migrations/run", bearer="migrate")[0] == 429


def not_now(folder):
    # A port where nobody answers.
    with socket.create_server(("127.0.0.1", 0)) as listener, \
            Chatbot(folder, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/none") as chatbot:
        assert ask(chatbot, "GET", "/ready")[0] == 503
        assert ask(chatbot, "GET", "/api/migrations/status")[0] == 200
        for method, path in (("POST", "/api/chat"), ("GET", "/api/conversations"), ("GET", "/api/conversations/1"),
                             ("PATCH", "/api/conversations/1"), ("DELETE", "/api/conversations/1")):
            assert ask(chatbot, method, path, {"message": "x"})[0] == 503, (method, path)
        assert ask(chatbot, "POST", "/api/migrations/run", bearer="migrate")[0] == 409
    with Chatbot(folder, CHAT_TOKEN_SECRET="") as chatbot:
        assert ask(chatbot, "GET", "/api/session")[0] == 503


def failing_migration(folder):
    import sqlite3
    with sqlite3.connect(f"{folder}/other.db") as database:
        database.execute("CREATE TABLE conversations (id TEXT)")
    with Chatbot(folder, DATABASE_URL=f"sqlite:///{folder}/other.db", SCHEMIST_ADOPT="never",
                 SCHEMIST_MIGRATE_ON_FAILURE="hold") as chatbot:
        for _ in range(1000):
            if ask(chatbot, "GET", "/ready")[1]["state"] == "failed":
                break
            time.sleep(0.01)
        assert ask(chatbot, "POST", "/api/migrations/run", bearer="migrate")[0] == 500
    with Chatbot(folder, MIGRATIONS_TOKEN="").wait_until_ready() as chatbot:
        assert ask(chatbot, "POST", "/api/migrations/run")[0] == 404


def main():
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    Endpoint.answers.set()
    with tempfile.TemporaryDirectory() as folder:
        model = {"CHAT_API_URL": f"http://127.0.0.1:{endpoint.server_port}/v1", "CHAT_API_KEY": "k", "CHAT_MODEL": "m"}
        with Chatbot(folder).wait_until_ready() as chatbot:
            ordinary_requests(chatbot)
            served = ask(chatbot, "GET", "/openapi.json")[1]
            if served != DESCRIPTION:
                problems.append("/openapi.json is not the description that was tested")
        with Chatbot(folder, **model).wait_until_ready() as chatbot:
            failing_endpoint(chatbot)
        too_many_requests(folder)
        not_now(folder)
        failing_migration(folder)
    described = {(path, method.upper(), int(status)) for path, item in DESCRIPTION["paths"].items()
                 for method, operation in item.items() if method != "parameters" for status in operation["responses"]}
    for path, method, status in sorted(described - seen):
        problems.append(f"{method} {path} {status} is described, and was not brought about")
    for problem in problems:
        print(problem)
    print(f"{len(seen & described)} of {len(described)} answers that are described were brought about, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
