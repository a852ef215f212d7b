#!/bin/bash
# Compares Midstream, live and with its engine, with the kernel, with proxies, and with its own port alone:
#
#   bench/compare.sh [--rounds 5] [--seconds 4] [--warm-up 4] [--receive ring]
#                    [--only "haproxy bare bare-ring edit-16k edit-16k-ring"]
#
# Client, box and server each have a network namespace of their own. In every round each contestant forwards, in turn,
# one stream of 1 MiB writes for 3 s as soon as it has started, the same again, 16 and 64 streams of 128 KiB writes, round
# trips of 100 octets, and short connections of 100 octets each way, four at a time. Contestants that compile at run time
# do each of these for --warm-up seconds after the first stream, which do not count. The text has "Hello world" once in 16
# KiB, for edit-each once in 1,000 octets; grow-16k makes 37 octets of it. Round trips begin with one in which each
# direction has the text, and which does not count. Endpoints and proxies use the congestion control "reno": with "bbr" the
# sender's pacing would limit a stream. Prints medians and compares them with the goals.
#
# Names may have suffixes: -ring receives by the ring, whatever --receive names; -two has two workers; -spin never sleeps;
# -launched is started by ./midstream, with its AOT cache; -ipv6 is over IPv6. The fast path is on for fast,
# which has no rule, for early, which has none either and passes all from its first packet, and for settled, which edits
# the first text of each direction, and off for all others. Every figure goes to bench/target/compare.txt.
#
# Needs root, iproute2, util-linux, and for the whole table haproxy, nginx with libnginx-mod-stream, and netsed.
# Contestants that are not installed are skipped. Run it after ./mvnw verify, or after
# ./mvnw -pl bench -am package -DskipTests.
set -euo pipefail

home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
. "$home/.mvn/find-tools.sh"
rounds=5
seconds=4
warm_up=4
receive=messages
contestants="routing bridge haproxy nginx netsed bare fast early settled no-rule pass no-match edit-16k edit-each grow-16k"
contestants+=" no-rule-two no-match-two no-match-spin no-rule-launched no-match-launched grow-16k-launched"
contestants+=" bridge-ipv6 haproxy-ipv6 fast-ipv6 no-match-ipv6"
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --warm-up) warm_up=$2 ;;
    --receive) receive=$2 ;;
    --only) contestants=$2 ;;
    *) fail "usage: bench/compare.sh [--rounds N] [--seconds N] [--warm-up N] [--receive WAY] [--only \"NAME ...\"]" ;;
  esac
  shift 2
done
. "$home/bench/spaces.sh"
disciplines="first stream sixteen streams median p99 connections box-cpu all-cpu resident"

is_there() {
  case $1 in
    haproxy | netsed) command -v "$1" >/dev/null ;;
    nginx) [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] ;;
  esac
}

# Starts Midstream with the rules in $1. The agents of this module are among the others, unless ./midstream starts it. $2
# is the fast path: off.
start_midstream() {
  printf 'port: { kind: afpacket, inside: in0, outside: out0, receive: %s }\nworkers: %s\nidle: %s\n' \
    "$way" "$workers" "$idle" >"$scratch/midstream.yaml"
  printf 'fast-path: %s\nrules: %s\n' "${2:-off}" "$1" >>"$scratch/midstream.yaml"
  if [ -n "$launched" ]; then
    start "$box" "$home/midstream" run --config "$scratch/midstream.yaml"
    await grep -q ready "$scratch/output"
  else
    start_java "$box" dev.midstream.gateway.Midstream run --config "$scratch/midstream.yaml"
  fi
}
rule() { printf '[ { name: measured, match: { destination-port: 7000 }, agent: %s } ]' "$1"; }
replacing() {
  local edit="[ { find: \"$1\", replace: \"${3:-Hi there}\"${2:-} } ]"
  rule "substitute, settings: { client-to-server: $edit, server-to-client: $edit }"
}

listens() { inside "$box" ss -Hltn sport = :7001 | grep -q .; }

