#!/usr/bin/env bash
# npm's webmention-testpinger against a Maqal of its own: it serves pages made of real ones with the
# link in different places, sends a webmention for each, and they must all be verified.
# Needs Node and npm, and the registry for the first run.
set -euo pipefail
here=$(dirname "$0")
BIND=127.0.0.1:18190
SITE='http://127.0.0.1:18191/{slug}'
. "$here/maqal.sh"
start_maqal
id=$(publish 'harbour' 'text')
# It discovers the endpoint at the target: a frontend of one page.
mkdir "$WORK/www"
cat >"$WORK/www/harbour" <<HTML
<!doctype html><link rel="webmention" href="$API/webmention"><title>harbour</title>
HTML
python3 - "$WORK/www" >"$WORK/www.log" 2>&1 <<'PY' &
import functools, http.server, sys
class Pages(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path):
        return "text/html"
handler = functools.partial(Pages, directory=sys.argv[1])
http.server.ThreadingHTTPServer(("127.0.0.1", 18191), handler).serve_forever()
PY
OTHERS=$!
npm install --silent --no-fund --no-audit --prefix "$WORK/npm" webmention-testpinger@0.7.0
"$WORK/npm/node_modules/.bin/webmention-testpinger" --endpoint="$API/webmention" \
    --target=http://127.0.0.1:18191/harbour --port=18192 >"$WORK/pinger.log" 2>&1 &
OTHERS="$OTHERS $!"
some_verified() { [ "$(read_field "/articles/$id" 'it["discussion"]["mention_count"]')" -ge "${LEAST:-1}" ]; }
none_queued() { [ "$(read_field '/mentions?limit=100' 'sum(one["verification"] == "queued" for one in it["data"])')" = 0 ]; }
wait_for 'mentions are verified' some_verified
sleep 2
wait_for 'none is queued' none_queued
read_field '/mentions?limit=100' '"\n".join(sorted("  %s %s %s" % (one["verification"], one["reason"] or "", one["title"]) for one in it["data"]))'
rejected=$(read_field '/mentions?limit=100' 'sum(one["verification"] != "verified" for one in it["data"])')
[ "$rejected" = 0 ] || { echo "$rejected rejected" >&2; exit 1; }
echo ok
