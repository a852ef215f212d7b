package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.wire.header.TcpFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Changes each essential field of docs/state.md in some connection, and asks whether the comparison
 * with the records notices it.
 */
class EssentialRowsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z][A-Za-z.]+)` \\|([^|]*)\\|(.*)\\|$", Pattern.MULTILINE);

  private static final Pattern FIELD = Pattern.compile("`([a-z][A-Za-z]+)`");
  private static final int FIN_ACK = TcpFlags.FIN | TcpFlags.ACK;
  private static final long CUSTODY_NANOS = 200_000_000L;

  /**
   * A connection of which one SYN was seen is in no record, and the elements of an array have rows
   * of their own.
   */
  private static final Set<String> NOT_CHANGED =
      Set.of("Phase.Opening.handling", "OctetPieces.pieces");

  @Test
  @DisplayName("each essential field that differs from what the records tell is noticed")
  void noticesEachEssentialField() throws IOException {
    Set<String> essential = essential();
    Set<String> noticed = new TreeSet<>();
    connections().forEach(each -> noticed.addAll(new ChangedFields(each, essential).noticed()));
    Set<String> missing = new TreeSet<>(essential);
    missing.removeAll(noticed);
    assertThat(missing).isEqualTo(NOT_CHANGED);
  }

  @Test
  @DisplayName("the page names essential fields")
  void findsEssentialFields() throws IOException {
    assertThat(essential())
        .contains("Connection.rule", "OffsetMap.decided", "FinMap.acknowledgedBefore")
        .hasSizeGreaterThan(40);
  }

  private static Set<String> essential() throws IOException {
    Set<String> fields = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("../docs/state.md")));
    while (row.find()) {
      Matcher field = FIELD.matcher(row.group(3));
      while (row.group(2).strip().equals("essential") && field.find()) {
        fields.add(row.group(1) + "." + field.group(1));
      }
    }
    return fields;
  }

  private static Collection<RecordedConnection> connections() {
    return Stream.of(
            edited(),
            custody(),
            finished(),
            closing(),
            skipping(),
            dropping(),
            competing(),
            refused(),
            over())
        .toList();
  }

  private static RecordedConnection open(LambdaAgent agent) {
    return new RecordedConnection(agent, "").open();
  }

  private static LambdaAgent onClient(Consumer<Decisions> decision) {
    return LambdaAgent.onClient((view, out) -> {
      if (view.length() > 0) {
        decision.accept(out);
      }
    });
  }

  /** Edits in flight and folded ones, and an agent with a state. */
  private static RecordedConnection edited() {
    RecordedConnection connection =
        open(
            LambdaAgent.withState((state, direction, view, out) -> {
              if (view.length() > 0) {
                out.replace(view.length(), Octets.ofText("Good morning"));
              }
              return state + 1;
            }));
    connection.fromClient(1, "Hello");
    connection.fromServer(1, 13);
    connection.fromClient(6, "Hello");
    connection.fromClient(11, "Hello");
    return connection;
  }

  private static RecordedConnection custody() {
    RecordedConnection connection = open(SimpleAgents.replacing("Hello", "Hi").withoutFlush());
    connection.fromClient(1, "Hell");
    connection.await(CUSTODY_NANOS);
    return connection;
  }

  private static RecordedConnection finished() {
    RecordedConnection connection = open(SimpleAgents.passing());
    connection.fromClient(FIN_ACK, 1, 1, "bye");
    return connection;
  }

  /** Both FINs have come, and none is acknowledged. */
  private static RecordedConnection closing() {
    RecordedConnection connection = open(SimpleAgents.passing());
    connection.fromClient(FIN_ACK, 1, 1, "");
    connection.fromServer(FIN_ACK, 1, 1, "");
    return connection;
  }

  private static RecordedConnection skipping() {
    RecordedConnection connection = open(onClient(out -> out.skip(100)));
    connection.fromClient(1, "skipped");
    return connection;
  }

  private static RecordedConnection dropping() {
    RecordedConnection connection = open(onClient(out -> out.drop(100)));
    connection.fromClient(1, "dropped");
    return connection;
  }

  private static RecordedConnection competing() {
    RecordedConnection connection = open(SimpleAgents.passing());
    connection.fromClient(TcpFlags.SYN, 1_000_000, 0, "");
    connection.fromClient(TcpFlags.SYN, 2_000_000, 0, "");
    return connection;
  }

  private static RecordedConnection refused() {
    RecordedConnection connection = open(onClient(out -> out.reset("no")));
    connection.fromClient(1, "denied");
    return connection;
  }

  /** Both FINs are acknowledged. */
  private static RecordedConnection over() {
    RecordedConnection connection = open(SimpleAgents.passing());
    connection.fromClient(FIN_ACK, 1, 1, "");
    connection.fromServer(FIN_ACK, 1, 2, "");
    connection.fromClient(TcpFlags.ACK, 2, 2, "");
    return connection;
  }
}
