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
  private Tcb tcb;
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
    tcb = newConnection();
    handshake = new Handshake(tcb);
    arrival = new SegmentArrival(tcb, handshake);
    application = new ApplicationRun(setup.application(), tcb);
    keepAlive = new KeepAlive(tcb);
  }

  private Tcb newConnection() {
    return new Tcb(setup, timers, counters, new SendBuffer(), composer, random, output);
  }

  /** Begins: listens, or opens the connection. */
  public void start(long nowNanos) {
    handshake.listen();
    application.run(nowNanos);
    if (setup.active() && tcb.ending() == Ending.NOT_YET) {
      handshake.open(nowNanos);
    }
    sendDue(nowNanos);
  }

  /** Takes a packet from the network, valid during the call. */
  public void receive(Packet packet, long nowNanos) {
    if (view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
      counters.add(Counter.CHECKSUM_DROPS);
      return;
    }
    boolean wasOpening = !setup.active() && state() == TcpState.SYN_RECEIVED;
    arrival.process(view, nowNanos);
    if (wasOpening && ending() == Ending.RESET) {
      returnToListen(nowNanos);
    }
    keepAlive.onSegment(nowNanos);
    application.run(nowNanos);
    sendDue(nowNanos);
  }

  /** Forgets a handshake that was reset (RFC 9293 section 3.10.7.4); the script begins anew. */
  private void returnToListen(long nowNanos) {
    timers.cancelAll();
    tcb = newConnection();
    handshake = new Handshake(tcb);
    arrival = new SegmentArrival(tcb, handshake);
    application = new ApplicationRun(setup.application(), tcb);
    keepAlive = new KeepAlive(tcb);
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
    long expected = tcb.receiver.stream().next();
    boolean isNewerTime =
        tcb.negotiated.timestamps()
            && view.options().hasTimestamps()
            && TimestampOrder.isAfter(view.options().timestampValue(), tcb.timestamps.tsRecent());
    return isNewerTime || tcb.receiveSpace().offsetOf(view.sequence(), expected) > expected;
  }

  /** When {@link #onTimer} is next wanted; {@link Long#MAX_VALUE} if nothing waits. */
  public long nextDeadlineNanos() {
    return timers.next();
  }

  /** Does everything that is due. */
  public void onTimer(long nowNanos) {
    timers.pollDue(Kind.APPLICATION, nowNanos);
    if (timers.pollDue(Kind.READING, nowNanos)) {
      application.readChunk(nowNanos);
    }
    if (timers.pollDue(Kind.DELAYED_ACK, nowNanos)) {
      tcb.receiver.requestAck();
    }
    if (timers.pollDue(Kind.TIME_WAIT, nowNanos)) {
      tcb.end(Ending.CLOSED);
    }
    if (!runTransmitTimers(nowNanos)) {
      tcb.end(Ending.TIMED_OUT);
    }
    application.run(nowNanos);
    sendDue(nowNanos);
  }

  private boolean runTransmitTimers(long nowNanos) {
    Sender sender = tcb.sender;
    if (timers.pollDue(Kind.REORDERING, nowNanos)) {
      sender.onReorderingTimeout(nowNanos);
    }
    if (timers.pollDue(Kind.TAIL_PROBE, nowNanos)) {
      sender.onTailProbe(nowNanos);
    }
    boolean goesOn = true;
    if (timers.pollDue(Kind.RETRANSMISSION, nowNanos)) {
      goesOn =
          tcb.state().isSynchronized() ? sender.onTimeout(nowNanos) : handshake.onTimeout(nowNanos);
    }
    if (timers.pollDue(Kind.PERSIST, nowNanos)) {
      goesOn &= sender.onPersist(nowNanos);
    }
    if (timers.pollDue(Kind.KEEP_ALIVE, nowNanos)) {
      goesOn &= keepAlive.probe(nowNanos);
    }
    return goesOn;
  }

  private void sendDue(long nowNanos) {
    if (tcb.state().isSynchronized() && tcb.state() != TcpState.TIME_WAIT) {
      tcb.sender.transmit(nowNanos);
    }
    if (tcb.receiver.isAckDue() && tcb.state().isSynchronized()) {
      tcb.transmitter.ack(nowNanos);
    }
  }

  /** The state of the connection. */
  public TcpState state() {
    return tcb.state();
  }

  /** How the connection ended. */
  public Ending ending() {
    return tcb.ending();
  }

  /** Whether the connection has ended and, if in order, the application has read everything. */
  public boolean isDone() {
    return switch (ending()) {
      case NOT_YET -> false;
      case CLOSED -> tcb.receiver.stream().unread() == 0;
      case RESET, ABORTED, TIMED_OUT, VANISHED -> true;
    };
  }

  /** What was counted. */
  public Counters counters() {
    return counters;
  }

  /** A copy of all octets the application has written. */
  public byte[] written() {
    return tcb.sendBuffer.copy();
  }

  /** A copy of all octets the application has read. */
  public byte[] received() {
    return tcb.receiver.stream().readOctets();
  }

  /** Octets the application has read. */
  public long receivedBytes() {
    return tcb.receiver.stream().read();
  }

  /** Whether the application has read the peer's end of stream. */
  public boolean isReadToEnd() {
    return tcb.receiver.stream().isReadToEnd();
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
        + tcb.sendBuffer.written()
        + " acked="
        + tcb.sender.una()
        + " read="
        + receivedBytes()
        + " deadline="
        + timers.next()
        + " "
        + counters;
  }
}
