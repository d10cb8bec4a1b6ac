#!/usr/bin/env bash
# Builds the Debian package, installs it, and starts its service as systemd would on a server.
# systemd runs in namespaces of its own, on a copy-on-write view of this system's files:
# nothing is installed on this system. Needs root, cargo-deb, systemd, curl and jq.
#
#   packaging/test-deb.sh                  builds with the profile `dist`
#   packaging/test-deb.sh --profile NAME   builds with another, faster one
#   packaging/test-deb.sh FILE.deb         tests a package that is there

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly API=http://127.0.0.1:8080
readonly EMAIL=admin@news.example PASSWORD='a quiet harbour before dawn'

build() {
    cd "$here/.."
    cargo deb --locked "$@" | tail -n 1
}

# In new namespaces: an overlay of /, the system's interfaces read-only, then systemd.
boot() {
    local share=$1/share fs=$1/fs root=$1/fs/root
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$fs"
    mkdir "$fs/upper" "$fs/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$fs/upper,workdir=$fs/work" "$root"
    mount -t proc proc "$root/proc"
    mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs tmpfs "$root/run"
    mount -t tmpfs tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    local device
    for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir "$root/dev/shm" "$root/dev/pts" "$root/dev/mqueue" "$root/dev/hugepages"
    ln -s pts/ptmx "$root/dev/ptmx"
    mount -t devpts devpts "$root/dev/pts"
    mkdir "$root/tmp/share"
    mount --bind "$share" "$root/tmp/share"
    ip link set lo up

    # Images for containers forbid packages to start services.
    rm -f "$root/usr/sbin/policy-rc.d"
    # Only this test and the service start: no network, no journal, no other services.
    local units=$root/etc/systemd/system
    ln -sf /dev/null "$units/network-online.target"
    mkdir -p "$units/maqal.service.d"
    printf '%s\n' '[Unit]' DefaultDependencies=no '[Service]' \
        StandardError=append:/tmp/share/log StandardOutput=append:/tmp/share/log \
        >"$units/maqal.service.d/test.conf"
    printf '%s\n' '[Unit]' DefaultDependencies=no '[Service]' Type=oneshot \
        'ExecStart=/bin/bash /tmp/share/test.sh --inside' \
        StandardOutput=append:/tmp/share/output StandardError=append:/tmp/share/output \
        'ExecStopPost=/bin/systemctl --force --force exit' >"$units/maqal-test.service"
    cd "$root"
    pivot_root . .
    umount --lazy .
    export container=test
    exec chroot . /lib/systemd/systemd --system --unit=maqal-test.service \
        --show-status=no --log-target=null
}

say() { printf '%s\n' "$*"; }

wait_until_ready() {
    curl --silent --fail --output /dev/null --retry 50 --retry-delay 1 --retry-connrefused \
        "$API/health/ready"
}

# On the installed system.
inside() {
    trap 'say "FAILED at line $LINENO"; cat /tmp/share/log; systemctl status maqal' ERR
    dpkg --install /tmp/share/maqal.deb
    [[ $(stat -c '%a %U' /etc/maqal/maqal.env) == '640 root' ]]
    if systemctl is-active --quiet maqal; then false; fi
    printf '%s\n' "MAQAL_ADMIN_EMAIL=$EMAIL" "MAQAL_ADMIN_PASSWORD='$PASSWORD'" >>/etc/maqal/maqal.env

    systemctl start maqal
    wait_until_ready
    local pid token
    pid=$(systemctl show --property MainPID --value maqal)
    say 'The process:' "$(grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr '\t\n' '  ')"
    [[ $(awk '/^Uid:/ {print $2}' "/proc/$pid/status") -ge 61184 ]] # a dynamic user
    [[ $(awk '/^CapEff:/ {print $2}' "/proc/$pid/status") == 0000000000000000 ]]

    token=$(curl --silent --fail "$API/api/v1/auth/login" \
        --json "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}" | jq -r .access_token)
    curl --silent --fail --output /dev/null "$API/api/v1/articles" \
        --header "Authorization: Bearer $token" --json '{"title": "خبر", "body": "متن"}'
    [[ -s /var/lib/private/maqal/maqal.db && -d /var/lib/private/maqal/keys ]]

    dpkg --install /tmp/share/maqal.deb # an upgrade restarts the service
    wait_until_ready
    [[ $(systemctl show --property MainPID --value maqal) != "$pid" ]]
    grep -q MAQAL_ADMIN_EMAIL /etc/maqal/maqal.env # the settings stay
    curl --silent --fail --header "Authorization: Bearer $token" "$API/api/v1/articles/1" >/dev/null

    say 'Its log:' "$(cat /tmp/share/log)"
    if grep -qE $'\e|actix' /tmp/share/log; then false; fi

    dpkg --remove maqal
    if systemctl is-active --quiet maqal; then false; fi
    dpkg --purge maqal
    [[ ! -e /usr/bin/maqal && ! -e /etc/maqal/maqal.env && ! -e /lib/systemd/system/maqal.service ]]
    [[ -s /var/lib/private/maqal/maqal.db ]] # data is never removed
    touch /tmp/share/passed
}

case ${1:-} in
--inside) inside ;;
--boot) boot "$2" ;;
*)
    if [[ ${1:-} == *.deb ]]; then package=$(realpath "$1"); else package=$(build "$@"); fi
    say "Package: $package"
    dpkg-deb --info "$package"
    dpkg-deb --contents "$package"
    systemd-analyze security --offline=yes --threshold=15 "$here/maqal.service" | tail -n 1
    scratch=$(mktemp -d)
    cgroups=/sys/fs/cgroup/unified
    [[ -d $cgroups ]] || cgroups=/sys/fs/cgroup
    cgroup=$(mktemp -d "$cgroups/maqal-test.XXXXXX")
    trap 'rm -r "$scratch"; find "$cgroup" -depth -type d -exec rmdir {} +' EXIT
    mkdir "$scratch/share" "$scratch/fs"
    cp "$package" "$scratch/share/maqal.deb"
    cp "$here/test-deb.sh" "$scratch/share/test.sh"
    (
        echo "$BASHPID" >"$cgroup/cgroup.procs"
        exec unshare --mount --pid --fork --uts --ipc --net --cgroup --kill-child \
            bash "$here/test-deb.sh" --boot "$scratch"
    ) || true
    cat "$scratch/share/output"
    [[ -e $scratch/share/passed ]]
    say 'The package is installed, serves, is upgraded and removed: passed'
    ;;
esac
