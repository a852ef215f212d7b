package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
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
  private static final int MANY = 500;
  private static final int MOST_AT_ONCE = 32;
  private static final int FIRST_PORT = 10_000;
  private static final long PARK_NANOS = 1_000_000_000;
  private static final long INTERVAL_NANOS = 20_000_000;
  private static final String HELLO = "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n";
  private static final String ANSWER = "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n";
  private static final String AGAIN = "c> P. 6:11(5) ack 1 \"Hello\"\n";

  private TestEngine engines = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi"));
  private LateCommitsBox box = new LateCommitsBox(engines, CommitMode.STRICT, 0);
  private Script script = new Script(box);
  private final PacketOutput nowhere = packet -> {};
  private long first;
  private long nanos;

  private void begin(CommitMode mode, NoCopy noCopy) {
    box = new LateCommitsBox(engines, new MemoryLog(mode, noCopy), 0);
    script = new Script(box);
  }

  private static Ends ends(int number) {
    return Ends.IPV4.withPorts(FIRST_PORT + number, 80);
  }

  private Script of(int number) {
    return script.between(ends(number));
  }

  /** A segment comes, and what leaves for it is not looked at. */
  private void receive(int number, Direction direction, int flags, int sequence, String octets) {
    Ends ends = ends(number);
    boolean isClient = direction == Direction.CLIENT_TO_SERVER;
    byte[] frame =
        new FrameBuilder(ends, direction)
            .flags(flags)
            .sequence((isClient ? ends.clientIsn() : ends.serverIsn()) + sequence)
            .acknowledgement((isClient ? ends.serverIsn() : ends.clientIsn()) + 1)
            .payload(Octets.ofText(octets))
            .build();
    box.engine().onPacket(Frames.packet(frame, Ends.legOfSender(direction), nanos), nanos, nowhere);
  }

  private void open(int number) {
    receive(number, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, "");
    receive(number, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, "");
    receive(number, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, "");
  }

  /** Opens so many connections without a copy. */
  private void openAlone(int connections, String lines) {
    changeAtOnce(LogState.ALONE);
    for (int i = 0; i < connections; i++) {
      of(i).run(TestEngine.OPEN + lines);
    }
  }

  private void changeAtOnce(LogState state) {
    box.log().setState(state);
    first = box.log().appended() + 1;
    box.engine().onLogChanged(nanos, nowhere);
  }

  private long unprotected() {
    return CompleteScan.of(box.engine().scanStatus(1), 0).unprotected();
  }

  private long written() {
    return box.log().appended() + 1 - first;
  }

  private void commit() {
    box.log().commitTo(box.log().appended());
    box.engine().onCommitted(nanos, nowhere);
  }

  /** What an engine that keeps the records since there is a copy again has. */
  private Replica replica() {
    Replica replica = new Replica();
    for (long number = first; number <= box.log().appended(); number++) {
      replica.apply(box.log().record(number), 0);
    }
    return replica;
  }

  /** Writes all that is left; returns how many steps it took. */
  private int finish() {
    int steps = 0;
    for (long before = -1; before < written() && steps < 10_000; steps++) {
      before = written();
      box.engine().onTimer(nanos, nowhere);
    }
    return steps;
  }

  @Test
  @DisplayName("HDP-18 when there is a copy again some connections are written at each timer")
  void writesSomeAtATime() {
    openAlone(MANY, "");
    assertThat(unprotected()).isEqualTo(MANY);
    changeAtOnce(LogState.COMMITTING);
    assertThat(written()).as("what takes back all records before").isOne();
    long before = written();
    while (before < MANY) {
      assertThat(box.engine().nextDeadlineNanos()).isZero();
      box.engine().onTimer(0, nowhere);
      // Connections of the same slot are written together.
      assertThat(written() - before).isBetween(1L, 2L * MOST_AT_ONCE);
      before = written();
    }
    finish();
    assertThat(written()).isEqualTo(MANY + 1);
    assertThat(replica().size()).isEqualTo(MANY);
    assertThat(box.engine().nextDeadlineNanos()).isPositive();
  }

  @Test
  @DisplayName("HDP-18 a connection is unprotected until its record is committed")
  void countsUntilCommitted() {
    openAlone(MANY, "");
    changeAtOnce(LogState.COMMITTING);
    box.engine().onTimer(0, nowhere);
    assertThat(unprotected()).isEqualTo(MANY);
    long written = written() - 1;
    commit();
    assertThat(unprotected()).isEqualTo(MANY - written);
    finish();
    assertThat(unprotected()).isEqualTo(MANY - written);
    commit();
    assertThat(unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 one that changes before its turn is written at once, and waits from then on")
  void writesWhatChangesAtOnce() {
    openAlone(MANY, HELLO + ANSWER);
    changeAtOnce(LogState.COMMITTING);
    int last = lastOf(MANY);
    long before = written();
    of(last).run(AGAIN + ">s P. 3:5(2) ack 1 \"Hi\"\n");
    assertThat(written()).isEqualTo(before + 1);
    of(last).run("c> P. 11:16(5) ack 1 \"Hello\"\nnothing\n");
    commit();
    finish();
    assertThat(replica().size()).isEqualTo(MANY);
  }

  /** A connection that is not written in the first steps. */
  private int lastOf(int connections) {
    List<String> names = new ArrayList<>();
    box.engine().forEachConnection(each -> names.add(each.name()));
    assertThat(names).hasSize(connections);
    return connections - 1;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold: what waits leaves when its connection is written again")
  void letsGoInSteps(CommitMode mode) {
    begin(mode, NoCopy.HOLD);
    for (int i = 0; i < MANY; i++) {
      open(i);
    }
    commit();
    changeAtOnce(LogState.ALONE);
    for (int i = 0; i < MANY; i++) {
      of(i).run("c> P. 1:6(5) ack 1 \"Hello\"\nnothing\n");
    }
    changeAtOnce(LogState.COMMITTING);
    List<Integer> left = new ArrayList<>();
    PacketOutput out = packet -> left.add(packet.length());
    for (int i = 0; i < MANY; i++) {
      int before = left.size();
      box.engine().onTimer(0, out);
      assertThat(left.size() - before).isLessThanOrEqualTo(2 * MOST_AT_ONCE);
    }
    box.log().commitTo(box.log().appended());
    box.engine().onCommitted(0, out);
    assertThat(left.size()).isGreaterThanOrEqualTo(MANY);
    assertThat(replica().size()).isEqualTo(MANY);
    assertThat(unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 parked connections are written in steps too, and one that returns at once")
  void writesParkedOnesInSteps() {
    engines = engines.parkAfter(PARK_NANOS);
    begin(CommitMode.ON_CHANGE, NoCopy.CONTINUE);
    openAlone(MANY, HELLO + ANSWER);
    script.run("at 100s\n");
    nanos = 100 * PARK_NANOS;
    box.engine().forEachConnection(each -> assertThat(each.name()).isEmpty());
    changeAtOnce(LogState.COMMITTING);
    assertThat(written()).isOne();
    of(7).run(AGAIN + ">s P. 3:5(2) ack 1 \"Hi\"\n");
    assertThat(written()).isBetween(2L, 3L);
    assertThat(unprotected()).isEqualTo(MANY);
    assertThat(finish()).isGreaterThan(MANY / MOST_AT_ONCE);
    assertThat(unprotected()).isPositive();
    commit();
    assertThat(unprotected()).isZero();
    assertThat(replica().size()).isEqualTo(MANY);
  }

  @ParameterizedTest
  @EnumSource(NoCopy.class)
  @DisplayName("HDP-18 a parked connection that returns while there is no copy is written again")
  void writesWhatReturnedMeanwhile(NoCopy noCopy) {
    engines = engines.parkAfter(PARK_NANOS);
    begin(CommitMode.ON_CHANGE, noCopy);
    open(1);
    commit();
    nanos = 100 * PARK_NANOS;
    box.engine().onTimer(nanos, nowhere);
    box.engine().forEachConnection(each -> assertThat(each.name()).isEmpty());
    changeAtOnce(LogState.ALONE);
    receive(1, Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 1, "");
    changeAtOnce(LogState.COMMITTING);
    finish();
    assertThat(replica().size()).isOne();
    commit();
    assertThat(unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 whatever happens meanwhile, all connections are in the records in the end")
  void missesNoConnection() {
    SeededRounds.run(40, this::missNone);
  }

  private void missNone(RandomGenerator random) {
    engines = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")).parkAfter(PARK_NANOS);
    CommitMode[] modes = CommitMode.values();
    NoCopy[] all = NoCopy.values();
    CommitMode mode = modes[1 + random.nextInt(modes.length - 1)];
    begin(mode, all[random.nextInt(all.length)]);
    nanos = 0;
    List<Integer> known = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      open(i);
      known.add(i);
    }
    changeAtOnce(LogState.ALONE);
    nanos = random.nextInt(4) * PARK_NANOS;
    box.engine().onTimer(nanos, nowhere);
    changeAtOnce(LogState.COMMITTING);
    for (int i = 0; i < 200; i++) {
      step(random, 150 + i, known);
    }
    commit();
    finish();
    box.engine().onTimer(nanos + INTERVAL_NANOS, nowhere);
    Replica replica = replica();
    box.engine().forEachConnection(each -> assertIn(replica, each));
    box.engine().forEachParked(each -> assertIn(replica, each));
    commit();
    assertThat(unprotected()).isZero();
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
      case 3 -> box.engine().onTimer(nanos, nowhere);
      default -> commit();
    }
  }

  private void assertIn(Replica replica, Connection connection) {
    List<KeptRecord> records =
        Objects.requireNonNull(replica.find(connection.key()), connection.name());
    Connection copy = box.engine().moves().read(records, 0);
    assertThat(copy.state()).isEqualTo(connection.state());
    if (connection.hasStreams()) {
      assertThat(copy.stream(Direction.SERVER_TO_CLIENT).decided())
          .isEqualTo(connection.stream(Direction.SERVER_TO_CLIENT).decided());
    }
    copy.free();
  }
}
