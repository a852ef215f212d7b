package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Two streams through the cluster, and what must arrive of them. */
final class Transfer {
  /** Why an engine resets a connection of which the engine before it had written too little. */
  private static final Set<Reason> LOSSES =
      Set.of(
          Reason.TAKEOVER_LOST_DECISIONS,
          Reason.TAKEOVER_UNSAFE_REPLAY,
          // The end of its opening is lost, too, so that it is forgotten after a while.
          Reason.MID_STREAM);

  final Ends ends;
  private final EndpointOptions options;
  private final Application client;
  private final Application server;
  private final UnaryOperator<byte[]> edits;
  private @Nullable Conversation talk;

  /** Whether the cluster lost the connection, so that nothing more is known of it. */
  boolean isLost;

  Transfer(
      Ends ends,
      EndpointOptions options,
      Application client,
      Application server,
      UnaryOperator<byte[]> edits) {
    this.ends = ends;
    this.options = options;
    this.client = client;
    this.server = server;
    this.edits = edits;
  }

  Transfer open(SimulatedNetwork network) {
    talk = network.open(ends, Party.opening(options, client), Party.waiting(options, server));
    return this;
  }

  Conversation talk() {
    return Objects.requireNonNull(talk);
  }

  boolean isDone() {
    return talk().isDone();
  }

  /** Both streams have arrived whole and edited, and nothing was reset. */
  void check() {
    check(talk().client());
    check(talk().server());
    new StreamOracle(edits, edits).checkComplete(talk());
  }

  /**
   * Neither stream is wrong, and both have arrived whole, unless one of the losses is reported.
   *
   * @return whether they have not arrived whole
   */
  boolean checkWeak(Set<Reason> reported) {
    new StreamOracle(edits, edits).checkSoFar(talk());
    if (talk().client().ending() == Ending.CLOSED && talk().server().ending() == Ending.CLOSED) {
      check();
      return false;
    }
    assertThat(reported).as(() -> "losses of\n" + talk()).containsAnyElementsOf(LOSSES);
    return true;
  }

  private static void check(TcpEndpoint end) {
    assertThat(end.ending()).as(() -> "" + end).isEqualTo(Ending.CLOSED);
    assertThat(end.counters().get(Counter.CONFLICTS)).as(() -> "conflicts " + end).isZero();
  }
}
