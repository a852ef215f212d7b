package dev.midstream.reassembly.commit;

import static dev.midstream.reassembly.commit.ManyConnections.AGAIN;
import static dev.midstream.reassembly.commit.ManyConnections.ANSWER;
import static dev.midstream.reassembly.commit.ManyConnections.LEAVES_AGAIN;
import static dev.midstream.reassembly.commit.ManyConnections.MANY;
import static dev.midstream.reassembly.commit.ManyConnections.MOST_AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.GradualHandOver;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How connections get records again, some at a time, after no other engine kept any. */
class ProtectionStepsTest {
  private static final long PARK_NANOS = 1_000_000_000;
  private static final long INTERVAL_NANOS = 20_000_000;
  private static final String HELLO = "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n";

  private ManyConnections many = ManyConnections.of(CommitMode.STRICT, NoCopy.CONTINUE);

  /** A segment comes, and what leaves for it is not looked at. */
  private void receive(int number, Direction direction, int flags, int sequence, String octets) {
    Ends ends = ManyConnections.ends(number);
    byte[] frame =
        new FrameBuilder(ends, direction)
            .flags(flags)
            .numbers(sequence, 1)
            .payload(Octets.ofText(octets))
            .build();
    long nanos = many.nanos();
    Packet packet = Frames.packet(frame, Ends.legOfSender(direction), nanos);
    many.engine().onPacket(packet, nanos, many.out());
  }

  private void open(int number) {
    receive(number, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, "");
    receive(number, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, "");
    receive(number, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, "");
  }

  /** Opens so many connections without a copy. */
  private void openAlone(int connections, String lines) {
    many.change(LogState.ALONE);
    for (int i = 0; i < connections; i++) {
      many.of(i).run(TestEngine.OPEN + lines);
    }
  }

  /** Writes all that is left; returns how many steps it took. */
  private int finish() {
    int steps = 0;
    for (long before = -1; before < many.written() && steps < 10_000; steps++) {
      before = many.written();
      many.runTimer();
    }
    return steps;
  }

  @Test
  @DisplayName("HDP-18 when there is a copy again some connections are written at each timer")
  void writesSomeAtATime() {
    openAlone(MANY, "");
    assertThat(many.unprotected()).isEqualTo(MANY);
    many.change(LogState.COMMITTING);
    assertThat(many.written()).as("what takes back all records before").isOne();
    long before = many.written();
    while (before < MANY) {
      assertThat(many.engine().nextDeadlineNanos()).isZero();
      many.runTimer();
      // Connections of the same slot are written together.
      assertThat(many.written() - before).isBetween(1L, 2L * MOST_AT_ONCE);
      before = many.written();
    }
    finish();
    assertThat(many.written()).isEqualTo(MANY + 1);
    assertThat(many.replica().size()).isEqualTo(MANY);
    assertThat(many.engine().nextDeadlineNanos()).isPositive();
  }

  @Test
  @DisplayName("HDP-18 PDP-7 connections are handed over whose turn to be written has not come")
  void handsOverWhatIsNotWritten() {
    openAlone(MANY, "");
    many.change(LogState.COMMITTING);
    Replica copy = new Replica();
    GradualHandOver giving = many.engine().moves().beginHandOver(copy);
    assertThat(giving.step(Integer.MAX_VALUE, /* isLogged= */ true, many.nanos())).isTrue();
    assertThat(copy.size()).isEqualTo(MANY);
  }

