#!/bin/sh
# Measures the round trip of a record between two nodes, over a bare connection with TLS and over the carrier in turn:
#
#   bench/carrier.sh [ROUNDS]
#
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests. As root on a machine that other programs
# use, chrt -f 1 bench/carrier.sh measures in spite of them, and stops them meanwhile.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -cp "$home/bench/target/classes:$home/bench/target/lib/*" \
  dev.midstream.bench.carrier.CarrierRoundTrip "$@"
