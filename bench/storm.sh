#!/bin/sh
# Opens inspected connections at a constant rate, in real time, until there are as many as the first argument says, and
# prints the pauses of the collector, how late packets were served, and the heap that stays:
#
#   bench/storm.sh [CONNECTIONS [RATE [PARK_MILLIS]]]
#
# They are 1000000, 12000 and 2000 if absent. The JVM gets the launcher's flags, of which MIDSTREAM_COLLECTOR chooses the
# collector: Serial, G1 or Z. Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1)," \
  "collector: ${MIDSTREAM_COLLECTOR:-Serial}, arguments: $*"
# shellcheck disable=SC2086 # flags are words
exec "$JAVA_HOME/bin/java" $jvm_flags -cp "$home/bench/target/classes:$home/bench/target/lib/*" \
  dev.midstream.bench.storm.ConnectionStorm "$@"
