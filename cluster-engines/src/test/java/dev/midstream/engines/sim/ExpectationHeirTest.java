package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver.Place;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Expected connections that another node has opened, when that or the one that expects dies. */
class ExpectationHeirTest extends ExpectationStories {
  /** Kills a machine when the SYN of the connection to {@code port} leaves it. */
  private static void killAtSyn(ClusterStory story, Machine machine, int port) {
    SegmentReader view = new SegmentReader();
    story.network.observe((place, leg, packet, nowNanos) -> {
      if (place == Place.OUT_OF_BOX
          && view.read(packet)
          && view.isSyn()
          && view.destinationPort() == port) {
        story.cluster.at(nowNanos, () -> story.cluster.kill(machine));
      }
    });
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"STRICT", "ON_CHANGE"})
  @DisplayName("what another node has opened is not expected by the heir")
  void heirExpectsNothingThatWasMet(CommitMode mode) {
    ClusterStory story = story(4, 1, mode).whole();
    Machine owner = story.ownerOf(CONTROL);
    int port = portAt(story, other(story, owner, story.heirOf(CONTROL)), 2_000);
    control(story, port);
    story.run(200);
    open(story, port);
    story.run(500);
    story.cluster.kill(owner);
    story.awaitWithin(20_000, story::isWhole);
    open(story, Ends.IPV4.withPorts(DATA_CLIENT_PORT + 1, port), UnaryOperator.identity());
    story.finishWithin(20_000);
  }

  /** A port whose connections another machine owns, with a backup that is not the owner. */
  private static int portElsewhere(ClusterStory story, Machine owner, Machine heir) {
    int port = portAt(story, other(story, owner, heir), 2_000);
    while (story.heirOf(data(port)) == owner) {
      port = portAt(story, other(story, owner, heir), port + 1);
    }
    return port;
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"STRICT", "ON_CHANGE"})
  @DisplayName("what another node opens when the owner has just died is not expected by the heir")
  void heirExpectsNothingThatWasMetSince(CommitMode mode) {
    ClusterStory story = story(4, 1, mode).whole();
    Machine owner = story.ownerOf(CONTROL);
    Machine heir = story.heirOf(CONTROL);
    int port = portElsewhere(story, owner, heir);
    control(story, port);
    story.run(200);
    story.cluster.kill(owner);
    open(story, port);
    story.awaitWithin(20_000, story::isWhole);
    assertThat(story.ownerOf(CONTROL)).isEqualTo(heir);
    open(story, Ends.IPV4.withPorts(DATA_CLIENT_PORT + 1, port), UnaryOperator.identity());
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("a SYN that only a dead node has seen is expected again, and no other")
  void heirExpectsAHalfOpenConnection() {
    ClusterStory story = story(4, 1, CommitMode.STRICT).whole();
    Machine owner = story.ownerOf(CONTROL);
    Machine first = other(story, owner);
    int port = portAt(story, first, 2_000);
    control(story, port);
    story.run(200);
    killAtSyn(story, first, port);
    open(story, port);
    story.awaitWithin(20_000, () -> !first.isRunning());
    story.awaitWithin(20_000, story::isWhole);
    assertThat(story.ownerOf(data(port))).isNotEqualTo(first);
    open(story, Ends.IPV4.withPorts(DATA_CLIENT_PORT + 1, port), UnaryOperator.identity());
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("what a connection expected that is lost with all its replicas is not expected")
  void expectsNothingOfALostConnection() {
    ClusterStory story = story(5, 1, CommitMode.STRICT).whole();
    Machine owner = story.ownerOf(CONTROL);
    Machine heir = story.heirOf(CONTROL);
    int port = portElsewhere(story, owner, heir);
    control(story, port);
    story.run(200);
    story.cluster.kill(owner);
    story.cluster.kill(heir);
    story.run(3_000);
    story.wantAll();
    story.awaitWithin(20_000, story::isWhole);

    open(story, data(port), UnaryOperator.identity());
    Transfer data = story.transfers.getLast();
    story.awaitWithin(20_000, data::isDone);
    data.check();
  }

  /** Writes no state, so that there is no record of its connections. */
  private static final class NoCodec implements StateCodec<Integer> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      throw new IllegalStateException("not written");
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      throw new IllegalStateException("not read");
    }
  }

  @Test
  @DisplayName("nor what one expected of which the heir of its bucket has no record")
  void expectsNothingOfAConnectionWithoutARecord() {
    ClusterStory story =
        story(4, 1, CommitMode.STRICT, counting().withCodec(new NoCodec())).whole();
    Machine owner = story.ownerOf(CONTROL);
    Machine heir = story.heirOf(CONTROL);
    int port = portElsewhere(story, owner, heir);
    control(story, port);
    story.run(200);
    story.cluster.kill(owner);
    story.awaitWithin(20_000, story::isWhole);
    assertThat(story.ownerOf(CONTROL)).isEqualTo(heir);

    open(story, data(port), UnaryOperator.identity());
    Transfer data = story.transfers.getLast();
    story.awaitWithin(20_000, data::isDone);
    data.check();
  }
}
