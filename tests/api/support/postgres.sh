#!/bin/sh
# Starts a PostgreSQL server in $2/data with the programs in $1, reachable only through a socket in $2.
# Prints "ready". When its standard input closes, which the end of the test process causes, it stops
# the server and removes the folder. tests/api/support/postgres.rs runs it.
trap '' INT TERM HUP
bin=$1 folder=$2
"$bin/initdb" --pgdata="$folder/data" --username=maqal --auth=trust --encoding=UTF8 --no-locale \
    --no-sync >"$folder/log" 2>&1 &&
    "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait --timeout=60 --silent \
        --options="-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=200 \
                   -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
        start >>"$folder/log" 2>&1 &&
    echo ready || tail -n 5 "$folder/log"
read -r _
"$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait --silent stop >/dev/null 2>&1
rm -rf "$folder"
