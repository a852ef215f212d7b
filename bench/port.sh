#!/bin/bash
# Compares a port with no engine behind it, in both ways it can receive, with what the kernel does itself:
#
#   bench/port.sh [--rounds 5] [--seconds 4]
#
# One connection, client - box - server in network name spaces of their own, in turn through kernel routing, a kernel
# bridge, and the port. Prints medians, and each as a share of routing in the same run. Needs root, iproute2 and
# util-linux. Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -euo pipefail

home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/.mvn/find-tools.sh"
rounds=5
seconds=4
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    *) fail "usage: bench/port.sh [--rounds N] [--seconds N]" ;;
  esac
  shift 2
done
use_jdk
unshare -n true 2>/dev/null || fail "bench/port.sh: network name spaces are not allowed here; run it as root"

scratch=$(mktemp -d)
children=()
cleanup() {
  kill "${children[@]}" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# A name space lives as long as the process that sleeps in it; its id is that process's.
name_space() {
  unshare -n sleep infinity &
  children+=($!)
  space=$!
  until [ "$(readlink "/proc/$space/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  inside "$space" ip link set lo up
}
inside() { local pid=$1; shift; nsenter --net="/proc/$pid/ns/net" -- "$@"; }

# Joins interface $2 of name space $1 and interface $4 of name space $3.
wire() {
  inside "$1" ip link add name "$2" type veth peer name "$4" netns "$3"
  inside "$1" ip link set "$2" up
  inside "$3" ip link set "$4" up
}

# Starts a program that says "ready" in name space $1; its process id is left in $started.
start() {
  local pid=$1
  shift
  : >"$scratch/said"
  nsenter --net="/proc/$pid/ns/net" -- \
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:MaxInlineLevel=30 \
    -cp "$home/bench/target/classes:$home/bench/target/lib/*" "$@" >"$scratch/said" 2>&1 &
  started=$!
  children+=("$started")
  until grep -q ready "$scratch/said"; do
    kill -0 "$started" 2>/dev/null || fail "bench/port.sh: $1 does not start: $(cat "$scratch/said")"
    sleep 0.05
  done
}

# Two networks, since routing wants addresses where a bridge wants none.
build() {
  name_space; client=$space
  name_space; box=$space
  name_space; server=$space
  wire "$box" in0 "$client" c0
  wire "$box" out0 "$server" s0
  wire "$box" in1 "$client" c1
  wire "$box" out1 "$server" s1
  inside "$client" ip addr add 10.1.0.1/24 dev c0
  inside "$server" ip addr add 10.1.0.2/24 dev s0
  inside "$client" ip addr add 10.2.0.1/24 dev c1
  inside "$box" ip addr add 10.2.0.254/24 dev in1
  inside "$box" ip addr add 10.3.0.254/24 dev out1
  inside "$server" ip addr add 10.3.0.2/24 dev s1
  inside "$client" ip route add 10.3.0.0/24 via 10.2.0.254
  inside "$server" ip route add 10.2.0.0/24 via 10.3.0.254
  inside "$box" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# Makes contestant $1 carry the traffic to $address.
enter() {
  address=10.1.0.2
  case $1 in
    routing) address=10.3.0.2 ;;
    bridge)
      inside "$box" ip link add name br0 type bridge
      inside "$box" ip link set in0 master br0
      inside "$box" ip link set out0 master br0
      inside "$box" ip link set br0 up
      ;;
    *) start "$box" dev.midstream.bench.port.BarePort in0 out0 "$1" ;;
  esac
}
leave() {
  case $1 in
    routing) ;;
    bridge) inside "$box" ip link del br0 ;;
    *)
      kill "$started"
      wait "$started" 2>/dev/null || true
      sed "s/^/$1 /" "$scratch/said" | grep -v ready >>"$scratch/counters" || true
      ;;
  esac
}

load() { inside "$client" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$home/bench/target/classes" \
  dev.midstream.bench.port.Load "$@"; }

measure() {
  enter "$1"
  echo "$1 stream-128-KiB $(load stream "$address" 7000 "$seconds" 131072)"
  echo "$1 stream-1-MiB $(load stream "$address" 7000 "$seconds" 1048576)"
  load talk "$address" 7000 "$seconds" 100 | while read -r median high; do
    printf '%s round-trip-median %s\n%s round-trip-p99 %s\n' "$1" "$median" "$1" "$high"
  done
  leave "$1"
}

# The median of the figures of contestant $1 in discipline $2.
median() {
  awk -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$scratch/results" | sort -n \
    | awk '{ v[NR] = $1 } END { printf "%.1f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

table() {
  local what who value base
  echo "| | routing | bridge | port, ring | port, recvmmsg |"
  echo "|---|---|---|---|---|"
  for what in stream-128-KiB stream-1-MiB round-trip-median round-trip-p99; do
    base=$(median routing "$what")
    printf '| %s |' "$what"
    for who in routing bridge RING MESSAGES; do
      value=$(median "$who" "$what")
      printf ' %s (%s) |' "$value" "$(awk -v a="$value" -v b="$base" 'BEGIN { printf "%.2f", a / b }')"
    done
    echo
  done
}

build
start "$server" dev.midstream.bench.port.Load serve 7000
: >"$scratch/results" >"$scratch/counters"
for round in $(seq "$rounds"); do
  for contestant in routing bridge RING MESSAGES; do
    measure "$contestant" >"$scratch/last"
    tee -a "$scratch/results" <"$scratch/last" >&2
  done
done
echo "Gbit/s of one stream by length of its writes; microseconds of a round trip of 100 octets; in brackets the share of routing."
table
cat "$scratch/counters" >&2
