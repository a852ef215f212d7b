package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.StateCodec;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a planned move if one of its messages is lost. */
class MoveStoryTest {
  /** The packets of a bucket wait at its taker for this time at most. */
  private static final long MOST_MILLIS = 50;

  private static final int CONNECTIONS = 20;

  private final EngineStoryTest stories = new EngineStoryTest();

  @ParameterizedTest
  @ValueSource(
      classes = {
        ClusterMessage.Stopped.class,
        ClusterMessage.Receiving.class,
        ClusterMessage.Last.class
      })
  @DisplayName("HSI-4 a message of a move is lost once: it is said again, and no packet is lost")
  void saysAgain(Class<? extends ClusterMessage> kind) {
    ClusterStory story = EngineStoryTest.story(3, 1).whole();
    stories.begin(story);
    story.run(200);
    int bucket = story.bucketOf(stories.any(story));
    Machine taker = story.heirOf(stories.any(story));
    List<ClusterMessage> lost = new ArrayList<>();
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> lost.isEmpty() && kind.isInstance(message) && lost.add(message);
    story.cluster.input(taker, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> !lost.isEmpty());
    story.awaitWithin(MOST_MILLIS, () -> taker.mayEmit(bucket, story.cluster.now()));
    story.finishWithin(60_000);
    assertThat(story.network.lostFrames()).isZero();
  }

  @Test
  @DisplayName("HSI-4 a giver writes each connection once")
  void writesEachConnectionOnce() {
    AtomicInteger writes = new AtomicInteger();
    ClusterStory story =
        FailureMatrixTest.story(
                3,
                1,
                NoCopy.CONTINUE,
                ClusterStory.all(Texts.agent().withCodec(new CountingCodec(writes))))
            .whole();
    IntStream.range(0, CONNECTIONS).forEach(i -> story.transfer(silent(40_000 + i)));
    story.run(500); // they are not parked yet
    int bucket = story.bucketOf(stories.any(story));
    long connections =
        story.transfers.stream().filter(each -> story.bucketOf(each.ends) == bucket).count();
    Machine taker = story.heirOf(stories.any(story));
    List<Integer> counts = new ArrayList<>();
    var stops = story.cluster.staying.stops;
    story.cluster.staying.stops =
        (machine, stop) -> {
          stops.accept(machine, stop);
          counts.add(writes.get());
        };
    var openings = story.cluster.openings;
    story.cluster.openings =
        (machine, open) -> {
          openings.accept(machine, open);
          counts.add(writes.get());
        };
    story.cluster.input(taker, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> taker.mayEmit(bucket, story.cluster.now()));
    assertThat(counts).hasSize(2);
    assertThat(counts.getLast() - counts.getFirst()).isEqualTo((int) connections);
    story.finishWithin(60_000);
  }

  private static Transfer silent(int port) {
    Ends ends = Ends.IPV4.withPorts(port, 80);
    return new Transfer(ends, EndpointOptions.MODERN, silent(), silent(), Texts::edited);
  }

  private static Application silent() {
    return new Application()
        .write(Texts.drawn(SeededRounds.generator(1), 1_000))
        .pause(10_000 * EngineCluster.MILLI)
        .write(Texts.drawn(SeededRounds.generator(2), 1_000))
        .close();
  }

  /** Counts how often a state is written. */
  private record CountingCodec(AtomicInteger writes) implements StateCodec<Integer> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      writes.incrementAndGet();
      return new byte[] {(byte) (int) state};
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return (int) octets[0];
    }
  }
}
