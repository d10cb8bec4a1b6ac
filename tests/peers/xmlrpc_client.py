#!/usr/bin/env python3
"""Python's own XML-RPC client against a Maqal that runs already. Needs nothing but Python 3.

    tests/peers/xmlrpc_client.sh        starts a Maqal and runs this

Arguments: the address of the API, the address of a published article, and the base of a directory
that is served over HTTP and that this script may write to (base, directory).
"""

import pathlib
import sys
import xmlrpc.client

api, target, base, folder = sys.argv[1:5]
folder = pathlib.Path(folder)
server = xmlrpc.client.ServerProxy(f"{api}/xmlrpc")


def page(name, html):
    (folder / name).write_text(html, encoding="utf-8")
    return f"{base}/{name}"


def fault(source, to):
    try:
        return server.pingback.ping(source, to)
    except xmlrpc.client.Fault as error:
        return error.faultCode


good = page("good.html", f"<title>ردّ & تعليق</title><p>اقرأ <a href='{target}'>الخبر</a></p>")
none = page("none.html", "<p>no link</p>")

assert "pingback.ping" in server.system.listMethods()
assert "registered" in server.pingback.ping(good, target)
print("  a pingback is registered")
for what, source, to, code in [
    ("source is target", target, target, 0),
    ("no such page", f"{base}/nowhere.html", target, 16),
    ("no link", none, target, 17),
    ("no such article", good, target + "-nothing", 32),
    ("another site", good, "https://elsewhere.example/", 33),
    ("known already", good, target, 48),
    ("nobody listens", "http://127.0.0.1:9/", target, 50),
]:
    came = fault(source, to)
    assert came == code, (what, came)
    print(f"  fault {code:>2}: {what}")
assert server.pingback.extensions.getPingbacks(target) == [good]
print("  the list of pingbacks has it")
multi = xmlrpc.client.MultiCall(server)
multi.pingback.ping(good, target)
try:
    multi()
    raise SystemExit("system.multicall answered")
except xmlrpc.client.Fault as error:
    assert error.faultCode == -32601, error
print("  there is no system.multicall")
try:
    server.pingback.ping(1, 2)
    raise SystemExit("numbers were taken")
except xmlrpc.client.Fault as error:
    assert error.faultCode == -32602, error
print("ok")
