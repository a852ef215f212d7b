#!/bin/sh
# Compares what a segment costs the engines of several commits, in JVMs that take turns: processor time, medians, and
# ratios to the first. For example: bench/turns.sh PASS ../older . (scenario, then trees, each of them built by
# ./mvnw -pl bench -am package -DskipTests, as this one is). Three launches of each JVM.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
scenario=$1
shift
for tree in "$@"; do
  shift
  tree=$(CDPATH='' cd -- "$tree" && pwd)
  echo "# commit $(git -C "$tree" rev-parse --short HEAD 2>/dev/null || echo unknown)"
  set -- "$@" "$tree/bench/target/classes:$tree/bench/target/lib/*:$home/bench/target/classes"
done
border=-XX:CompileCommand=dontinline,dev.midstream.reassembly
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -XX:+UseSerialGC -XX:MaxInlineLevel=30 -XX:CompileCommand=quiet "$border.deliver.Inquiry::ask" \
  "$border.deliver.Delivery::accept" "$border.rewrite.HeaderRewrite::rewrite" \
  -cp "$home/bench/target/classes" dev.midstream.bench.engine.EngineTurns "$scenario" 3 "$@"
