#!/bin/bash
# Compares a port without an engine, in both ways of receiving, with the kernel:
#
#   bench/port.sh [--rounds 5] [--seconds 4]
#
# Client, box and server each have a network namespace of their own. One connection runs in turn through kernel routing,
# a kernel bridge and the port. Prints medians, and each as a share of routing in the same run. Needs root, iproute2 and
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
. "$home/bench/spaces.sh"

# Sets contestant $1 up, which then forwards to $address.
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
    *) start_java "$box" dev.midstream.bench.port.BarePort in0 out0 "$1" ;;
  esac
}
leave() {
  case $1 in
    routing) ;;
    bridge) inside "$box" ip link del br0 ;;
    *)
      stop
      sed "s/^/$1 /" "$scratch/output" | grep -v ready >>"$scratch/counters" || true
      ;;
  esac
}

measure() {
  enter "$1"
  echo "$1 stream-128-KiB $(load stream "$address" 7000 "$seconds" 131072 16384 1 | cut -d " " -f 1)"
  echo "$1 stream-1-MiB $(load stream "$address" 7000 "$seconds" 1048576 16384 1 | cut -d " " -f 1)"
  load talk "$address" 7000 "$seconds" 100 | while read -r median high; do
    printf '%s round-trip-median %s\n%s round-trip-p99 %s\n' "$1" "$median" "$1" "$high"
  done
  leave "$1"
}

table() {
  local what who value base
  echo "| | routing | bridge | port, ring | port, recvmmsg |"
  echo "|---|---|---|---|---|"
  for what in stream-128-KiB stream-1-MiB round-trip-median round-trip-p99; do
    base=$(median routing "$what" 1)
    printf '| %s |' "$what"
    for who in routing bridge RING MESSAGES; do
      value=$(median "$who" "$what" 1)
      printf ' %s (%s) |' "$value" "$(awk -v a="$value" -v b="$base" 'BEGIN { printf "%.2f", a / b }')"
    done
    echo
  done
}

build
start_java "$server" dev.midstream.bench.port.Load serve 7000
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
