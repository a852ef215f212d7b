# Network namespaces for measurements, in a row: client - box - server. Sourced by the scripts of this directory, which
# set $home and source .mvn/find-tools.sh first. Needs root, iproute2 and util-linux.

unshare -n true 2>/dev/null || fail "$0: network namespaces are not permitted here; run it as root"
use_jdk

scratch=$(mktemp -d)
children=()
cleanup() {
  kill "${children[@]}" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# Makes a namespace. It lives as long as the process that sleeps in it, whose id is left in $space.
make_namespace() {
  unshare -n sleep infinity &
  children+=($!)
  space=$!
  until [ "$(readlink "/proc/$space/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  inside "$space" ip link set lo up
}
inside() { local pid=$1; shift; nsenter --net="/proc/$pid/ns/net" -- "$@"; }

# Adds a veth pair: interface $2 of namespace $1 and interface $4 of namespace $3.
add_veth() {
  inside "$1" ip link add name "$2" type veth peer name "$4" netns "$3"
  inside "$1" ip link set "$2" up
  inside "$3" ip link set "$4" up
}

# Starts a program in namespace $1. Its process id is left in $started, its output in $scratch/output.
start() {
  local pid=$1
  shift
  : >"$scratch/output"
  nsenter --net="/proc/$pid/ns/net" -- "$@" >"$scratch/output" 2>&1 &
  started=$!
  children+=("$started")
}

# Waits until a command succeeds. Fails if the program started last ends before.
await() {
  until "$@" >/dev/null 2>&1; do
    kill -0 "$started" 2>/dev/null || fail "$0: it does not start: $(cat "$scratch/output")"
    sleep 0.05
  done
}

# Starts a main class of this module in namespace $1 and waits until it prints "ready".
start_java() {
  local pid=$1
  shift
  # shellcheck disable=SC2086 # flags are words
  start "$pid" "$JAVA_HOME/bin/java" $jvm_flags -cp "$home/bench/target/classes:$home/bench/target/lib/*" "$@"
  await grep -q ready "$scratch/output"
}

# Ends the program started last.
stop() {
  kill "$started" 2>/dev/null || true
  wait "$started" 2>/dev/null || true
}

# Runs the client, which prints what it measured.
load() {
  inside "$client" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$home/bench/target/classes" \
    dev.midstream.bench.port.Load "$@"
}

# Makes two networks: routing needs addresses on the box, a bridge must have none.
build() {
  make_namespace; client=$space
  make_namespace; box=$space
  make_namespace; server=$space
  add_veth "$box" in0 "$client" c0
  add_veth "$box" out0 "$server" s0
  add_veth "$box" in1 "$client" c1
  add_veth "$box" out1 "$server" s1
  inside "$client" ip addr add 10.1.0.1/24 dev c0
  inside "$server" ip addr add 10.1.0.2/24 dev s0
  inside "$client" ip addr add 10.2.0.1/24 dev c1
  inside "$box" ip addr add 10.2.0.254/24 dev in1
  inside "$box" ip addr add 10.3.0.254/24 dev out1
  inside "$server" ip addr add 10.3.0.2/24 dev s1
  inside "$client" ip route add 10.3.0.0/24 via 10.2.0.254
  inside "$server" ip route add 10.2.0.0/24 via 10.3.0.254
  inside "$client" ip addr add fd00:1::1/64 dev c0 nodad
  inside "$server" ip addr add fd00:1::2/64 dev s0 nodad
  inside "$client" ip addr add fd00:2::1/64 dev c1 nodad
  inside "$box" ip addr add fd00:2::254/64 dev in1 nodad
  inside "$box" ip addr add fd00:3::254/64 dev out1 nodad
  inside "$server" ip addr add fd00:3::2/64 dev s1 nodad
  inside "$client" ip route add fd00:3::/64 via fd00:2::254
  inside "$server" ip route add fd00:2::/64 via fd00:3::254
  inside "$box" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
}

# The median of the figures of contestant $1 for discipline $2, with $3 decimals.
median() {
  awk -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$scratch/results" | sort -n \
    | awk -v decimals="$3" '{ v[NR] = $1 }
        END { if (NR) printf "%.*f", decimals, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# The lowest and the highest of the same figures.
range() {
  awk -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$scratch/results" | sort -n \
    | awk '{ v[NR] = $1 } END { if (NR) printf "%s to %s", v[1], v[NR] }'
}
