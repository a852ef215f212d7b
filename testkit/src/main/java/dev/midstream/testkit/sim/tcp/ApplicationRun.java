package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.testkit.sim.tcp.Application.Step;
import dev.midstream.testkit.sim.tcp.Timers.Kind;
import java.util.List;

/** One run of an application: where its script has come to, and how it reads. */
final class ApplicationRun {
  private static final long NOT_PAUSING = -1;

  private final List<Step> steps;
  private final Connection connection;
  private int position;
  private long pauseEndNanos = NOT_PAUSING;
  private int chunkBytes = Integer.MAX_VALUE;
  private long everyNanos;
  private long lastReadNanos;

  ApplicationRun(Application application, Connection connection) {
    steps = application.steps();
    this.connection = connection;
  }

  /** When octets, or the end of stream, were last read. */
  long lastReadNanos() {
    return lastReadNanos;
  }

  /** Reads, and does all steps that can be done now. */
  void run(long nowNanos) {
    read(nowNanos);
    while (position < steps.size() && perform(steps.get(position), nowNanos)) {
      position++;
    }
  }

  /** Reads the next chunk. */
  void readChunk(long nowNanos) {
    took(connection.receiver.stream().read(chunkBytes), nowNanos);
    run(nowNanos);
  }

  private void read(long nowNanos) {
    ReceiveStream stream = connection.receiver.stream();
    if (everyNanos == 0) {
      took(stream.read(chunkBytes), nowNanos);
    } else if (stream.unread() > 0 && !connection.timers.isSet(Kind.READING)) {
      connection.timers.set(Kind.READING, nowNanos + everyNanos);
    }
  }

  private void took(long octets, long nowNanos) {
    if (octets > 0) {
      lastReadNanos = nowNanos;
      checkWindow();
    }
  }

  private void checkWindow() {
    if (connection.state().takesData()) {
      connection.receiver.checkWindow();
    }
  }

  /** Does a step; false if it has to wait. */
  private boolean perform(Step step, long nowNanos) {
    ReceiveStream stream = connection.receiver.stream();
    return switch (step) {
      case Step.Write(Octets octets) -> {
        connection.outgoing.write(octets);
        connection.sender.transmit(nowNanos);
        yield true;
      }
      case Step.Until(long timeNanos) -> isPast(timeNanos, nowNanos);
      case Step.Pause(long nanos) -> isPauseOver(nanos, nowNanos);
      case Step.AwaitOctets(long count) -> stream.read() >= count;
      case Step.AwaitEnd() -> stream.isReadToEnd();
      case Step.Read(int chunk, long every) -> read(chunk, every, nowNanos);
      case Step.Buffer(int bytes) -> buffer(bytes);
      case Step.Close() -> {
        connection.close(nowNanos);
        yield true;
      }
      case Step.Abort() -> abort(nowNanos);
      case Step.Vanish() -> end(Ending.VANISHED);
    };
  }

  private boolean isPast(long timeNanos, long nowNanos) {
    if (nowNanos < timeNanos) {
      connection.timers.set(Kind.APPLICATION, timeNanos);
      return false;
    }
    return true;
  }

  private boolean isPauseOver(long nanos, long nowNanos) {
    if (pauseEndNanos == NOT_PAUSING) {
      pauseEndNanos = nowNanos + nanos;
    }
    boolean over = isPast(pauseEndNanos, nowNanos);
    pauseEndNanos = over ? NOT_PAUSING : pauseEndNanos;
    return over;
  }

  private boolean read(int chunk, long every, long nowNanos) {
    chunkBytes = chunk;
    everyNanos = every;
    connection.timers.cancel(Kind.READING);
    read(nowNanos);
    return true;
  }

  private boolean buffer(int bytes) {
    connection.receiver.window().buffer(bytes);
    checkWindow();
    return true;
  }

  private boolean abort(long nowNanos) {
    if (connection.state().isOpen() && connection.state() != TcpState.TIME_WAIT) {
      connection.out.reset(nowNanos);
    }
    return connection.ending() != Ending.NOT_YET || end(Ending.ABORTED);
  }

  private boolean end(Ending how) {
    connection.end(how);
    return true;
  }
}
