#!/bin/sh
# Measures what hostile ends cost: the most expensive packet of each attack on a connection, beside an ordinary one, and
# the memory that other attacks take. It fails if a packet costs more than 20 times as much as an ordinary one, more
# than an ordinary one for each packet that leaves for it, and more than one for each 15 edits that it covers. The JVM gets the launcher's flags. Run it after ./mvnw
# verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1)"
for program in engine.WorstPacket heap.AttackMemory; do
  # shellcheck disable=SC2086 # flags are words
  "$JAVA_HOME/bin/java" $jvm_flags -Dio.netty.leakDetection.level=disabled \
    -cp "$home/bench/target/classes:$home/bench/target/lib/*" "dev.midstream.bench.$program"
done
