#!/bin/sh
# JMH with every benchmark of this module; arguments are JMH's own, such as: bench/jmh.sh EngineBenchmark -prof gc
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" org.openjdk.jmh.Main "$@"
