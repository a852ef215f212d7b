package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.link.FrameSink;
import dev.midstream.testkit.sim.tcp.Timers.Kind;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The transmission control block of one endpoint: the connection state and its parts. */
final class Tcb {
  final EndpointOptions options;
  final Counters counters;
  final Timers timers;
  final SequenceNumbers sendSpace;
  final NegotiatedOptions negotiated;
  final TimestampClock timestamps;
  final EcnState ecn;
  final SendBuffer sendBuffer;
  final Receiver receiver;
  final Transmitter transmitter;
  final Sender sender;
  private @Nullable SequenceNumbers receiveSpace;
  private TcpState state = TcpState.CLOSED;
  private Ending ending = Ending.NOT_YET;

  Tcb(
      EndpointSetup setup,
      Timers timers,
      Counters counters,
      SendBuffer sendBuffer,
      SegmentComposer composer,
      RandomGenerator random,
      FrameSink output) {
    options = setup.options();
    this.counters = counters;
    this.timers = timers;
    this.sendBuffer = sendBuffer;
    sendSpace = new SequenceNumbers(setup.ends().isn(setup.direction()));
    negotiated = new NegotiatedOptions(options);
    timestamps = new TimestampClock(random.nextInt(), options.has(Behaviour.FAST_CLOCK));
    ecn = new EcnState(options, counters);
    receiver = new Receiver(options, counters, timers, timestamps);
    transmitter = new Transmitter(this, composer, output);
    sender = new Sender(this, random);
  }

  TcpState state() {
    return state;
  }

  void state(TcpState next) {
    state = next;
  }

  Ending ending() {
    return ending;
  }

  boolean knowsPeer() {
    return receiveSpace != null;
  }

  /** The peer's sequence space. */
  SequenceNumbers receiveSpace() {
    if (receiveSpace == null) {
      throw new IllegalStateException("no SYN of the peer yet: state=" + state);
    }
    return receiveSpace;
  }

  /** Sets the peer's sequence space and options from its SYN. */
  void onPeerSyn(Segment syn, long nowNanos) {
    receiveSpace = new SequenceNumbers(syn.view().sequence());
    negotiated.negotiate(syn.view().options());
    ecn.onSyn(syn.view());
    receiver.window().scale(negotiated.ownScale());
    if (negotiated.timestamps()) {
      timestamps.updateRecent(syn.timestampValue(), nowNanos);
    }
  }

  /** Ends the connection; the application may still read. */
  void end(Ending how) {
    state = TcpState.CLOSED;
    ending = how;
    for (Kind each : Kind.values()) {
      if (each != Kind.READING && each != Kind.APPLICATION) {
        timers.cancel(each);
      }
    }
  }

  /** Closes the sending direction. */
  void close(long nowNanos) {
    if (sendBuffer.isClosed()) {
      return;
    }
    sendBuffer.close();
    switch (state) {
      case ESTABLISHED -> state = TcpState.FIN_WAIT_1;
      case CLOSE_WAIT -> state = TcpState.LAST_ACK;
      default -> {}
    }
    sender.transmit(nowNanos);
  }

  /** Changes the state if the FIN was acknowledged. */
  void onAck(long nowNanos) {
    if (!sender.isFinAcked()) {
      return;
    }
    switch (state) {
      case FIN_WAIT_1 -> state = TcpState.FIN_WAIT_2;
      case CLOSING -> enterTimeWait(nowNanos);
      case LAST_ACK -> end(Ending.CLOSED);
      default -> {}
    }
  }

  /** Changes the state after the peer's FIN. */
  void onPeerFin(long nowNanos) {
    switch (state) {
      case ESTABLISHED -> state = sendBuffer.isClosed() ? TcpState.LAST_ACK : TcpState.CLOSE_WAIT;
      case FIN_WAIT_1 -> state = TcpState.CLOSING;
      case FIN_WAIT_2 -> enterTimeWait(nowNanos);
      default -> {}
    }
  }

  /** Enters TIME-WAIT, or restarts its timer. */
  void enterTimeWait(long nowNanos) {
    end(Ending.CLOSED);
    state = TcpState.TIME_WAIT;
    timers.set(Kind.TIME_WAIT, nowNanos + options.times().timeWaitNanos());
  }
}
