package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.engines.redirect.HeldPacket;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.wire.packet.PacketCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks that no node keeps anything of connections once all are over and their times have passed:
 * no connection, record, replica or list, no expectation, and no packet that waits.
 */
final class LeftOvers {
  /** What both ends have closed is kept for 240 s, by clocks that may be slow by 1/64. */
  static final long FORGOTTEN_MILLIS = 245_000;

  /** What is of connections. */
  private static final Set<Class<?>> OF_CONNECTIONS =
      Set.of(
          Connection.class,
          KeptRecord.class,
          ConnectionEnds.class,
          ExpectedConnection.class,
          PacketCopy.class,
          HeldPacket.class);

  /** What is of connections, or of buckets on the move, and is not public. */
  private static final Set<String> OF_BUCKETS_ON_THE_MOVE =
      Set.of("StayingBucket", "GivenBucket", "GoneOn", "KnownExpectation", "Last");

  /** What is of the last call of an agent, which is one at each engine. */
  private static final String LAST_CALL = "CallMark";

  /** The packages of what is outside of a node. */
  private static final List<String> OTHERS =
      List.of("dev.midstream.testkit.", "dev.midstream.worlds.", LeftOvers.class.getPackageName());

  private LeftOvers() {}

  /** What {@code machine} keeps of connections. */
  static List<String> of(Machine machine) {
    List<String> found = new ArrayList<>();
    for (WorkerEngines each : machine.all()) {
      each.engines()
          .forEachEngine((place, engine) -> {
            int connections = engine.connections() + engine.inheritedConnections();
            if (connections > 0 || engine.budget().usedBytes() > 0) {
              found.add("bucket " + place + ": connections=" + connections);
            }
          });
    }
    ReachableObjects all = new ReachableObjects(LeftOvers::isForeign, machine.parts());
    found.addAll(all.paths(each -> isOfConnections(each, all)));
    return found;
  }

  /** Checks all machines that run. */
  static void check(EngineCluster cluster) {
    for (Machine each : cluster.running()) {
      assertThat(of(each)).as("what %s keeps", each).isEmpty();
    }
  }

  private static boolean isOfConnections(Object object, ReachableObjects all) {
    Class<?> type = object.getClass();
    boolean isOctets = object instanceof byte[] || object instanceof Octets;
    return OF_CONNECTIONS.contains(type)
        || OF_BUCKETS_ON_THE_MOVE.contains(type.getSimpleName())
        || (isOctets && all.isElement(object));
  }

  /** What is outside of a node, what only the last call needed, and what the operator has said. */
  private static boolean isForeign(Object object) {
    String name = object.getClass().getName();
    return object instanceof Agent
        || object.getClass().getSimpleName().equals(LAST_CALL)
        || object instanceof EventSink
        || object instanceof Segment
        || object instanceof EngineConfiguration
        || OTHERS.stream().anyMatch(name::startsWith);
  }
}
