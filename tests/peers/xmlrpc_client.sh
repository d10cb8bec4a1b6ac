#!/usr/bin/env bash
# Runs xmlrpc_client.py against a Maqal of its own. Needs Python 3 and curl.
set -euo pipefail
here=$(dirname "$0")
BIND=127.0.0.1:18180
SITE='http://127.0.0.1:18181/{slug}'
. "$here/maqal.sh"
start_maqal
mkdir "$WORK/www"
python3 -m http.server 18182 --bind 127.0.0.1 --directory "$WORK/www" >"$WORK/www.log" 2>&1 &
OTHERS=$!
id=$(publish 'عودة الصيادين' 'نص')
slug=$(read_field "/articles/$id" 'it["slug"]')
wait_for 'pages are served' curl -sf -o /dev/null http://127.0.0.1:18182/
python3 "$here/xmlrpc_client.py" "$API" "http://127.0.0.1:18181/$slug" http://127.0.0.1:18182 "$WORK/www"
