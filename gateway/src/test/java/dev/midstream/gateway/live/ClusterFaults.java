package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.haveTwoReplicas;
import static dev.midstream.gateway.live.ClusterChecks.owned;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What befalls a cluster of three or four nodes under streams, drawn from a seed: each kind once
 * before one comes again, as far as it is possible. Three nodes run at least after it, and all
 * streams go on while a node is missing, and after it.
 */
final class ClusterFaults {
  private static final int LEAST = 3;
  private static final int MOVES = 3;
  private static final long STOPPED_NANOS = 10_000_000_000L;

  private final LiveCluster cluster;
  private final SteadyStreams streams;
  private final long octets;
  private final Random random;
  private final List<Kind> deck = new ArrayList<>();

  /** A kind of fault, or of work of an operator. */
  enum Kind {
    KILL,
    KILL_COORDINATOR,
    KILL_TWO,
    MOVE_BUCKETS,
    DRAIN_AND_RETURN,
    STOP_FOR_10_SECONDS,
    CUT_AND_HEAL,
    JOIN,
    ROLLING_RESTART
  }

  /**
   * Faults for a cluster whose nodes have two copies.
   *
   * @param octets how many each stream must bring while a node is missing, and after a fault
   */
  ClusterFaults(LiveCluster cluster, SteadyStreams streams, long octets, long seed) {
    this.cluster = cluster;
    this.streams = streams;
    this.octets = octets;
    this.random = new Random(seed);
  }

  /** Draws a kind that is possible now. */
  Kind draw() {
    for (int place = 0; ; place++) {
      if (place == deck.size()) {
        List<Kind> more = new ArrayList<>(List.of(Kind.values()));
        Collections.shuffle(more, random);
        deck.addAll(more);
      }
      if (isPossible(deck.get(place))) {
        return deck.remove(place);
      }
    }
  }

  private boolean isPossible(Kind kind) {
    int running = cluster.running().size();
    return switch (kind) {
      case KILL_TWO -> running > LEAST;
      case JOIN -> running < cluster.count();
      default -> true;
    };
  }

  /** Lets it happen, and waits until all nodes are members, all buckets protected. */
  void befall(Kind kind) throws IOException {
    switch (kind) {
      case KILL -> kill(List.of(any(others())));
      case KILL_COORDINATOR -> kill(List.of(cluster.nodes().coordinator()));
      case KILL_TWO -> killTwo();
      case MOVE_BUCKETS -> moveBuckets();
      case DRAIN_AND_RETURN -> drain(any(cluster.running()));
      case STOP_FOR_10_SECONDS -> stop(any(cluster.running()));
      case CUT_AND_HEAL -> cut(any(cluster.running()));
      case JOIN -> cluster.start(any(absent()));
      case ROLLING_RESTART -> restartAll();
    }
    streams.awaitEach(octets);
    cluster.awaitMembers();
    cluster.nodes().awaitProtection();
  }

  private int any(List<Integer> numbers) {
    return numbers.get(random.nextInt(numbers.size()));
  }

  /** The nodes that run, without the coordinator. */
  private List<Integer> others() throws IOException {
    int coordinator = cluster.nodes().coordinator();
    return cluster.running().stream().filter(number -> number != coordinator).toList();
  }

  private List<Integer> absent() {
    List<Integer> absent = new ArrayList<>();
    for (int number = 1; number <= cluster.count(); number++) {
      if (!cluster.running().contains(number)) {
        absent.add(number);
      }
    }
    return absent;
  }

  /** Some of the dead may stay away, as long as enough others run. */
  private void kill(List<Integer> numbers) throws IOException {
    boolean comeBack = random.nextBoolean();
    for (int number : numbers) {
      say("kill -9 of n" + number);
      cluster.kill(number);
    }
    streams.awaitEach(octets);
    for (int number : numbers) {
      if (comeBack || cluster.running().size() < LEAST) {
        say("n" + number + " comes back");
        cluster.start(number);
      }
    }
  }

  private void killTwo() throws IOException {
    List<Integer> shuffled = shuffled();
    cluster.await(
        "each bucket has two replicas", () -> haveTwoReplicas(cluster, shuffled.getFirst()));
    kill(shuffled.subList(0, 2));
  }

  private List<Integer> shuffled() {
    List<Integer> all = new ArrayList<>(cluster.running());
    Collections.shuffle(all, random);
    return all;
  }

  /** The balance may move a bucket before: then the order is refused. */
  private void moveBuckets() throws IOException {
    List<Integer> ends = shuffled();
    int owner = ends.getFirst();
    int heir = ends.get(1);
    List<Integer> buckets = new ArrayList<>(owned(cluster, owner));
    Collections.shuffle(buckets, random);
    List<Integer> moved = buckets.subList(0, Math.min(MOVES, buckets.size()));
    say("buckets " + moved + " of n" + owner + " move to n" + heir);
    int obeyed = 0;
    for (int bucket : moved) {
      try {
        String ignored =
            cluster.command(owner, "buckets", "--move", Integer.toString(bucket), "n" + heir);
        obeyed++;
      } catch (IOException e) {
        say("refused: " + e.getMessage());
      }
    }
    assertThat(obeyed).as("orders that were obeyed").isPositive();
  }

  private void drain(int number) throws IOException {
    say("drain of n" + number);
    assertThat(cluster.command(number, "drain")).contains("the node has left");
    assertThat(cluster.awaitEnd(number)).isZero();
    streams.awaitEach(octets);
    cluster.start(number);
  }

  private void stop(int number) throws IOException {
    say("SIGSTOP of n" + number);
    long beginNanos = System.nanoTime();
    cluster.process(number).signal("STOP");
    do {
      streams.awaitEach(octets);
    } while (System.nanoTime() - beginNanos < STOPPED_NANOS);
    cluster.process(number).signal("CONT");
  }

  private void cut(int number) throws IOException {
    say("n" + number + " is cut off");
    int left = any(cluster.running().stream().filter(each -> each != number).toList());
    int others = cluster.running().size() - 1;
    cluster.cut(number, /* isCut= */ true);
    cluster.await(
        "the others are without it", () -> cluster.cluster(left).path("members").size() == others);
    streams.awaitEach(octets);
    cluster.cut(number, /* isCut= */ false);
  }

  private void restartAll() throws IOException {
    for (int number : shuffled()) {
      say("restart of n" + number);
      cluster.process(number).terminate();
      assertThat(cluster.awaitEnd(number)).isZero();
      cluster.start(number);
      cluster.nodes().awaitProtection();
      streams.awaitEach(octets);
    }
  }

  private static void say(String what) {
    System.out.println("  " + what);
  }
}
