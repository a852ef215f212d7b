package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One short transfer, again and again. Each time a node dies before it sends something, in the
 * middle of what it does then: its first message or packet, its second one, and so on. With {@code
 * -Dmidstream.each=1} that is each one; without, one of 19: a multiple of 2 or 3 would leave out
 * some of what {@link #die} makes of the number.
 */
@Tag("worlds")
class KillAtEachEventTest {
  private static final int EACH = Integer.getInteger("midstream.each", 19);
  private static final long MILLI = EngineCluster.MILLI;
  private static final long NEVER = Long.MAX_VALUE;
  private static final Ends ENDS = Ends.IPV4.withPorts(40_000, 80);

  /** When something happens beside the transfer, in milliseconds after its opening. */
  private static final long BESIDE_MILLIS = 40;

  /** After so many milliseconds a bucket that has moved comes back. */
  private static final long AWAY_MILLIS = 150;

  /** What happens beside the transfer. */
  enum Scene {
    NOTHING(3, 1, 3, story -> {}),
    PAIR(2, 1, 2, story -> {}),
    MOVE(3, 1, 3, KillAtEachEventTest::move),
    DRAIN(3, 1, 3, KillAtEachEventTest::drain),
    JOIN(3, 1, 2, story -> story.cluster.start(story.machine(2))),
    TAKEOVER(4, 2, 4, story -> withOwner(story, story.cluster::kill)),
    STAY(3, 1, 3, KillAtEachEventTest::move),
    HOME(3, 1, 3, KillAtEachEventTest::moveAndBack);

    final int machines;
    final int copies;
    final int first;

    @SuppressWarnings("ImmutableEnumChecker") // functions of their argument that capture nothing
    final Consumer<ClusterStory> beside;

    Scene(int machines, int copies, int first, Consumer<ClusterStory> beside) {
      this.machines = machines;
      this.copies = copies;
      this.first = first;
      this.beside = beside;
    }

    /** What becomes of the connection when its bucket moves. */
    Reallocation reallocation() {
      return this == STAY || this == HOME ? Reallocation.STAY : Reallocation.MOVE;
    }
  }

  /** The bucket moves to a node that neither owns it nor backs it up. */
  private static void move(ClusterStory story) {
    int bucket = story.bucketOf(ENDS);
    withOwner(
        story,
        owner -> {
          AllocationTable table = Objects.requireNonNull(owner.node().table());
          story.cluster.running().stream()
              .filter(each -> !table.bucket(bucket).names(each.id()))
              .findFirst()
              .ifPresent(
                  taker -> story.cluster.input(taker, new ClusterInput.Move(bucket, taker.id())));
        });
  }

  /** The bucket moves, and comes back while its connection stays with the node. */
  private static void moveAndBack(ClusterStory story) {
    int bucket = story.bucketOf(ENDS);
    withOwner(
        story,
        owner -> {
          NodeId home = owner.id();
          move(story);
          story.cluster.at(
              story.cluster.now() + AWAY_MILLIS * MILLI,
              () ->
                  story.cluster.running().stream()
                      .findFirst()
                      .ifPresent(
                          any -> story.cluster.input(any, new ClusterInput.Move(bucket, home))));
        });
  }

  private static void drain(ClusterStory story) {
    withOwner(
        story, owner -> story.cluster.input(owner, new ClusterInput.Drain(Member.Role.DRAINING)));
  }

  /** Does something with the owner of the transfer's bucket, unless it has just died. */
  private static void withOwner(ClusterStory story, Consumer<Machine> action) {
    story.cluster.machines.stream()
        .filter(each -> each.mayEmit(story.bucketOf(ENDS), story.cluster.now()))
        .findFirst()
        .ifPresent(action);
  }

  private static ClusterStory cluster(Scene scene, CommitMode mode) {
    LogSettings log = LogSettings.of(mode);
    LambdaAgent agent = mode == CommitMode.STRICT ? Texts.agent() : Texts.agent().exactly();
    List<Rule> rules = ClusterStory.all(agent);
    Path path = Path.of(4 * MILLI);
    Timeouts timeouts = Timeouts.DEFAULTS;
    return new ClusterStory(
        new Plan(
            scene.machines,
            4,
            scene.copies,
            log,
            rules,
            timeouts,
            path,
            1,
            Lone.PROVE,
            scene.reallocation()));
  }

  private static Application application(int seed) {
    RandomGenerator random = SeededRounds.generator(seed);
    Application script = new Application();
    for (int part = 0; part < 12; part++) {
      script.write(Texts.drawn(random, 1_000)).pause(60 * MILLI);
    }
    return script.close();
  }

  /**
   * The transfer, in which the process of machine {@code number} dies instead of sending for the
   * {@code last} time.
   *
   * @return how often it has sent until the end of the transfer
   */
  private static long play(Scene scene, CommitMode mode, int number, long last) {
    ClusterStory story = cluster(scene, mode).whole(scene.first);
    Machine victim = story.machine(number);
    AtomicLong sent = new AtomicLong();
    story.cluster.carrier.sends =
        machine -> machine != victim || sent.get() < 0 || leaves(story, victim, sent, last);
    story.transfer(
        new Transfer(ENDS, EndpointOptions.MODERN, application(1), application(2), Texts::edited));
    story.cluster.at(story.cluster.now() + BESIDE_MILLIS * MILLI, () -> scene.beside.accept(story));
    story.finishWithin(60_000);
    return sent.get();
  }

  /** Whether what {@code victim} is about to send leaves; its process dies if not. */
  private static boolean leaves(ClusterStory story, Machine victim, AtomicLong sent, long last) {
    long number = sent.incrementAndGet();
    if (number == last) {
      story.cluster.at(story.cluster.now(), () -> die(story, victim, sent, last));
    }
    return number < last;
  }

  /**
   * The process is gone. Every second time another one begins after a moment, and what was on its
   * way from the first one is lost every third time.
   */
  private static void die(ClusterStory story, Machine victim, AtomicLong sent, long last) {
    sent.set(-1);
    story.cluster.kill(victim);
    if (last % 3 == 0) {
      story.cluster.carrier.deadWay = (from, to) -> from == victim;
      story.cluster.later(9, 10, () -> story.cluster.carrier.deadWay = (from, to) -> false);
    }
    if (last % 2 == 0 && !victim.hasLeft) {
      story.cluster.later(10, 60, () -> story.cluster.start(victim));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NOTHING, STRICT",
    "NOTHING, BEFORE_ACK",
    "PAIR, STRICT",
    "PAIR, BEFORE_ACK",
    "MOVE, STRICT",
    "MOVE, BEFORE_ACK",
    "DRAIN, STRICT",
    "DRAIN, BEFORE_ACK",
    "JOIN, STRICT",
    "JOIN, BEFORE_ACK",
    "TAKEOVER, STRICT",
    "TAKEOVER, BEFORE_ACK",
    "STAY, STRICT",
    "STAY, BEFORE_ACK",
    "HOME, STRICT",
    "HOME, BEFORE_ACK"
  })
  @DisplayName(
      "T-10 C-70 HDP-17 HDP-18 HSI-4 LD-14 PDP-1 PDP-6 PDP-7 law 9 a node dies before any of its"
          + " messages or packets, and all octets arrive")
  void diesBefore(Scene scene, CommitMode mode) {
    AtomicLong runs = new AtomicLong();
    for (int machine = 0; machine < scene.machines; machine++) {
      int number = machine;
      long events = play(scene, mode, number, NEVER);
      assertThat(events).isGreaterThan(0);
      LongStream.rangeClosed(1, events / EACH)
          .map(each -> each * EACH)
          .parallel()
          .forEach(last -> {
            runs.incrementAndGet();
            playOne(scene, mode, number, last);
          });
    }
    System.out.printf(
        Locale.ROOT,
        "%s %s: a node died at %,d events, all octets arrived%n",
        scene,
        mode,
        runs.get());
  }

  private static void playOne(Scene scene, CommitMode mode, int number, long last) {
    try {
      long ignored = play(scene, mode, number, last);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          scene + " " + mode + " machine=" + number + " event=" + last + ": " + e.getMessage(), e);
    }
  }
}
