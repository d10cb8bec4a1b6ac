#!/bin/sh
# Creates a PostgreSQL server in $2/data with the programs in $1. With $3, it is a standby of the
# server with its socket in $3. Then it reads the commands "start OPTIONS" and "stop" (immediate), and
# answers each with "done" or an error. When its input closes, it stops the server and removes the
# folder. tests/faults/cluster.rs runs it.
trap '' INT TERM HUP
bin=$1 folder=$2
tell() {
    if [ "$1" = 0 ]; then echo done; else tail -n 5 "$folder/log" | tr '\n' ' ' && echo; fi
}
stop() {
    "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait --silent stop
}
if [ -n "$3" ]; then
    "$bin/pg_basebackup" --host="$3" --username=maqal --pgdata="$folder/data" --write-recovery-conf \
        --checkpoint=fast --no-sync
else
    "$bin/initdb" --pgdata="$folder/data" --username=maqal --auth=trust --encoding=UTF8 --no-locale \
        --no-sync
fi >"$folder/log" 2>&1
tell $?
while read -r order options; do
    case $order in
    start)
        "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait --timeout=60 --silent \
            --options="$options -c unix_socket_directories=$folder -c fsync=off" start
        ;;
    stop) stop ;;
    esac >>"$folder/log" 2>&1
    tell $?
done
stop >/dev/null 2>&1
rm -rf "$folder"
