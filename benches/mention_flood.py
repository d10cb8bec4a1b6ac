#!/usr/bin/env python3
"""A flood of webmentions against a program: its rows, its megabytes, and the work that it delays.

    benches/mention_flood.py target/release/maqal

Starts the program on SQLite in a folder of its own, for each flood. During the flood, another address
sends an honest mention, and an article is published whose link gets a ping. Needs only Python 3.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PROGRAM = os.path.abspath(sys.argv[1])
EMAIL, PASSWORD = "admin@example.org", "a quiet harbour before dawn"
SENDERS = 16
PATIENCE = 180
LONG = "x" * 1900
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

FLOODS = [
    # name, mentions, the URL of the n-th source, number of sending addresses, private allowed
    ("private addresses, default settings", 15_000, lambda n: f"http://10.1.{n // 250}.{n % 250}/{LONG}", 1, False),
    ("hosts that refuse the connection", 15_000, lambda n: f"http://127.9.{n // 250}.{n % 250}:9/{LONG}", 1, True),
    ("`http://hN.invalid/`, default settings", 5_000, lambda n: f"http://h{n}.invalid/", 1, False),
    ("`http://hN.invalid/`, names allowed", 5_000, lambda n: f"http://h{n}.invalid/", 1, True),
    ("the same from 200 addresses", 5_000, lambda n: f"http://h{n}.invalid/", 200, True),
]


class Site(http.server.BaseHTTPRequestHandler):
    """A site whose pages link to the article, and whose endpoint takes webmentions."""

    posted = None

    def do_GET(self):
        page = '<link rel=webmention href="http://127.0.0.5:%d/wm"><a href="https://news.example/harbour">x</a>'
        body = (page % self.server.server_port).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        Site.posted = Site.posted or time.monotonic()
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def connect(port, source):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))


def call(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def mention(connection, source):
    form = urllib.parse.urlencode({"source": source, "target": "https://news.example/harbour"})
    return call(connection, "POST", "/api/v1/webmention", form, FORM)


def flood(port, count, url, addresses, statuses):
    counting = threading.Lock()

    def send(first):
        connections = {}
        for n in range(first, count, SENDERS):
            address = "127.0.0.1" if addresses == 1 else f"127.8.0.{1 + n % addresses}"
            if address not in connections:
                connections[address] = connect(port, address)
            status = mention(connections[address], url(n))[0]
            with counting:
                statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=send, args=(n,)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until(condition):
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        if condition():
            return f"{time.monotonic() - begun:.1f}"
        time.sleep(0.1)
    return f"> {PATIENCE}"


def measure(name, count, url, addresses, private):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mention-flood-"))
    environment = dict(
        os.environ, DATABASE_URL=f"sqlite://{folder}/maqal.db", MAQAL_BIND="127.0.0.1:0",
        MAQAL_JWT_KEYS=str(folder / "keys"), MAQAL_ADMIN_EMAIL=EMAIL, MAQAL_ADMIN_PASSWORD=PASSWORD,
        MAQAL_SITE_URL="https://news.example/{slug}", MAQAL_LOG="error",
        MAQAL_PINGS_ALLOW_PRIVATE=str(private).lower(),
    )
    server = subprocess.Popen([PROGRAM, "serve"], env=environment, cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        port = next(int(found[1]) for line in server.stdout if (found := re.search(r"on http://127\.0\.0\.1:(\d+)", line)))
        threading.Thread(target=server.stdout.read, daemon=True).start()
        admin = connect(port, "127.0.0.2")
        login = call(admin, "POST", "/api/v1/auth/login", json.dumps({"email": EMAIL, "password": PASSWORD}), {"Content-Type": "application/json"})
        token = json.loads(login[2])["access_token"]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

        def publish(title, body):
            made = call(admin, "POST", "/api/v1/articles", json.dumps({"title": title, "body": body}), headers)
            id = json.loads(made[2])["id"]
            call(admin, "POST", f"/api/v1/articles/{id}/publish", None, headers)

        publish("harbour", "x")
        Site.posted = None
        site = http.server.ThreadingHTTPServer(("", 0), Site)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        statuses, begun = {}, time.monotonic()
        sender = threading.Thread(target=flood, args=(port, count, url, addresses, statuses))
        sender.start()
        # The flood has the queue by then.
        while sum(statuses.values()) < min(count, 5_200) and sender.is_alive():
            time.sleep(0.05)
        verified = pinged = "–"
        if private:
            page = f"http://127.0.0.4:{site.server_port}/post"
            published = time.monotonic()
            publish("news", f"[x]({page})")
            honest = connect(port, "127.0.0.2")
            source = f"http://127.0.0.3:{site.server_port}/reply"
            location = []

            def is_verified():
                if not location:
                    status, found, _ = mention(honest, source)
                    if status != 201:
                        time.sleep(1)
                        return False
                    location.append(urllib.parse.urlparse(found["Location"]).path)
                return json.loads(call(honest, "GET", location[0])[2]).get("status") == "verified"

            verified = until(is_verified)
            until(lambda: Site.posted)
            pinged = f"{Site.posted - published:.1f}" if Site.posted else f"> {PATIENCE}"
        sender.join()
        seconds = time.monotonic() - begun
        time.sleep(1)
        files = folder.glob("maqal.db*")
        size = sum(file.stat().st_size for file in files) / 1e6
        with sqlite3.connect(f"file:{folder}/maqal.db?mode=ro", uri=True) as rows:
            stored = rows.execute("SELECT count(*) FROM mentions").fetchone()[0]
        answers = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
        print(f"| {name} | {answers} | {stored} | {size:.1f} | {verified} | {pinged} |", flush=True)
        print(f"  ({seconds:.0f} s)", file=sys.stderr)
        site.shutdown()
    finally:
        server.terminate()
        server.wait()
        subprocess.run(["rm", "-r", str(folder)], check=True)


print("| flood | answers | rows | megabytes | honest mention verified after (s) | ping sent after (s) |")
print("|---|---|---|---|---|---|")
for case in FLOODS:
    measure(*case)