# Reads the suffixes of contestant $1, and leaves its $name.
read_name() {
  name=$1 way=$receive workers=1 idle=block launched= proxy=10.2.0.254 address=10.1.0.2 behind=10.3.0.2
  while :; do
    case $name in
      *-ring) way=ring ;;
      *-two) workers=2 ;;
      *-spin) idle=spin ;;
      *-launched) launched=1 ;;
      *-ipv6) proxy=fd00:2::254 address=fd00:1::2 behind=[fd00:3::2] ;;
      *) break ;;
    esac
    name=${name%-*}
  done
}

# Sets contestant $1 up, which then forwards to $address and $port. The box's process, if there is one, is $started. One
# that $compiles at run time is warmed up.
enter() {
  read_name "$1"
  port=7000 mark=16384 started= compiles=1
  case $name in routing | bridge | haproxy | nginx | netsed) compiles= ;; esac
  case $name in
    routing) address=${behind//[\[\]]/} ;;
    bridge)
      inside "$box" ip link add name br0 type bridge
      inside "$box" ip link set in0 master br0
      inside "$box" ip link set out0 master br0
      inside "$box" ip link set br0 up
      ;;
    haproxy)
      printf '%s\n' 'global' ' nbthread 1' ' maxconn 4000' 'defaults' ' mode tcp' ' timeout connect 5s' \
        ' timeout client 60s' ' timeout server 60s' 'listen measured' ' bind :::7001 v4v6' " server there $behind:7000" \
        >"$scratch/haproxy.cfg"
      start "$box" haproxy -db -f "$scratch/haproxy.cfg"
      ;;
    nginx)
      printf '%s\n' 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;' 'daemon off; master_process off;' \
        "pid $scratch/nginx.pid; error_log stderr;" 'events { worker_connections 8000; }' \
        "stream { server { listen [::]:7001 ipv6only=off; proxy_pass $behind:7000; } }" >"$scratch/nginx.conf"
      start "$box" nginx -p "$scratch" -c "$scratch/nginx.conf"
      ;;
    netsed) start "$box" netsed tcp 7001 10.3.0.2 7000 's/Hello%20world/Hi%20there' ;;
    bare) start_java "$box" dev.midstream.bench.port.BarePort in0 out0 "${way^^}" ;;
    fast) start_midstream '[]' require ;;
    early) start_midstream '[]' '{ mode: require, pass-early: true }' ;;
    settled) start_midstream "$(replacing "Hello world" ", limit: 1")" require ;;
    no-rule) start_midstream '[]' ;;
    pass) start_midstream "$(rule pass)" ;;
    no-match) start_midstream "$(replacing "never there")" ;;
    edit-16k) start_midstream "$(replacing "Hello world")" ;;
    grow-16k) start_midstream "$(replacing "Hello world" "" "Hello world, and a bit more than that")" ;;
    edit-each) mark=1000 && start_midstream "$(replacing "Hello world")" ;;
    *) fail "bench/compare.sh: no such contestant: $1" ;;
  esac
  case $name in haproxy | nginx | netsed) address=$proxy port=7001 && await listens ;; esac
}
leave() {
  case $name in
    routing) ;;
    bridge) inside "$box" ip link del br0 ;;
    *) stop ;;
  esac
}

