#!/bin/sh
# Compares downloads through the agent of HTTP with those through an agent that passes every octet. It fails if a counted
# one has less than 0.95 of the speed, or one of chunks of 8 KiB less than 0.85. The argument is the number of rounds.
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1)"
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" dev.midstream.bench.http.DownloadCost "$@"
