# Network name spaces for measurements: client - box - server, one after the other. Sourced by the scripts of this
# directory, which set $home and source .mvn/find-tools.sh first. Needs root, iproute2 and util-linux.

unshare -n true 2>/dev/null || fail "$0: network name spaces are not allowed here; run it as root"
use_jdk

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

# Starts a program in name space $1; its process id is left in $started, what it says in $scratch/said.
start() {
  local pid=$1
  shift
  : >"$scratch/said"
  nsenter --net="/proc/$pid/ns/net" -- "$@" >"$scratch/said" 2>&1 &
  started=$!
  children+=("$started")
}

# Waits until command $1 with its arguments succeeds, and ends everything if the program started last ends before.
await() {
  until "$@" >/dev/null 2>&1; do
    kill -0 "$started" 2>/dev/null || fail "$0: it does not start: $(cat "$scratch/said")"
    sleep 0.05
  done
}

# Starts a main class of this module that says "ready" in name space $1.
start_java() {
  local pid=$1
  shift
  # shellcheck disable=SC2086 # flags are words
  start "$pid" "$JAVA_HOME/bin/java" $jvm_flags -cp "$home/bench/target/classes:$home/bench/target/lib/*" "$@"
  await grep -q ready "$scratch/said"
}

# Ends the program started last.
stop() {
  kill "$started" 2>/dev/null || true
  wait "$started" 2>/dev/null || true
}

# The client: prints what it measured.
load() {
  inside "$client" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$home/bench/target/classes" \
    dev.midstream.bench.port.Load "$@"
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

# The median of the figures of contestant $1 in discipline $2, with $3 decimals.
median() {
  awk -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$scratch/results" | sort -n \
    | awk -v decimals="$3" '{ v[NR] = $1 }
        END { if (NR) printf "%.*f", decimals, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# The lowest and the highest of the figures that median takes.
range() {
  awk -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$scratch/results" | sort -n \
    | awk '{ v[NR] = $1 } END { if (NR) printf "%s to %s", v[1], v[NR] }'
}
