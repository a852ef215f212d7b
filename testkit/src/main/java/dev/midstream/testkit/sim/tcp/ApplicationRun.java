package dev.midstream.testkit.sim.tcp;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.sim.tcp.Application.Step;
import dev.midstream.testkit.sim.tcp.Timers.Kind;
import java.util.List;

/** One run of an application: the current step of its script, and its reading. */
final class ApplicationRun {
  private static final long NOT_PAUSING = -1;

  private final List<Step> steps;
  private final Tcb tcb;
  private int position;
  private long pauseEndNanos = NOT_PAUSING;
  private int chunkBytes = Integer.MAX_VALUE;
  private long everyNanos;
  private long lastReadNanos;

  ApplicationRun(Application application, Tcb tcb) {
    steps = application.steps();
    this.tcb = tcb;
  }

  /** The time when octets, or the end of the stream, were last read. */
  long lastReadNanos() {
    return lastReadNanos;
  }

  /** Reads, and performs all steps that need not wait. */
  void run(long nowNanos) {
    read(nowNanos);
    while (position < steps.size() && perform(steps.get(position), nowNanos)) {
      position++;
    }
  }

  /** Reads the next chunk. */
  void readChunk(long nowNanos) {
    noteRead(tcb.receiver.stream().read(chunkBytes), nowNanos);
    run(nowNanos);
  }

  private void read(long nowNanos) {
    ReceiveBuffer stream = tcb.receiver.stream();
    if (everyNanos == 0) {
      noteRead(stream.read(chunkBytes), nowNanos);
    } else if (stream.unread() > 0 && !tcb.timers.isSet(Kind.READING)) {
      tcb.timers.set(Kind.READING, nowNanos + everyNanos);
    }
  }

  private void noteRead(long octets, long nowNanos) {
    if (octets > 0) {
      lastReadNanos = nowNanos;
      requestWindowUpdate();
    }
  }

  private void requestWindowUpdate() {
    if (tcb.state().acceptsData()) {
      tcb.receiver.requestWindowUpdate();
    }
  }

  /** Performs a step; false if it has to wait. */
  private boolean perform(Step step, long nowNanos) {
    ReceiveBuffer stream = tcb.receiver.stream();
    return switch (step) {
      case Step.Write(Octets octets) -> {
        tcb.sendBuffer.write(octets);
        tcb.sender.transmit(nowNanos);
        yield true;
      }
      case Step.Until(long timeNanos) -> waitUntil(timeNanos, nowNanos);
      case Step.Pause(long nanos) -> pause(nanos, nowNanos);
      case Step.AwaitOctets(long count) -> stream.read() >= count;
      case Step.AwaitEnd() -> stream.isReadToEnd();
      case Step.Read(int chunk, long every) -> read(chunk, every, nowNanos);
      case Step.Buffer(int bytes) -> buffer(bytes);
      case Step.Close() -> {
        tcb.close(nowNanos);
        yield true;
      }
      case Step.Abort() -> abort(nowNanos);
      case Step.Vanish() -> end(Ending.VANISHED);
    };
  }

  private boolean waitUntil(long timeNanos, long nowNanos) {
    if (nowNanos < timeNanos) {
      tcb.timers.set(Kind.APPLICATION, timeNanos);
      return false;
    }
    return true;
  }

  private boolean pause(long nanos, long nowNanos) {
    if (pauseEndNanos == NOT_PAUSING) {
      pauseEndNanos = nowNanos + nanos;
    }
    boolean over = waitUntil(pauseEndNanos, nowNanos);
    pauseEndNanos = over ? NOT_PAUSING : pauseEndNanos;
    return over;
  }

  private boolean read(int chunk, long every, long nowNanos) {
    chunkBytes = chunk;
    everyNanos = every;
    tcb.timers.cancel(Kind.READING);
    read(nowNanos);
    return true;
  }

  private boolean buffer(int bytes) {
    tcb.receiver.window().buffer(bytes);
    requestWindowUpdate();
    return true;
  }

  private boolean abort(long nowNanos) {
    if (tcb.state().isSynchronized() && tcb.state() != TcpState.TIME_WAIT) {
      tcb.transmitter.reset(nowNanos);
    }
    return tcb.ending() != Ending.NOT_YET || end(Ending.ABORTED);
  }

  private boolean end(Ending how) {
    tcb.end(how);
    return true;
  }
}