# Processor time in hundredths of a second: of the box's process, and of the whole machine.
box_ticks() { if [ -n "$started" ]; then awk '{ print $14 + $15 }' "/proc/$started/stat"; else echo 0; fi; }
all_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }
per_gigabyte() { awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN { printf "%.3f", (b - a) / 100 / (c / 1e9) }'; }

# Measures contestant $1 under all loads in turn. The subshell ends what it started, also on failure.
measure() (
  local box0 all0 rate bytes median high failed
  name= started=
  trap leave EXIT
  enter "$1"
  read -r rate bytes < <(load stream "$address" "$port" 3 1048576 "$mark" 1) || exit 1
  echo "$1 first $rate"
  if [ -n "$compiles" ]; then
    load stream "$address" "$port" "$warm_up" 131072 "$mark" 64 >/dev/null
    load talk "$address" "$port" "$warm_up" 100 >/dev/null
    load connect "$address" "$port" "$warm_up" 100 4 >/dev/null
  fi
  load stream "$address" "$port" "$warm_up" 1048576 "$mark" 1 >/dev/null
  box0=$(box_ticks) all0=$(all_ticks)
  read -r rate bytes < <(load stream "$address" "$port" "$seconds" 1048576 "$mark" 1) || exit 1
  echo "$1 stream $rate"
  echo "$1 box-cpu $(per_gigabyte "$box0" "$(box_ticks)" "$bytes")"
  echo "$1 all-cpu $(per_gigabyte "$all0" "$(all_ticks)" "$bytes")"
  read -r rate bytes < <(load stream "$address" "$port" "$seconds" 131072 "$mark" 16) || exit 1
  echo "$1 sixteen $rate"
  read -r rate bytes < <(load stream "$address" "$port" "$seconds" 131072 "$mark" 64) || exit 1
  echo "$1 streams $rate"
  read -r median high < <(load talk "$address" "$port" "$seconds" 100) || exit 1
  printf '%s median %s\n%s p99 %s\n' "$1" "$median" "$1" "$high"
  read -r rate failed < <(load connect "$address" "$port" "$seconds" 100 4) || exit 1
  printf '%s connections %s\n%s failed %s\n' "$1" "$rate" "$1" "$failed"
  [ -z "$started" ] || awk -v who="$1" '/VmHWM/ { print who, "resident", $2 / 1024 }' "/proc/$started/status"
)

table() {
  local who what
  echo "| | first 3 s, Gbit/s | one stream | 16 streams | 64 streams | round trip p50, µs | p99, µs | connections/s | box CPU s/GB | machine CPU s/GB | resident MiB |"
  echo "|---|---|---|---|---|---|---|---|---|---|---|"
  for who in $contestants; do
    printf '| %s |' "$who"
    for what in $disciplines; do printf ' %s |' "$(median "$who" "$what" 2)"; done
    echo
  done
}

# The lowest and the highest figure of all rounds.
spread() {
  local who what
  echo "| | first 3 s, Gbit/s | one stream | 16 streams | 64 streams | round trip p50, µs | p99, µs | connections/s | box CPU s/GB |"
  echo "|---|---|---|---|---|---|---|---|---|"
  for who in $contestants; do
    printf '| %s |' "$who"
    for what in first stream sixteen streams median p99 connections box-cpu; do printf ' %s |' "$(range "$who" "$what")"; done
    echo
  done
}

# The circumstances of the figures.
head_line() {
  local commit versions
  commit=$(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown)
  versions=$(dpkg-query -W -f '${Package} ${Version}, ' haproxy nginx netsed 2>/dev/null || true)
  echo "# commit $commit, rounds $rounds, seconds $seconds, warm-up $warm_up, receive $receive"
  echo "# $(date -u +%F), Linux $(uname -r | cut -d- -f1), $(nproc) cores, ${versions}$("$JAVA_HOME/bin/java" --version | head -n 1)"
  echo "# contestant, what, figure, round: stream and streams in Gbit/s, median and p99 in µs, connections per second,"
  echo "# failed ones in all, box-cpu and all-cpu in s/GB, resident in MiB"
}

# goal WHO WHAT RELATION FACTOR OTHER: WHO's figure against FACTOR times OTHER's. Nothing if one of them was not measured.
goal() {
  local figure other
  figure=$(median "$1" "$2" 4) other=$(median "$5" "$2" 4)
  [ -n "$figure" ] && [ -n "$other" ] || return 0
  awk -v who="$1" -v what="$2" -v how="$3" -v factor="$4" -v other="$5" -v a="$figure" -v b="$other" 'BEGIN {
    ratio = b > 0 ? a / b : 0
    met = (how == ">=" ? ratio >= factor : ratio <= factor) ? "met" : "**missed**"
    printf "| %s, %s | %s %.2f × %s | %.2f | %s |\n", who, what, how == ">=" ? "≥" : "≤", factor, other, ratio, met
  }'
}

