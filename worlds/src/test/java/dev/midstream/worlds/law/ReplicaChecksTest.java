package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Law 9 is asked of records that do not tell all of a connection. */
class ReplicaChecksTest {
  private static final int FIN_ACK = TcpFlags.FIN | TcpFlags.ACK;
  private static final long CUSTODY_NANOS = 200_000_000L;

  private static RecordedConnection open(LambdaAgent agent) {
    return new RecordedConnection(agent, "").open();
  }

  private static RecordedConnection open() {
    return open(SimpleAgents.passing());
  }

  private static Stream ofClient(Connection connection) {
    return connection.stream(Direction.CLIENT_TO_SERVER);
  }

  private static Edits edits(Connection connection) {
    return ofClient(connection).edits();
  }

  /** The state counts the calls. */
  private static LambdaAgent counting() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      SimpleAgents.pass(view, out);
      return state + 1;
    });
  }

  @Test
  @DisplayName("a parked connection of which the records tell too little")
  void seesParkedConnections() {
    RecordedConnection connection = open();
    connection.loseRecords();
    connection.fromClient(1, "lost");
    connection.fromServer(1, 5);
    connection.park();
    connection.assertBroken("D in records: 0 for 4");
  }

  @Test
  @DisplayName("a parked connection that the records tell")
  void acceptsParkedConnections() {
    RecordedConnection connection = open();
    connection.fromClient(1, "kept");
    connection.fromServer(1, 5);
    connection.assertHolds();
    connection.park();
    connection.assertHolds();
  }

  @Test
  @DisplayName("SYNs, and those that compete, that no record tells")
  void seesHandshakes() {
    RecordedConnection connection = open();
    FrameView view = new FrameView();
    view.read(CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 7, 0, ""));
    connection.change(each -> each.handshakes().addCompeting(view, Direction.CLIENT_TO_SERVER));
    connection.assertBroken("records do not hold the handshakes");
    connection.change(each -> each.handshakes().clearCompeting());
    connection.assertHolds();
    connection.change(
        each -> each.handshakes().set(Direction.SERVER_TO_CLIENT, Handshake.of(view)));
    connection.assertBroken("records do not hold the handshakes");
  }

  @Test
  @DisplayName("headers of another interface, which no record tells")
  void seesHeaders() {
    RecordedConnection connection = open();
    Packet packet = CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "");
    packet.from(packet.linkType(), packet.leg(), packet.interfaceId() + 1, 0);
    FrameView view = new FrameView();
    view.read(packet);
    connection.change(each -> ofClient(each).headers().capture(view, 0));
    connection.assertBroken("records do not hold the CLIENT_TO_SERVER headers");
  }

  @Test
  @DisplayName("commands that no record tells, but not that some are folded")
  void seesCommands() {
    RecordedConnection connection = open(SimpleAgents.replacing("Hello", "Hi"));
    connection.fromClient(1, "Hello");
    connection.assertHolds();
    connection.change(each -> edits(each).commands().foldTo(2));
    connection.assertHolds();
    connection.change(each -> edits(each).commands().append(5, 0, 3));
    connection.assertBroken("commands in records: they have no command of [5, 5)");
  }

  @Test
  @DisplayName("other first copies than those in the records, and none of those")
  void seesFirstCopies() {
    RecordedConnection connection = open(SimpleAgents.replacing("Hello", "Hi"));
    connection.fromClient(1, "Hello");
    connection.assertHolds();
    connection.change(each -> {
      ReleasedOctets copies = edits(each).firstCopies();
      copies.memoryAt(0).set(ValueLayout.JAVA_BYTE, copies.memoryOffsetOf(0), (byte) 'h');
    });
    connection.assertBroken("copies in records: they have other octets in [0, 2)");
  }

  private static RecordedConnection withCustody() {
    RecordedConnection connection = open(SimpleAgents.replacing("Hello", "Hi").withoutFlush());
    connection.fromClient(1, "Hell");
    connection.await(CUSTODY_NANOS);
    connection.assertHolds();
    connection.change(each -> assertThat(edits(each).custodyEnd()).isEqualTo(4));
    return connection;
  }

  @Test
  @DisplayName("custody that no record tells, and other octets in custody")
  void seesCustody() {
    RecordedConnection more = withCustody();
    more.change(each -> edits(each).commit().requestCustody(5));
    more.assertBroken("custody: is=5 recorded=4");

    RecordedConnection others = withCustody();
    others.change(each -> {
      OctetBuffer held = ofClient(each).sender().undecided();
      held.memory().set(ValueLayout.JAVA_BYTE, held.memoryOffset(), (byte) 'h');
    });
    others.assertBroken("records do not hold the CLIENT_TO_SERVER held");

    RecordedConnection fewer = withCustody();
    fewer.change(each -> ofClient(each).sender().dropHeld(1));
    fewer.assertBroken("records do not hold the CLIENT_TO_SERVER held");
  }

  @Test
  @DisplayName("a FIN that no record tells, and one of the engine")
  void seesFins() {
    RecordedConnection fin = open();
    fin.loseRecords();
    fin.fromClient(FIN_ACK, 1, 1, "");
    fin.assertBroken("records do not hold the CLIENT_TO_SERVER FIN");

    RecordedConnection own = open();
    own.fromClient(FIN_ACK, 1, 1, "");
    own.assertHolds();
    own.change(each -> edits(each).fin().adopt());
    own.assertBroken("records do not hold the CLIENT_TO_SERVER FIN");
  }

  @Test
  @DisplayName("a state of the agent that no record tells")
  void seesStates() {
    RecordedConnection connection = open(counting());
    connection.fromClient(1, "once");
    connection.assertHolds();
    connection.change(each -> each.openPhase().updateAgentState(7, true));
    connection.assertBroken("records do not hold the agent's state");
  }

  @Test
  @DisplayName("spans, counted edits and resets that no record tells")
  void seesOtherDecisions() {
    RecordedConnection connection = open();
    connection.change(each -> edits(each).countEdit());
    connection.assertBroken("records do not hold the CLIENT_TO_SERVER decisions");

    RecordedConnection opaque = open();
    opaque.change(each -> edits(each).makeRestOpaque());
    opaque.assertBroken("records do not hold the CLIENT_TO_SERVER decisions");

    RecordedConnection reset = open();
    reset.change(each -> each.openPhase().wantAbort(Direction.CLIENT_TO_SERVER));
    reset.assertBroken("records do not hold the CLIENT_TO_SERVER reset");
  }
}
