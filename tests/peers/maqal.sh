# Starts Maqal for the scripts in this folder, which source this file. Sets API, TOKEN and WORK, and
# stops the server when the script ends.
#
#   MAQAL   the program (default: target/debug/maqal)
#   SITE    MAQAL_SITE_URL
#   BIND    the address on which it listens

: "${MAQAL:=${CARGO_TARGET_DIR:-target}/debug/maqal}"
WORK=$(mktemp -d)
MAQAL_PID=

end() {
    [ -z "$MAQAL_PID" ] || kill "$MAQAL_PID" 2>/dev/null || true
    for pid in ${OTHERS:-}; do kill "$pid" 2>/dev/null || true; done
    type also_end >/dev/null 2>&1 && also_end
    rm -rf "$WORK"
}
trap end EXIT

start_maqal() {
    DATABASE_URL="sqlite://$WORK/maqal.db" MAQAL_BIND="$BIND" MAQAL_PUBLIC_URL="http://$BIND" \
        MAQAL_SITE_URL="$SITE" MAQAL_ADMIN_EMAIL=admin@example.org \
        MAQAL_ADMIN_PASSWORD='a quiet harbour before dawn' MAQAL_PINGS_ALLOW_PRIVATE=true \
        MAQAL_PINGS_PER_HOST_SECONDS=0 MAQAL_LOG="${MAQAL_LOG:-warn}" \
        "$MAQAL" serve >"$WORK/maqal.log" 2>&1 &
    MAQAL_PID=$!
    API=http://$BIND/api/v1
    for _ in $(seq 100); do
        curl -sf "http://$BIND/health/ready" >/dev/null && break
        sleep 0.1
    done
    sign_in
    send PATCH /comment-settings '{"moderation": "none"}' >/dev/null
}

sign_in() {
    TOKEN=$(curl -sf "$API/auth/login" -H 'content-type: application/json' \
        -d '{"email": "admin@example.org", "password": "a quiet harbour before dawn"}' |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
}

# send METHOD PATH JSON
send() {
    local kind=application/json
    [ "$1" != PATCH ] || kind=application/merge-patch+json
    curl -sf -X "$1" "$API$2" -H "authorization: Bearer $TOKEN" -H 'if-match: *' \
        -H "content-type: $kind" -d "$3"
}

# read_field PATH EXPRESSION: of the JSON at a path, as the Python variable `it`
read_field() {
    curl -sf "$API$1" -H "authorization: Bearer $TOKEN" |
        python3 -c "import json, sys; it = json.load(sys.stdin); print($2)"
}

# publish TITLE BODY: prints the article's number
publish() {
    local draft id
    draft=$(python3 -c 'import json, sys; print(json.dumps({"title": sys.argv[1], "body": sys.argv[2]}))' "$1" "$2")
    id=$(send POST /articles "$draft" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
    send POST "/articles/$id/publish" '{}' >/dev/null
    echo "$id"
}

# wait_for EVENT COMMAND...: waits until the command succeeds
wait_for() {
    local event=$1
    shift
    for _ in $(seq 150); do
        if "$@"; then echo "  $event"; return; fi
        sleep 0.2
    done
    echo "in vain: $event" >&2
    tail -n 20 "$WORK"/*.log >&2
    exit 1
}
