package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.IcmpReader;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SegmentWriter;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.link.FramePool;
import dev.midstream.testkit.sim.link.FrameSink;
import dev.midstream.testkit.sim.tcp.Timers.Kind;
import dev.midstream.wire.packet.Packet;
import java.util.SplittableRandom;

/**
 * One endpoint of a connection: an honest TCP with an application. It acts only on packets and on
 * its own deadlines. Not thread-safe.
 */
public final class TcpEndpoint {
  private final EndpointSetup setup;
  private final SegmentComposer composer;
  private final FrameSink output;
  private final SplittableRandom random;
  private final Timers timers = new Timers();
  private final Counters counters = new Counters();
  private final SegmentReader view = new SegmentReader();
  private Tcb tcb;
  private Handshake handshake;
  private SegmentArrival arrival;
  private ApplicationRun application;
  private KeepAlive keepAlive;

  /** An endpoint that sends frames of {@code pool} to {@code output}. */
  public TcpEndpoint(EndpointSetup setup, FramePool pool, FrameSink output) {
    this.setup = setup;
    this.output = output;
    SegmentWriter writer = new SegmentWriter(setup.ends(), setup.direction());
    writer.hopLimit(setup.options().hopLimit());
    composer = new SegmentComposer(writer, pool);
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

  /** Starts: listens, or opens the connection. */
  public void start(long nowNanos) {
    handshake.listen();
    application.run(nowNanos);
    if (setup.active() && tcb.ending() == Ending.NOT_YET) {
      handshake.open(nowNanos);
    }
    sendDue(nowNanos);
  }

  /** Receives a packet, which is valid during the call. */
  public void receive(Packet packet, long nowNanos) {
    if (!view.read(packet) || !view.isTcpChecksumRight()) {
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

  /** Sends smaller segments from now on, if {@code error} is about octets in flight (RFC 5927). */
  public void receive(IcmpReader error, long nowNanos) {
    if (tcb.state().isSynchronized()) {
      tcb.sender.limitSegments(error.sequence(), error.segmentBytes(), nowNanos);
      sendDue(nowNanos);
    }
  }

  /**
   * Returns to LISTEN after a reset of the handshake (RFC 9293 section 3.10.7.4); the script
   * restarts.
   */
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
   * Whether a new connection may reuse these ports because of the SYN in {@code packet}. The
   * connection must be closed or not open yet, or in TIME-WAIT with a SYN that cannot be an old
   * duplicate (RFC 6191).
   */
  public boolean yieldsTo(Packet packet) {
    if (!view.read(packet) || !view.isSyn() || view.isAck()) {
      return false;
    }
    return switch (state()) {
      case CLOSED, LISTEN -> true;
      case TIME_WAIT -> isNewer();
      default -> false;
    };
  }

  private boolean isNewer() {
    long expected = tcb.receiver.stream().next();
    boolean isNewerTime =
        tcb.negotiated.timestamps()
            && view.options().hasTimestamps()
            && SequenceNumbers.isOlder(tcb.timestamps.tsRecent(), view.options().timestampValue());
    return isNewerTime || tcb.receiveSpace().offsetOf(view.sequence(), expected) > expected;
  }

  /** The time of the next {@link #onTimer}; {@link Long#MAX_VALUE} if no timer is set. */
  public long nextDeadlineNanos() {
    return timers.next();
  }

  /** Handles all due timers. */
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

  /** The connection state. */
  public TcpState state() {
    return tcb.state();
  }

  /** The way in which the connection ended. */
  public Ending ending() {
    return tcb.ending();
  }

  /**
   * Whether the connection has ended and, after a normal close, the application has read
   * everything.
   */
  public boolean isDone() {
    return switch (ending()) {
      case NOT_YET -> false;
      case CLOSED -> tcb.receiver.stream().unread() == 0;
      case RESET, ABORTED, TIMED_OUT, VANISHED -> true;
    };
  }

  /** The counters. */
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

  /** The number of octets that the application has read. */
  public long receivedBytes() {
    return tcb.receiver.stream().read();
  }

  /** The number of octets that the peer has acknowledged, with SYN and FIN. */
  public long acknowledgedBytes() {
    return tcb.sender.una() + 1;
  }

  /** Whether octets or a FIN wait to be sent or acknowledged. */
  public boolean isSending() {
    return ending() == Ending.NOT_YET && !tcb.sender.isAllAcked();
  }

  /**
   * Whether it has octets and a window, and sends nothing because that would be silly (RFC 9293
   * section 3.8.6.2.1).
   */
  public boolean isHesitating() {
    return ending() == Ending.NOT_YET && tcb.sender.isHesitating();
  }

  /** The retransmission timeout that round trips give, not doubled. */
  public long timeoutNanos() {
    return tcb.sender.timeoutNanos();
  }

  /** The number of octets in flight that the peer has reported by SACK. */
  public long reportedBytes() {
    return tcb.sender.reportedBytes();
  }

  /** Whether the application has read the peer's end of stream. */
  public boolean isReadToEnd() {
    return tcb.receiver.stream().isReadToEnd();
  }

  /** The time when the application last read octets. */
  public long lastReadNanos() {
    return application.lastReadNanos();
  }

  /** The setup of this endpoint. */
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
