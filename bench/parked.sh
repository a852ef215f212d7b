#!/bin/sh
# Measures packets of random parked connections: one by one, and after the records of a batch were read together.
# The arguments are the numbers of connections, of packets together and of rounds, 1000000, 32 and 1000 if absent:
#
#   bench/parked.sh [CONNECTIONS [TOGETHER [ROUNDS]]]
#
# The JVM gets the launcher's flags. Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1), load $(cut -d ' ' -f 1 /proc/loadavg)"
# shellcheck disable=SC2086 # flags are words
exec "$JAVA_HOME/bin/java" $jvm_flags -cp "$home/bench/target/classes:$home/bench/target/lib/*" \
  dev.midstream.bench.heap.ParkedPackets "$@"
