package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;

/**
 * One endpoint of a world.
 *
 * @param options its TCP
 * @param bytes octets that its application writes
 * @param parts number of writes
 * @param pauseNanos time between writes
 * @param readBytes octets of each read
 * @param readEveryNanos time between reads; 0 to read at once
 * @param closing how it ends its stream
 */
public record EndpointPlan(
    EndpointOptions options,
    int bytes,
    int parts,
    long pauseNanos,
    int readBytes,
    long readEveryNanos,
    Closing closing) {

  private static final long ABORT_NANOS = 200_000_000L;

  /** How an application closes. */
  public enum Closing {
    /** After its last write. */
    AT_ONCE,
    /** After the peer has closed. */
    AFTER_PEER,
    /** By a reset, soon after its last write. */
    ABORT,
    /** Not at all: soon after its last write its host restarts and forgets the connection. */
    VANISH
  }

  /** The endpoint with its application, which writes {@code octets}. */
  public Party party(byte[] octets, boolean active) {
    Application script = new Application();
    if (readEveryNanos > 0) {
      script.read(readBytes, readEveryNanos);
    }
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) bytes * i / parts);
      int to = (int) ((long) bytes * (i + 1) / parts);
      script.write(octets, from, to);
      if (pauseNanos > 0) {
        script.pause(pauseNanos);
      }
    }
    return new Party(options, end(script), active);
  }

  private Application end(Application script) {
    return switch (closing) {
      case AT_ONCE -> script.close();
      case AFTER_PEER -> script.awaitEnd().close();
      case ABORT -> script.pause(ABORT_NANOS).abort();
      case VANISH -> script.pause(ABORT_NANOS).vanish();
    };
  }

  /** The minimum time to write everything and to read {@code arriving} octets. */
  long minNanos(long arriving) {
    int chunkBytes = Math.max(1, Math.min(readBytes, options.receiveBufferBytes() / 2));
    long reading = readEveryNanos == 0 ? 0 : (arriving / chunkBytes + 1) * readEveryNanos;
    return parts * pauseNanos + reading;
  }

  public EndpointPlan withOptions(EndpointOptions other) {
    return new EndpointPlan(other, bytes, parts, pauseNanos, readBytes, readEveryNanos, closing);
  }

  EndpointPlan withBytes(int other) {
    return new EndpointPlan(
        options,
        other,
        Math.clamp(parts, 1, Math.max(1, other)),
        pauseNanos,
        readBytes,
        readEveryNanos,
        closing);
  }

  /** The same with a stream of at least {@code least} octets, in as many parts. */
  EndpointPlan withAtLeast(long least) {
    int longer = (int) Math.max(bytes, least);
    return new EndpointPlan(options, longer, parts, pauseNanos, readBytes, readEveryNanos, closing);
  }

  EndpointPlan withWrites(int otherParts, long otherPauseNanos) {
    return new EndpointPlan(
        options, bytes, otherParts, otherPauseNanos, readBytes, readEveryNanos, closing);
  }

  EndpointPlan withReads(int otherBytes, long otherEveryNanos) {
    return new EndpointPlan(
        options, bytes, parts, pauseNanos, otherBytes, otherEveryNanos, closing);
  }

  EndpointPlan withClosing(Closing other) {
    return new EndpointPlan(options, bytes, parts, pauseNanos, readBytes, readEveryNanos, other);
  }
}
