#!/bin/bash
# Lets one of two machines die under transfers, and says what is left of them (needs root, iproute2, and for the whole
# table haproxy, keepalived, conntrackd and nftables):
#
#   bench/failover.sh [--rounds 3] [--transfers 50] [--interval 50]
#                     [--only "midstream haproxy router router-alone"] [--events "process machine"]
#
# Client, server and both machines each have a network namespace. In every round each contestant carries the transfers in
# turn: a message of 200 octets in each direction at each --interval, in milliseconds. Then the process that carries them
# gets SIGKILL, or all links of its machine are cut and all its processes get SIGKILL. From then on 400 new connections
# are opened, 20 ms apart. Eight seconds later the transfers are told to end. One is whole if both its streams
# arrive to their end with the right SHA-256; stalled if nothing arrives for a minute.
#
# midstream     two nodes with delivery: shared-mac, commit: strict and detect: 400ms, which edit every message. Transfers
#               that do not count pass both first; then all buckets are moved to the node that dies, in turn the
#               coordinator and its peer
# haproxy       HAProxy in mode tcp on both, which edits nothing; keepalived, and conntrackd for the packet filter.
#               keepalived looks each second whether HAProxy listens
# router        the kernel forwards and translates the client's address; keepalived and conntrackd
# router-alone  the same without conntrackd
#
# keepalived: VRRP version 3, advert_int 0.1, nopreempt, both addresses in a group. conntrackd: FTFW with its external
# cache, committed by keepalived, as in its example; the packet filter accepts nothing in mid-stream
# (nf_conntrack_tcp_loose 0). The files are in src/main/resources. Contestants that are not installed are skipped.
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -euo pipefail

home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/.mvn/find-tools.sh"
rounds=3
transfers=50
interval=50
contestants="midstream haproxy router router-alone"
events="process machine"
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --transfers) transfers=$2 ;;
    --interval) interval=$2 ;;
    --only) contestants=$2 ;;
    --events) events=$2 ;;
    *) fail "usage: bench/failover.sh [--rounds N] [--transfers N] [--interval MILLIS] [--only \"NAME ...\"] [--events \"EVENT ...\"]" ;;
  esac
  shift 2
done

# What contestant $1 needs.
tools() {
  case $1 in
    midstream) ;;
    haproxy) echo haproxy keepalived conntrackd nft ;;
    router) echo keepalived conntrackd nft ;;
    router-alone) echo keepalived nft ;;
    *) fail "bench/failover.sh: no such contestant: $1" ;;
  esac
}

present=
for contestant in $contestants; do
  missing=
  for tool in $(tools "$contestant"); do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  if [ -n "$missing" ]; then
    echo "bench/failover.sh: left out, not installed:$missing: $contestant" >&2
  else
    present="$present${present:+ }$contestant"
  fi
done

use_jdk
echo "# $(date -u +%F), commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), Linux $(uname -r | cut -d- -f1), $(nproc) cores," \
  "load $(cut -d' ' -f1 /proc/loadavg), $(dpkg-query -W -f '${Package} ${Version}, ' haproxy keepalived conntrackd 2>/dev/null || true)transfers $transfers, interval $interval ms"
"$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC "-Dmidstream.flags=$jvm_flags" \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" dev.midstream.bench.failover.Failover \
  "$rounds" "$transfers" "$interval" "$present" "$events"
