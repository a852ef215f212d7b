package dev.midstream.cluster.sim;

import static dev.midstream.cluster.sim.SimulatedCluster.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One short scene, again and again. Each time a node dies before it sends a message, in the middle
 * of what it does then: its first message, its second one, and so on. With {@code
 * -Dmidstream.each=1} that is each one; without, one of 19. With an even number the process would
 * begin again each time.
 */
@Tag("worlds")
class KillAtEachMessageTest {
  private static final int EACH = Integer.getInteger("midstream.each", 19);
  private static final long NEVER = Long.MAX_VALUE;
  private static final long SCENE_MILLIS = 700;

  /** What happens to a cluster. */
  enum Scene {
    REST(3, 1, 3, story -> {}),
    PAIR(2, 1, 2, story -> {}),
    FORMATION(3, 1, 0, story -> story.cluster.hosts.forEach(story.cluster::start)),
    JOIN(3, 1, 2, story -> story.cluster.start(story.host(2))),
    MOVE(3, 1, 3, KillAtEachMessageTest::move),
    DRAIN(3, 1, 3, story -> drain(story, story.host(1))),
    DRAIN_OF_COORDINATOR(3, 1, 3, story -> drain(story, story.host(0))),
    DRAINS(4, 1, 4, KillAtEachMessageTest::drainTwo),
    TAKEOVER(4, 2, 4, story -> story.cluster.kill(story.host(1))),
    COORDINATOR_DIES(4, 2, 4, story -> story.cluster.kill(story.host(0))),
    STOP(3, 1, 3, KillAtEachMessageTest::stop);

    final int hosts;
    final int copies;
    final int first;

    @SuppressWarnings("ImmutableEnumChecker") // functions of their argument that capture nothing
    final Consumer<Story> beside;

    Scene(int hosts, int copies, int first, Consumer<Story> beside) {
      this.hosts = hosts;
      this.copies = copies;
      this.first = first;
      this.beside = beside;
    }
  }

  private static void move(Story story) {
    Host taker = story.host(1);
    for (int bucket = 0; bucket < Story.BUCKETS && taker.isRunning(); bucket++) {
      ClusterInput order = new ClusterInput.Move(bucket, taker.id());
      story.cluster.hosts.forEach(each -> story.cluster.input(each, order));
    }
  }

  private static void drain(Story story, Host host) {
    story.cluster.input(host, new ClusterInput.Drain(Member.Role.DRAINING));
  }

  private static void drainTwo(Story story) {
    drain(story, story.host(1));
    drain(story, story.host(2));
  }

  /** A host does nothing for longer than its lease. */
  private static void stop(Story story) {
    Host host = story.host(1);
    story.cluster.stop(host);
    story.cluster.later(550 * MILLI, 551 * MILLI, () -> story.cluster.resume(host));
  }

  /**
   * A scene in which the process of host {@code number} dies instead of sending for the {@code
   * last} time. Then all that have not left run again, and the cluster must be whole.
   *
   * @return how often it has sent until the end of the scene
   */
  private static long play(Scene scene, int number, long last) {
    Story story = new Story(scene.hosts).withCopies(scene.copies);
    if (scene.first > 0) {
      story.whole(scene.first);
    }
    Host victim = story.host(number);
    AtomicLong sent = new AtomicLong();
    story.cluster.network.sends =
        host -> host != victim || sent.get() < 0 || leaves(story, victim, sent, last);
    writeLater(story);
    story.cluster.later(40 * MILLI, 41 * MILLI, () -> scene.beside.accept(story));
    story.run(SCENE_MILLIS);
    story.cluster.network.sends = host -> true;
    story.cluster.hosts.stream().filter(each -> !each.hasLeft).forEach(story.cluster::start);
    story.awaitWithin(8_000, () -> areMembers(story));
    story.wantAll();
    story.awaitWithin(8_000, story::isWhole);
    return sent.get();
  }

  private static boolean areMembers(Story story) {
    List<Host> running = story.cluster.hosts.stream().filter(Host::isRunning).toList();
    return running.stream().allMatch(each -> story.members(each) == running.size());
  }

  /** Whether what {@code victim} is about to send leaves; its process dies if not. */
  private static boolean leaves(Story story, Host victim, AtomicLong sent, long last) {
    if (sent.incrementAndGet() < last) {
      return true;
    }
    sent.set(-1);
    story.cluster.kill(victim);
    if (last % 2 == 0) {
      story.cluster.later(MILLI, 60 * MILLI, () -> story.cluster.start(victim));
    }
    return false;
  }

  private static void writeLater(Story story) {
    story.cluster.later(
        MILLI,
        3 * MILLI,
        () -> {
          story.write(1);
          writeLater(story);
        });
  }

  @ParameterizedTest
  @EnumSource(Scene.class)
  @DisplayName(
      "HSI-2 HSI-4 HSI-9 LD-2 LD-14 PDP-6 PDP-7 a node dies before any of its messages: no bucket"
          + " has two owners, no released record is lost, and the cluster is whole again")
  void diesBefore(Scene scene) {
    AtomicLong runs = new AtomicLong();
    for (int host = 0; host < scene.hosts; host++) {
      int number = host;
      long events = play(scene, number, NEVER);
      assertThat(events).isGreaterThan(0);
      LongStream.rangeClosed(1, events / EACH)
          .map(each -> each * EACH)
          .parallel()
          .forEach(last -> {
            runs.incrementAndGet();
            playOne(scene, number, last);
          });
    }
    System.out.printf(Locale.ROOT, "%s: a node died at %,d events%n", scene, runs.get());
  }

  private static void playOne(Scene scene, int number, long last) {
    try {
      long ignored = play(scene, number, last);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          scene + " host=" + number + " event=" + last + ": " + e.getMessage(), e);
    }
  }
}
