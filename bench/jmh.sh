#!/bin/sh
# Runs the benchmarks of this module with JMH. Arguments are JMH's, for example: bench/jmh.sh EngineBenchmark -prof gc
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" org.openjdk.jmh.Main "$@"
