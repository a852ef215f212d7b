package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.testkit.sim.link.FramePool;
import dev.midstream.testkit.sim.link.FrameSink;
import dev.midstream.testkit.sim.tcp.Timers.Kind;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.SplittableRandom;

/**
 * One end of a connection: an honest TCP with an application on top. It answers only what arrives
 * and what its own deadlines bring, at the times it is told. Not thread-safe.
 */
public final class TcpEndpoint {
  private final EndpointSetup setup;
  private final SegmentComposer composer;
  private final FrameSink output;
  private final SplittableRandom random;
  private final Timers timers = new Timers();
  private final Counters counters = new Counters();
  private final FrameView view = new FrameView();
  private Connection connection;
  private Handshake handshake;
  private SegmentArrival arrival;
  private ApplicationRun application;
  private KeepAlive keepAlive;

  /** An end whose frames come from {@code pool} and go to {@code output}. */
  public TcpEndpoint(EndpointSetup setup, FramePool pool, FrameSink output) {
    this.setup = setup;
    this.output = output;
    composer = new SegmentComposer(setup.ends(), setup.direction(), pool);
    random = new SplittableRandom(setup.seed());
    connection = newConnection();
    handshake = new Handshake(connection);
    arrival = new SegmentArrival(connection, handshake);
    application = new ApplicationRun(setup.application(), connection);
    keepAlive = new KeepAlive(connection);
  }

  private Connection newConnection() {
    return new Connection(setup, timers, counters, new SendStream(), composer, random, output);
  }

  /** Begins: listens, or opens the connection. */
  public void start(long nowNanos) {
    handshake.listen();
    application.run(nowNanos);
    if (setup.active() && connection.ending() == Ending.NOT_YET) {
      handshake.open(nowNanos);
    }
    goOn(nowNanos);
  }

  /** Takes a packet from the network, valid during the call. */
  public void take(Packet packet, long nowNanos) {
    if (view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
      counters.add(Counter.CHECKSUM_DROPS);
      return;
    }
    boolean wasOpening = !setup.active() && state() == TcpState.SYN_RECEIVED;
    arrival.take(view, nowNanos);
    if (wasOpening && ending() == Ending.RESET) {
      listenAgain(nowNanos);
    }
    keepAlive.heard(nowNanos);
    application.run(nowNanos);
    goOn(nowNanos);
  }

  /** Forgets a handshake that was reset (RFC 9293 section 3.10.7.4); the script begins anew. */
  private void listenAgain(long nowNanos) {
    timers.cancelAll();
    connection = newConnection();
    handshake = new Handshake(connection);
    arrival = new SegmentArrival(connection, handshake);
    application = new ApplicationRun(setup.application(), connection);
    keepAlive = new KeepAlive(connection);
    start(nowNanos);
  }

  /**
   * Whether a new connection may have the ports of this one, because of the segment in {@code
   * packet}: a SYN, when this one is closed, or one in TIME-WAIT that cannot be an old duplicate
   * (RFC 6191).
   */
  public boolean yieldsTo(Packet packet) {
    if (view.read(packet) != FrameKind.TCP || !view.isSyn() || view.isAck()) {
      return false;
    }
    return switch (state()) {
      case CLOSED -> true;
      case TIME_WAIT -> isNewer();
      default -> false;
    };
  }

  private boolean isNewer() {
    long expected = connection.receiver.stream().next();
    boolean isNewerTime =
        connection.agreement.timestamps()
            && view.options().hasTimestamps()
            && TimestampOrder.isAfter(
                view.options().timestampValue(), connection.timestamps.recent());
    return isNewerTime || connection.theirs().offsetOf(view.sequence(), expected) > expected;
  }

  /** When {@link #onTimer} is next wanted; {@link Long#MAX_VALUE} if nothing waits. */
  public long nextDeadlineNanos() {
    return timers.next();
  }

  /** Does everything that is due. */
  public void onTimer(long nowNanos) {
    timers.takeDue(Kind.APPLICATION, nowNanos);
    if (timers.takeDue(Kind.READING, nowNanos)) {
      application.readChunk(nowNanos);
    }
    if (timers.takeDue(Kind.DELAYED_ACK, nowNanos)) {
      connection.receiver.demandAck();
    }
    if (timers.takeDue(Kind.TIME_WAIT, nowNanos)) {
      connection.end(Ending.CLOSED);
    }
    if (!retransmissionsGoOn(nowNanos)) {
      connection.end(Ending.TIMED_OUT);
    }
    application.run(nowNanos);
    goOn(nowNanos);
  }

  private boolean retransmissionsGoOn(long nowNanos) {
    Sender sender = connection.sender;
    if (timers.takeDue(Kind.REORDERING, nowNanos)) {
      sender.onReorderingTimeout(nowNanos);
    }
    if (timers.takeDue(Kind.TAIL_PROBE, nowNanos)) {
      sender.onTailProbe(nowNanos);
    }
    boolean goesOn = true;
    if (timers.takeDue(Kind.RETRANSMISSION, nowNanos)) {
      goesOn =
          connection.state().isOpen() ? sender.onTimeout(nowNanos) : handshake.onTimeout(nowNanos);
    }
    if (timers.takeDue(Kind.PERSIST, nowNanos)) {
      goesOn &= sender.onPersist(nowNanos);
    }
    if (timers.takeDue(Kind.KEEP_ALIVE, nowNanos)) {
      goesOn &= keepAlive.probe(nowNanos);
    }
    return goesOn;
  }

  private void goOn(long nowNanos) {
    if (connection.state().isOpen() && connection.state() != TcpState.TIME_WAIT) {
      connection.sender.transmit(nowNanos);
    }
    if (connection.receiver.isAckDue() && connection.state().isOpen()) {
      connection.out.ack(nowNanos);
    }
  }

  /** The state of the connection. */
  public TcpState state() {
    return connection.state();
  }

  /** How the connection ended. */
  public Ending ending() {
    return connection.ending();
  }

  /** Whether the connection has ended and, if in order, the application has read everything. */
  public boolean isDone() {
    return switch (ending()) {
      case NOT_YET -> false;
      case CLOSED -> connection.receiver.stream().unread() == 0;
      case RESET, ABORTED, TIMED_OUT, VANISHED -> true;
    };
  }

  /** What was counted. */
  public Counters counters() {
    return counters;
  }

  /** A copy of all octets the application has written. */
  public byte[] written() {
    return connection.outgoing.copy();
  }

  /** A copy of all octets the application has read. */
  public byte[] received() {
    return connection.receiver.stream().readOctets();
  }

  /** Octets the application has read. */
  public long receivedBytes() {
    return connection.receiver.stream().read();
  }

  /** Whether the application has read the peer's end of stream. */
  public boolean isReadToEnd() {
    return connection.receiver.stream().isReadToEnd();
  }

  /** When the application last read octets. */
  public long lastReadNanos() {
    return application.lastReadNanos();
  }

  /** The setup it was made with. */
  public EndpointSetup setup() {
    return setup;
  }

  @Override
  public String toString() {
    return setup.direction()
        + " "
        + state()
        + " "
        + ending()
        + " written="
        + connection.outgoing.written()
        + " acked="
        + connection.sender.unacknowledged()
        + " read="
        + receivedBytes()
        + " deadline="
        + timers.next()
        + " "
        + counters;
  }
}
