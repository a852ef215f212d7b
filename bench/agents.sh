#!/bin/bash
# Compares live transfers through the agents of HTTP and SMTP with the same through an agent that passes every octet:
#
#   bench/agents.sh [--rounds 5] [--seconds 5] [--warm-up 5]
#
# Client, box and server each have a network namespace of their own. In every round each transfer goes in turn through
# its agent and through the one that passes: a download with a counted body, one with chunks of 8 KiB, and the text of a
# mail after DATA. Each is warmed up first. The fast path is off: a passing agent's stream would be the kernel's. Prints medians of the rate and of the box's processor time, their ratios and
# the goals. Every figure goes to bench/target/agents.txt. Needs root, iproute2 and util-linux. Run it after
# ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -euo pipefail

home=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/.mvn/find-tools.sh"
rounds=5
seconds=5
warm_up=5
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --warm-up) warm_up=$2 ;;
    *) fail "usage: bench/agents.sh [--rounds N] [--seconds N] [--warm-up N]" ;;
  esac
  shift 2
done
. "$home/bench/spaces.sh"

transfer() {
  case $1 in
    mail) load mail 10.1.0.2 7025 "$2" 1048576 ;;
    *) load download 10.1.0.2 7080 "$2" "$1" ;;
  esac
}
box_ticks() { awk '{ print $14 + $15 }' "/proc/$started/stat"; }

# Measures transfer $1 through agent $2.
measure() (
  local ticks rate bytes
  trap stop EXIT
  printf '%s\n' 'port: { kind: afpacket, inside: in0, outside: out0 }' 'workers: 1' 'fast-path: off' 'rules:' \
    "  - { name: web, match: { destination-port: 7080 }, agent: $2 }" \
    "  - { name: mail, match: { destination-port: 7025 }, agent: $2 }" >"$scratch/midstream.yaml"
  start_java "$box" dev.midstream.gateway.Midstream run --config "$scratch/midstream.yaml"
  transfer "$1" "$warm_up" >/dev/null
  ticks=$(box_ticks)
  read -r rate bytes < <(transfer "$1" "$seconds") || exit 1
  awk -v who="$1-$2" -v rate="$rate" -v bytes="$bytes" -v ticks="$(($(box_ticks) - ticks))" \
    'BEGIN { printf "%s rate %s\n%s box-cpu %.3f\n", who, rate, who, ticks / 100 / (bytes / 1e9) }'
)

# A line of the table: transfer $1 through agent $2, against the goal $3.
row() {
  awk -v what="$1" -v goal="$3" -v a="$(median "$1-$2" rate 3)" -v b="$(median "$1-pass" rate 3)" \
    -v c="$(median "$1-$2" box-cpu 3)" -v d="$(median "$1-pass" box-cpu 3)" 'BEGIN {
      printf "| %s | %.2f / %.2f | %.2f | %s, %s | %.3f / %.3f |\n", what, a, b, a / b, goal,
        (a / b >= goal ? "met" : "**missed**"), c, d }'
}

build
start_java "$server" dev.midstream.bench.port.Load serve 7080
start_java "$server" dev.midstream.bench.port.Load serve-mail 7025
for space in "$client" "$server"; do
  inside "$space" sh -c 'echo reno >/proc/sys/net/ipv4/tcp_congestion_control'
done
: >"$scratch/results"
for round in $(seq "$rounds"); do
  for pair in counted:http chunked:http mail:smtp; do
    for agent in "${pair#*:}" pass; do
      measure "${pair%:*}" "$agent" | sed "s/\$/ $round/" | tee -a "$scratch/results" >&2
    done
  done
done
{
  echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $(uname -sr)," \
    "$(nproc) cores, rounds $rounds, seconds $seconds, warm-up $warm_up"
  echo "# transfer-agent, what, figure, round: rate in Gbit/s, box-cpu in s/GB"
  cat "$scratch/results"
} >"$home/bench/target/agents.txt"
echo "| transfer | Gbit/s: agent / passing agent | ratio | goal | box CPU s/GB: agent / passing agent |"
echo "|---|---|---|---|---|"
row counted http 0.95
row chunked http 0.85
row mail smtp 0.85