# within WHO WHAT LIMIT UNIT [OTHER]: WHO's figure is at most LIMIT, or LIMIT more than OTHER's.
within() {
  local figure other=0
  figure=$(median "$1" "$2" 4)
  [ -z "${5-}" ] || other=$(median "$5" "$2" 4)
  [ -n "$figure" ] && [ -n "$other" ] || return 0
  awk -v who="$1" -v what="$2" -v limit="$3" -v unit="$4" -v than="${5-}" -v a="$figure" -v b="$other" 'BEGIN {
    met = a - b <= limit + 0 ? "met" : "**missed**"
    if (than == "") printf "| %s, %s | ≤ %s %s | %.3f | %s |\n", who, what, limit, unit, a, met
    else printf "| %s, %s | ≤ %s + %s %s | %+.1f %s | %s |\n", who, what, than, limit, unit, a - b, unit, met
  }'
}

goals() {
  local who
  echo "| | goal | ratio | |"
  echo "|---|---|---|---|"
  goal fast stream ">=" 0.95 bridge
  goal fast-ipv6 stream ">=" 0.95 bridge-ipv6
  goal fast streams ">=" 0.95 bridge
  goal settled stream ">=" 0.9 bridge
  goal early connections ">=" 0.95 bridge
  goal no-rule stream ">=" 0.9 bare
  goal no-rule stream ">=" 1.8 haproxy
  goal pass stream ">=" 0.7 bare
  goal pass stream ">=" 1.1 haproxy
  goal no-match stream ">=" 1.5 haproxy
  goal no-match-ipv6 stream ">=" 1.5 haproxy-ipv6
  goal grow-16k stream ">=" 1.2 haproxy
  goal edit-16k stream ">=" 1.0 haproxy
  for who in no-rule no-match grow-16k; do
    goal "$who" sixteen ">=" 1.0 haproxy
    goal "$who" streams ">=" 1.0 haproxy
  done
  for who in no-match edit-16k; do
    goal "$who" stream ">=" 5 netsed
  done
  for who in no-rule pass no-match edit-16k; do
    goal "$who" p99 "<=" 1.0 haproxy
    goal "$who" connections ">=" 0.9 bare
    goal "$who" box-cpu "<=" 1.0 haproxy
    goal "$who" all-cpu "<=" 1.0 haproxy
  done
  for who in no-rule no-match edit-16k grow-16k; do
    goal "$who" connections ">=" 1.0 haproxy
  done
  goal grow-16k p99 "<=" 1.0 haproxy
  goal grow-16k box-cpu "<=" 1.0 haproxy
  for who in no-rule pass no-match edit-16k; do
    within "$who" median 5 µs bare
  done
  within fast median 3 µs bridge
  within fast-ipv6 median 3 µs bridge-ipv6
  within fast box-cpu 0.02 s/GB
  within settled box-cpu 0.02 s/GB
}

for tool in haproxy nginx netsed; do
  if ! is_there "$tool" && [[ " $contestants " == *" $tool "* ]]; then
    echo "bench/compare.sh: left out, not installed: $tool" >&2
    contestants=" $contestants "
    contestants=${contestants/ $tool / }
  fi
done
build
for space in "$client" "$box" "$server"; do
  inside "$space" sh -c 'echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range'
  inside "$space" sh -c 'echo reno >/proc/sys/net/ipv4/tcp_congestion_control'
done
start_java "$server" dev.midstream.bench.port.Load serve 7000
: >"$scratch/results"
for round in $(seq "$rounds"); do
  for contestant in $contestants; do
    measure "$contestant" | sed "s/\$/ $round/" | tee -a "$scratch/results" >&2 \
      || echo "bench/compare.sh: not measured to its end: $contestant, round $round" >&2
  done
done
{ head_line; cat "$scratch/results"; } >"$home/bench/target/compare.txt"
table
echo
spread
echo
goals
