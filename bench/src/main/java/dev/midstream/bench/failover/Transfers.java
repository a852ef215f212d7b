package dev.midstream.bench.failover;

import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Connections that carry a paced stream in each direction. */
final class Transfers implements AutoCloseable {
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<Transfer> all = new ArrayList<>();

  /** Both directions of one connection. */
  private record Transfer(Connection connection, Flow up, Flow down) {
    List<Flow> flows() {
      return List.of(up, down);
    }

    boolean is(Flow.State state) {
      return flows().stream().anyMatch(each -> each.state() == state);
    }

    boolean isWhole() {
      return flows().stream().allMatch(each -> each.state() == Flow.State.WHOLE);
    }

    long longestNanos() {
      return Math.max(up.longestNanos(), down.longestNanos());
    }
  }

  /**
   * How they ended.
   *
   * @param whole whole in both directions
   * @param broken reset, or ended too early, in one direction at least
   * @param stalled not broken, but nothing arrived for a minute
   * @param wrong the rest: other octets arrived
   * @param gapsNanos for each that is whole, the longest time in which a direction brought nothing
   */
  record Result(int whole, int broken, int stalled, int wrong, List<Long> gapsNanos) {}

  /** Opens {@code count} connections and begins. */
  static Transfers begin(Ends ends, int count, Duration interval, UnaryOperator<String> arriving)
      throws IOException {
    Transfers begun = new Transfers();
    for (int number = 0; number < count; number++) {
      Connection connection = ends.connect();
      var client = connection.client();
      var server = connection.server();
      Flow up = new Flow(client, server, number, arriving, interval);
      Flow down = new Flow(server, client, number, arriving, interval);
      begun.all.add(new Transfer(connection, up, down));
      up.begin();
      down.begin();
    }
    return begun;
  }

  /** Gaps begin at {@code nanos} at the earliest. */
  void beginGaps(long nanos) {
    flows().forEach(each -> each.beginGaps(nanos));
  }

  /** Ends all, and waits until each has ended, or has been silent for a minute. */
  Result end() throws IOException {
    flows().forEach(Flow::end);
    while (!flows().stream().allMatch(Flow::hasEnded)) {
      flows().stream().filter(each -> !each.hasEnded()).forEach(each -> each.giveUpAfter(STALLED));
      Failover.pause(POLL);
    }
    int whole = count(Transfer::isWhole);
    int broken = count(each -> each.is(Flow.State.BROKEN));
    int stalled = count(each -> !each.is(Flow.State.BROKEN) && each.is(Flow.State.STALLED));
    List<Long> gaps =
        all.stream().filter(Transfer::isWhole).map(Transfer::longestNanos).sorted().toList();
    return new Result(whole, broken, stalled, all.size() - whole - broken - stalled, gaps);
  }

  private int count(Predicate<Transfer> kind) {
    return (int) all.stream().filter(kind).count();
  }

  private List<Flow> flows() {
    return all.stream().flatMap(each -> each.flows().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    for (Transfer each : all) {
      each.connection.close();
    }
  }
}
