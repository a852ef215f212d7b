package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Two streams through the cluster, and what must arrive of them. */
final class Transfer {
  final Ends ends;
  private final EndpointOptions options;
  private final Application client;
  private final Application server;
  private final UnaryOperator<byte[]> edits;
  private @Nullable Conversation talk;

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

  private static void check(TcpEndpoint end) {
    assertThat(end.ending()).as(() -> "" + end).isEqualTo(Ending.CLOSED);
    assertThat(end.counters().get(Counter.CONFLICTS)).as(() -> "conflicts " + end).isZero();
  }
}
