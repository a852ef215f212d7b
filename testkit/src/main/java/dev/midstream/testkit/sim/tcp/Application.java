package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.command.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the program above an endpoint does: steps, one after the other. Reading goes on beside them:
 * everything at once, until a step says otherwise. A script is built once and may serve many runs.
 */
public final class Application {
  private final List<Step> steps = new ArrayList<>();

  /** One step. */
  sealed interface Step {
    /** Writes octets. */
    record Write(Octets octets) implements Step {}

    /** Goes on at a moment, counted from the start of the network. */
    record Until(long timeNanos) implements Step {}

    /** Goes on after a time. */
    record Pause(long nanos) implements Step {}

    /** Goes on when so many octets were read since the start. */
    record AwaitOctets(long count) implements Step {}

    /** Goes on when the peer's end of stream was read. */
    record AwaitEnd() implements Step {}

    /** From now on reads so many octets at a time, in such intervals. */
    record Read(int chunkBytes, long everyNanos) implements Step {}

    /** Gives the receive buffer another size. */
    record Buffer(int bytes) implements Step {}

    /** Closes its direction. */
    record Close() implements Step {}

    /** Ends the connection with a reset. */
    record Abort() implements Step {}

    /** Forgets the connection without a word. */
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

  /** Goes on at {@code timeNanos}. */
  public Application until(long timeNanos) {
    return then(new Step.Until(timeNanos));
  }

  /** Goes on after {@code nanos}. */
  public Application pause(long nanos) {
    return then(new Step.Pause(nanos));
  }

  /** Goes on when {@code count} octets were read since the start. */
  public Application awaitOctets(long count) {
    return then(new Step.AwaitOctets(count));
  }

  /** Goes on when the peer's end of stream was read. */
  public Application awaitEnd() {
    return then(new Step.AwaitEnd());
  }

  /** From now on reads at most {@code chunkBytes} octets every {@code everyNanos}. */
  public Application read(int chunkBytes, long everyNanos) {
    return then(new Step.Read(chunkBytes, everyNanos));
  }

  /** From now on reads nothing. */
  public Application stopReading() {
    return then(new Step.Read(0, 0));
  }

  /** From now on reads everything at once. */
  public Application readAll() {
    return then(new Step.Read(Integer.MAX_VALUE, 0));
  }

  /** Gives the receive buffer room for {@code bytes} octets. */
  public Application buffer(int bytes) {
    return then(new Step.Buffer(bytes));
  }

  /** Closes its direction; reading goes on. */
  public Application close() {
    return then(new Step.Close());
  }

  /** Ends the connection with a reset. */
  public Application abort() {
    return then(new Step.Abort());
  }

  /** Forgets the connection without a word, as a host does that restarts. */
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
