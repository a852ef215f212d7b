package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.ConnectionMoves;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records of each kind as version 1 wrote them, and what is read from them. */
class KeptRecordsTest {
  private static final Path FILE =
      Path.of("src/test/resources/dev/midstream/reassembly/records-1.txt");
  private static final int KIND = 0x0f;
  private static final int LAST_KIND = 6;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final Ends ENDS = Ends.IPV4.withPorts(50_000, 21);

  private static final String SYN_ACK = "S. 0:0(0) ack 1 win 65535 <mss 1460>\n";

  /** A line of the file with what is read from the records above it. */
  private static final String READ = "read ";

  private static LateCommitsBox box() {
    return box(CommitMode.ON_CHANGE);
  }

  private static LateCommitsBox box(CommitMode mode) {
    Expectation expectation =
        new Expectation(
            Direction.CLIENT_TO_SERVER,
            new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), 2_000),
            new Handler.Rule("all"),
            Octets.ofText("of 2000"),
            1);
    TestEngine engines = TestEngine.inline(new AnnouncingAgent(expectation)).serverPort(21);
    return new LateCommitsBox(engines, new MemoryLog(mode), 0);
  }

  private static LateCommitsBox play(String lines) {
    LateCommitsBox box = box();
    new Script(box).between(ENDS).run(Opening.PLAIN + "at 0.001s\n" + lines);
    return box;
  }

  /** A server that restarts answers the same SYN again, with another number. */
  private static LateCommitsBox twoSynAcks() {
    LateCommitsBox box = box(CommitMode.STRICT);
    new Script(box).between(ENDS).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    new Script(box).between(ENDS.withIsns(ENDS.clientIsn(), 77_777)).run("s> " + SYN_ACK);
    return box;
  }

  /**
   * An edit; what is expected; what no more; a connection that is closed; all anew; a heir's; one
   * with two SYN-ACKs.
   */
  private static List<MemoryLog> samples() {
    LateCommitsBox edited = play("c> P. 1:4(3) ack 1 \"axb\"\n>s P. 1:4(3) ack 1 \"ayb\"\n");
    LateCommitsBox expecting =
        play("c> P. 1:2(1) ack 1 \"0\"\nat 0.002s\n>s P. 1:2(1) ack 1 \"0\"\n");
    LateCommitsBox withdrawn =
        play("c> P. 1:3(2) ack 1 \"0A\"\nat 0.002s\n>s P. 1:3(2) ack 1 \"0A\"\n");
    LateCommitsBox closed = play("c> R 1:1(0)\n>s same\nat 300s\n");
    LateCommitsBox anew = play("c> P. 1:2(1) ack 1 \"x\"\n>s P. 1:2(1) ack 1 \"y\"\n");
    for (LogState state : List.of(LogState.ALONE, LogState.COMMITTING)) {
      anew.change(state);
      anew.onTimer(SECOND_NANOS, _ -> {});
    }
    LateCommitsBox heir = box();
    heir.engine().inherit(Replicas.of(edited.log()), SECOND_NANOS);
    heir.onTimer(SECOND_NANOS, _ -> {});
    return List.of(
        edited.log(),
        expecting.log(),
        withdrawn.log(),
        closed.log(),
        anew.log(),
        heir.log(),
        twoSynAcks().log());
  }

  /** What another engine reads: its connections with what is essential of them, and expects. */
  private static Set<String> readsFrom(List<byte[]> records) {
    Set<String> read = new TreeSet<>();
    Replica replica = new Replica();
    records.forEach(each -> replica.apply(each, 0));
    ConnectionMoves moves = box().engine().moves();
    StateWriter out = new StateWriter();
    replica.forEach(each -> {
      Connection copy = moves.read(each, 0);
      out.clear();
      assertThat(moves.writeEssential(copy, out, 0)).isNull();
      copy.free();
      read.add(READ + HexFormat.of().formatHex(out.toOctets()));
    });
    replica.takeExpectations(
        0, (in, _) -> read.add(READ + HexFormat.of().formatHex(in.octets(in.remaining()))));
    return read;
  }

  private static List<byte[]> recordsOf(MemoryLog log) {
    return LongStream.rangeClosed(1, log.appended()).mapToObj(log::record).toList();
  }

  /** The samples, each after an empty line. */
  private static List<String> written() {
    List<String> lines = new ArrayList<>();
    for (MemoryLog each : samples()) {
      List<byte[]> records = recordsOf(each);
      lines.add("");
      records.forEach(record -> lines.add(HexFormat.of().formatHex(record)));
      lines.addAll(readsFrom(records));
    }
    return lines;
  }

  /**
   * Records as version 1 wrote them; they must be read for ever. {@code
   * -Dmidstream.write-samples=true} writes the file anew while that version may still change.
   */
  @Test
  @DisplayName("HDP-17 records of each kind that version 1 wrote are read")
  void readsVersion1() throws IOException {
    if (Boolean.getBoolean("midstream.write-samples")) {
      Files.write(FILE, written());
    }
    Set<Integer> kinds = new TreeSet<>();
    String[] samples = Files.readString(FILE).strip().split("\n\n");
    assertThat(samples).hasSize(samples().size());
    for (String sample : samples) {
      List<String> lines = List.of(sample.split("\n"));
      List<byte[]> records =
          lines.stream()
              .filter(each -> !each.startsWith(READ))
              .map(HexFormat.of()::parseHex)
              .toList();
      records.forEach(each -> kinds.add(each[0] & KIND));
      assertThat(readsFrom(records))
          .containsExactlyElementsOf(lines.stream().filter(each -> each.startsWith(READ)).toList());
    }
    assertThat(kinds).as("kinds").containsExactlyInAnyOrder(1, 2, 3, 4, 5, LAST_KIND);
  }

  @Test
  @DisplayName("HDP-17 a field that this version does not know is skipped")
  void skipsUnknownFields() {
    MemoryLog log = samples().getFirst();
    byte[] whole = log.record(1);
    StateWriter later = new StateWriter();
    later.octets(whole, 0, whole.length);
    int place = later.beginField(200);
    later.octets(new byte[300], 0, 300);
    later.endField(place);
    List<byte[]> records = new ArrayList<>(recordsOf(log));
    Set<String> before = readsFrom(records);
    records.set(0, later.toOctets());
    assertThat(readsFrom(records)).isEqualTo(before).isNotEmpty();
    records.set(0, Arrays.copyOf(later.toOctets(), later.length() - 1));
    assertThatThrownBy(() -> readsFrom(records)).isInstanceOf(MalformedState.class);
  }
}
