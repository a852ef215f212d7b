#!/bin/sh
# Compares `midstream rewrite` with pcap4j, tcprewrite and cp on a generated capture:
#
#   bench/offline.sh [--mebibytes 1024] [--rounds 3] [--directory /dev/shm]
#
# The directory needs room for three captures. Run it after ./mvnw verify, or after
# ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
# The launcher may have to build first, which must not be measured.
"$home/midstream" --version >/dev/null
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" dev.midstream.bench.offline.OfflineComparison \
  --midstream "$home/midstream" "$@"
