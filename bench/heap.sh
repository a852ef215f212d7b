#!/bin/sh
# Measures the heap of one connection: half-open, idle and ended, untouched and inspected. The argument is the number of
# connections, 100000 if absent:
#
#   bench/heap.sh [CONNECTIONS]
#
# The JVM gets the launcher's flags. Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1)"
# shellcheck disable=SC2086 # flags are words
exec "$JAVA_HOME/bin/java" $jvm_flags -cp "$home/bench/target/classes:$home/bench/target/lib/*" \
  dev.midstream.bench.heap.HeapMeasurement "$@"
