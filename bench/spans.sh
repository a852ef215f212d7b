#!/bin/sh
# Compares a segment of opaque octets with one that an agent passes. It fails if one that is opaque for good costs more
# than 0.60 of a passed one, or one of spans of 8 KiB more than 0.75. Run it after ./mvnw verify, or after
# ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
echo "# commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date +%F), $(uname -sr)," \
  "$("$JAVA_HOME/bin/java" --version | head -n 1)"
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" dev.midstream.bench.engine.SpanCost