  @Test
  @DisplayName("HDP-18 a connection is unprotected until its record is committed")
  void countsUntilCommitted() {
    openAlone(MANY, "");
    many.change(LogState.COMMITTING);
    many.runTimer();
    assertThat(many.unprotected()).isEqualTo(MANY);
    long written = many.written() - 1;
    many.commit();
    assertThat(many.unprotected()).isEqualTo(MANY - written);
    finish();
    assertThat(many.unprotected()).isEqualTo(MANY - written);
    many.commit();
    assertThat(many.unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 one that changes before its turn is written at once, and waits from then on")
  void writesWhatChangesAtOnce() {
    openAlone(MANY, HELLO + ANSWER);
    many.change(LogState.COMMITTING);
    int last = lastOf(MANY);
    long before = many.written();
    many.of(last).run(AGAIN + LEAVES_AGAIN);
    assertThat(many.written()).isEqualTo(before + 1);
    many.of(last).run("c> P. 11:16(5) ack 1 \"Hello\"\nnothing\n");
    many.commit();
    finish();
    assertThat(many.replica().size()).isEqualTo(MANY);
  }

  /** A connection that is not written in the first steps. */
  private int lastOf(int connections) {
    assertThat(Connections.of(many.engine())).hasSize(connections);
    return connections - 1;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold: what waits leaves when its connection is written again")
  void letsGoInSteps(CommitMode mode) {
    many = ManyConnections.of(mode, NoCopy.HOLD);
    for (int i = 0; i < MANY; i++) {
      open(i);
    }
    many.commit();
    many.change(LogState.ALONE);
    for (int i = 0; i < MANY; i++) {
      many.of(i).run("c> P. 1:6(5) ack 1 \"Hello\"\nnothing\n");
    }
    many.change(LogState.COMMITTING);
    many.left().clear();
    for (int i = 0; i < MANY; i++) {
      int before = many.left().size();
      many.runTimer();
      assertThat(many.left().size() - before).isLessThanOrEqualTo(2 * MOST_AT_ONCE);
    }
    many.commit();
    assertThat(many.left().size()).isGreaterThanOrEqualTo(MANY);
    assertThat(many.replica().size()).isEqualTo(MANY);
    assertThat(many.unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 parked connections are written in steps too, and one that returns at once")
  void writesParkedOnesInSteps() {
    many = ManyConnections.parkedAfter(PARK_NANOS, CommitMode.ON_CHANGE, NoCopy.CONTINUE);
    openAlone(MANY, HELLO + ANSWER);
    many.script().run("at 100s\n");
    many.setNanos(100 * PARK_NANOS);
    assertThat(Connections.of(many.engine())).isEmpty();
    many.change(LogState.COMMITTING);
    assertThat(many.written()).isOne();
    many.of(7).run(AGAIN + LEAVES_AGAIN);
    assertThat(many.written()).isBetween(2L, 3L);
    assertThat(many.unprotected()).isEqualTo(MANY);
    assertThat(finish()).isGreaterThan(MANY / MOST_AT_ONCE);
    assertThat(many.unprotected()).isPositive();
    many.commit();
    assertThat(many.unprotected()).isZero();
    assertThat(many.replica().size()).isEqualTo(MANY);
  }

  @ParameterizedTest
  @EnumSource(NoCopy.class)
  @DisplayName("HDP-18 a parked connection that returns while there is no copy is written again")
  void writesWhatReturnedMeanwhile(NoCopy noCopy) {
    many = ManyConnections.parkedAfter(PARK_NANOS, CommitMode.ON_CHANGE, noCopy);
    open(1);
    many.commit();
    many.setNanos(100 * PARK_NANOS);
    many.runTimer();
    assertThat(Connections.of(many.engine())).isEmpty();
    many.change(LogState.ALONE);
    receive(1, Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 1, "");
    many.change(LogState.COMMITTING);
    finish();
    assertThat(many.replica().size()).isOne();
    many.commit();
    assertThat(many.unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 whatever happens meanwhile, all connections are in the records in the end")
  void missesNoConnection() {
    SeededRounds.run(40, this::missNone);
  }

  private void missNone(RandomGenerator random) {
    CommitMode[] modes = CommitMode.values();
    NoCopy[] all = NoCopy.values();
    CommitMode mode = modes[1 + random.nextInt(modes.length - 1)];
    many = ManyConnections.parkedAfter(PARK_NANOS, mode, all[random.nextInt(all.length)]);
    List<Integer> known = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      open(i);
      known.add(i);
    }
    many.change(LogState.ALONE);
    many.setNanos(random.nextInt(4) * PARK_NANOS);
    many.runTimer();
    many.change(LogState.COMMITTING);
    for (int i = 0; i < 200; i++) {
      step(random, 150 + i, known);
    }
    many.commit();
    finish();
    many.setNanos(many.nanos() + INTERVAL_NANOS);
    many.runTimer();
    Replica replica = many.replica();
    many.engine().forEachConnection(each -> assertIn(replica, each));
    many.engine().forEachParked(each -> assertIn(replica, each));
    many.commit();
    assertThat(many.unprotected()).isZero();
  }

  /** Something happens: maybe the connection of the number {@code next} opens. */
  private void step(RandomGenerator random, int next, List<Integer> known) {
    switch (random.nextInt(5)) {
      case 0 -> {
        open(next);
        known.add(next);
      }
      case 1 -> {
        int which = known.get(random.nextInt(known.size()));
        receive(which, Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 1 + random.nextInt(3), "abc");
      }
      case 2 -> {
        int which = known.remove(/* index */ random.nextInt(known.size()));
        receive(which, Direction.CLIENT_TO_SERVER, TcpFlags.RST, 1, "");
      }
      case 3 -> many.runTimer();
      default -> many.commit();
    }
  }

  private void assertIn(Replica replica, Connection connection) {
    List<KeptRecord> records =
        Objects.requireNonNull(replica.find(connection.key()), connection.name());
    Connection copy = many.engine().moves().read(records, 0);
    assertThat(copy.state()).isEqualTo(connection.state());
    if (connection.hasStreams()) {
      assertThat(copy.stream(Direction.SERVER_TO_CLIENT).decided())
          .isEqualTo(connection.stream(Direction.SERVER_TO_CLIENT).decided());
    }
    copy.free();
  }
}
