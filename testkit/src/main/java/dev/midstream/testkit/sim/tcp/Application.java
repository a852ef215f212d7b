package dev.midstream.testkit.sim.tcp;

import dev.midstream.agent.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The script of the application above an endpoint: steps in sequence. Reading runs in parallel: the
 * application reads everything at once until a step changes that. A script may serve many runs.
 */
public final class Application {
  private final List<Step> steps = new ArrayList<>();

  /** One step. */
  sealed interface Step {
    /** Writes octets. */
    record Write(Octets octets) implements Step {}

    /** Waits until a time, counted from the start of the network. */
    record Until(long timeNanos) implements Step {}

    /** Waits for a duration. */
    record Pause(long nanos) implements Step {}

    /** Waits until this number of octets was read in total. */
    record AwaitOctets(long count) implements Step {}

    /** Waits until the peer's end of stream was read. */
    record AwaitEnd() implements Step {}

    /** Reads chunks of this size at this interval from now on. */
    record Read(int chunkBytes, long everyNanos) implements Step {}

    /** Resizes the receive buffer. */
    record Buffer(int bytes) implements Step {}

    /** Closes the sending direction. */
    record Close() implements Step {}

    /** Resets the connection. */
    record Abort() implements Step {}

    /** Drops the connection silently. */
    record Vanish() implements Step {}
  }

  /** Writes all of {@code octets}. */
  public Application write(byte[] octets) {
    return then(new Step.Write(Octets.of(octets)));
  }

  /** Writes the octets {@code [from, to)} of an array. */
  public Application write(byte[] octets, int from, int to) {
    return write(Arrays.copyOfRange(octets, from, to));
  }

  /** Writes the octets of {@code text}, one for each character. */
  public Application write(String text) {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Waits until {@code timeNanos}. */
  public Application until(long timeNanos) {
    return then(new Step.Until(timeNanos));
  }

  /** Waits for {@code nanos}. */
  public Application pause(long nanos) {
    return then(new Step.Pause(nanos));
  }

  /** Waits until {@code count} octets were read in total. */
  public Application awaitOctets(long count) {
    return then(new Step.AwaitOctets(count));
  }

  /** Waits until the peer's end of stream was read. */
  public Application awaitEnd() {
    return then(new Step.AwaitEnd());
  }

  /** Reads at most {@code chunkBytes} octets every {@code everyNanos} from now on. */
  public Application read(int chunkBytes, long everyNanos) {
    return then(new Step.Read(chunkBytes, everyNanos));
  }

  /** Reads nothing from now on. */
  public Application stopReading() {
    return then(new Step.Read(0, 0));
  }

  /** Reads everything at once from now on. */
  public Application readAll() {
    return then(new Step.Read(Integer.MAX_VALUE, 0));
  }

  /** Resizes the receive buffer to {@code bytes} octets. */
  public Application buffer(int bytes) {
    return then(new Step.Buffer(bytes));
  }

  /** Closes the sending direction; reading continues. */
  public Application close() {
    return then(new Step.Close());
  }

  /** Resets the connection. */
  public Application abort() {
    return then(new Step.Abort());
  }

  /** Drops the connection silently, like a host that restarts. */
  public Application vanish() {
    return then(new Step.Vanish());
  }

  private Application then(Step step) {
    steps.add(step);
    return this;
  }

  List<Step> steps() {
    return steps;
  }
}
