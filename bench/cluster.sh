#!/bin/sh
# Measures a cluster of real nodes, each in a network namespace of its own (needs root and iproute2):
#
#   bench/cluster.sh kills 10     kill -9 of a node of three, ten times: how long its streams stand still from the moment
#                                 at which the kernel closes its sockets; a third argument is the number of streams, 24
#   bench/cluster.sh hosts 10     all links of a node are cut instead
#   bench/cluster.sh moves 20     the bucket of a stream with two messages a millisecond is moved by an order
#   bench/cluster.sh modes 7      the round trip of 100 octets with each commit mode, in turn, against the raw round trip
#                                 between two nodes in the same round
#   bench/cluster.sh records 1000 the records, and their octets, of 1,000 connections and 1,000 edits; then how many records a
#                                 second two nodes keep up with, with strict and on-change: about 8 minutes
#   bench/cluster.sh flood 200000 so many SYNs, which match a rule with an agent, and which nothing answers: what is written
#                                 of them, and what the nodes send each other, beside a time with nothing
#
# Each says which goals are met. The nodes have the JVM flags of the launcher.
# Run it after ./mvnw verify, or after ./mvnw -pl bench -am package -DskipTests.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/.mvn/find-tools.sh"
use_jdk
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC "-Dmidstream.flags=$jvm_flags" \
  -cp "$home/bench/target/classes:$home/bench/target/lib/*" dev.midstream.bench.cluster.ClusterFigures "$@"
