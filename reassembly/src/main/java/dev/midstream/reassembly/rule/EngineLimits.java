package dev.midstream.reassembly.rule;

import java.util.function.Consumer;

/**
 * The limits of an engine.
 *
 * @param delayedBytes out-of-order octets kept for one connection; beyond it a segment is dropped
 *     ({@code delay-limit})
 * @param totalBytes octets kept for all connections; beyond it out-of-order segments are dropped,
 *     and inline also segments in order if more than one segment of their stream is kept ({@code
 *     total-limit}). Up to half of it is reserved, two segments for each stream
 * @param holdBytes octets of one direction that an agent may leave undecided; beyond it the hold
 *     policy applies ({@code hold-limit})
 * @param holdNanos silence after which held octets are delivered once more, with {@code flush}
 *     ({@code hold-time})
 * @param waitingBytes decided octets that may wait for the receiver's window; beyond it no agent is
 *     called ({@code window-full})
 * @param commands modification commands of one direction; beyond it no agent is called ({@code
 *     command-limit})
 * @param ttlSlack a segment whose TTL is lower than normal by more than this needs a confirmation
 * @param connections connections known at once; beyond it the oldest unassured connection is
 *     evicted, or new ones pass unedited ({@code connection-limit})
 * @param connectionBytes heap that connections may take, octets not included; beyond it as beyond
 *     {@code connections}
 * @param fragments limits of fragment reassembly
 * @param expectations limits of what agents expect
 */
public record EngineLimits(
    int delayedBytes,
    long totalBytes,
    int holdBytes,
    long holdNanos,
    int waitingBytes,
    int commands,
    int ttlSlack,
    int connections,
    long connectionBytes,
    FragmentLimits fragments,
    ExpectationLimits expectations) {

  /** The documented defaults. */
  public static final EngineLimits DEFAULTS =
      new EngineLimits(
          4_194_304,
          268_435_456L,
          65_536,
          1_000_000_000L,
          262_144,
          65_536,
          5,
          1_048_576,
          Long.MAX_VALUE,
          FragmentLimits.DEFAULTS,
          ExpectationLimits.DEFAULTS);

  /** Limits without one for the heap of connections; agents may expect as many as by default. */
  public EngineLimits(
      int delayedBytes,
      long totalBytes,
      int holdBytes,
      long holdNanos,
      int waitingBytes,
      int commands,
      int ttlSlack,
      int connections,
      FragmentLimits fragments) {
    this(
        delayedBytes,
        totalBytes,
        holdBytes,
        holdNanos,
        waitingBytes,
        commands,
        ttlSlack,
        connections,
        Long.MAX_VALUE,
        fragments,
        ExpectationLimits.DEFAULTS);
  }

  private static final int HEAP_PARTS = 8;
  private static final int OCTET_PARTS = 2;
  private static final int CONNECTION_PARTS = 3;

  /** What agents make in a few calls: an edit of each octet that they are shown takes most. */
  private static final int CALLS_BYTES = 1 << 23;

  /** What the commands of an edit take at most, with what they replaced. */
  private static final int EDIT_BYTES = 88;

  /**
   * How much more than {@link #totalBytes} may be kept of what agents make: in a few calls, and all
   * edits of one connection. Beyond it silent receivers are reset ({@code total-limit}).
   */
  public long excessBytes() {
    return CALLS_BYTES + 2L * EDIT_BYTES * commands;
  }

  /**
   * These limits within a heap of {@code heapBytes}: a quarter of it for octets, three eighths for
   * connections. The rest is for packets, for the program, and for what the JVM must copy.
   */
  public EngineLimits within(long heapBytes) {
    long partBytes = Math.max(1, heapBytes / HEAP_PARTS);
    return withTotalBytes(Math.min(totalBytes, OCTET_PARTS * partBytes))
        .withConnectionBytes(Math.min(connectionBytes, CONNECTION_PARTS * partBytes));
  }

  /** The limits of one of {@code parts} engines that share the totals; at least 1 each. */
  public EngineLimits share(int parts) {
    return withTotalBytes(Math.max(1, totalBytes / parts))
        .withConnections(Math.max(1, connections / parts))
        .withConnectionBytes(Math.max(1, connectionBytes / parts))
        .withFragments(fragments.share(parts));
  }

  /** These limits with another limit for out-of-order octets of a connection. */
  public EngineLimits withDelayedBytes(int bytes) {
    return with(copy -> copy.delayedBytes = bytes);
  }

  /** These limits with another limit for the octets of all connections. */
  public EngineLimits withTotalBytes(long bytes) {
    return with(copy -> copy.totalBytes = bytes);
  }

  /** These limits with another limit for undecided octets. */
  public EngineLimits withHoldBytes(int bytes) {
    return with(copy -> copy.holdBytes = bytes);
  }

  /** These limits with another hold time. */
  public EngineLimits withHoldNanos(long nanos) {
    return with(copy -> copy.holdNanos = nanos);
  }

  /** These limits with another limit for decided octets that wait. */
  public EngineLimits withWaitingBytes(int bytes) {
    return with(copy -> copy.waitingBytes = bytes);
  }

  /** These limits with another limit for commands. */
  public EngineLimits withCommands(int max) {
    return with(copy -> copy.commands = max);
  }

  /** These limits with another limit for connections. */
  public EngineLimits withConnections(int max) {
    return with(copy -> copy.connections = max);
  }

  /** These limits with another limit for the heap of connections. */
  public EngineLimits withConnectionBytes(long bytes) {
    return with(copy -> copy.connectionBytes = bytes);
  }

  /** These limits with other limits for fragments. */
  public EngineLimits withFragments(FragmentLimits other) {
    return with(copy -> copy.fragments = other);
  }

  /** These limits with other limits for expectations. */
  public EngineLimits withExpectations(ExpectationLimits other) {
    return with(copy -> copy.expectations = other);
  }

  private EngineLimits with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.limits();
  }

  /** Limits that may be changed one by one. */
  private static final class Copy {
    private int delayedBytes;
    private long totalBytes;
    private int holdBytes;
    private long holdNanos;
    private int waitingBytes;
    private int commands;
    private final int ttlSlack;
    private int connections;
    private long connectionBytes;
    private FragmentLimits fragments;
    private ExpectationLimits expectations;

    Copy(EngineLimits limits) {
      delayedBytes = limits.delayedBytes;
      totalBytes = limits.totalBytes;
      holdBytes = limits.holdBytes;
      holdNanos = limits.holdNanos;
      waitingBytes = limits.waitingBytes;
      commands = limits.commands;
      ttlSlack = limits.ttlSlack;
      connections = limits.connections;
      connectionBytes = limits.connectionBytes;
      fragments = limits.fragments;
      expectations = limits.expectations;
    }

    EngineLimits limits() {
      return new EngineLimits(
          delayedBytes,
          totalBytes,
          holdBytes,
          holdNanos,
          waitingBytes,
          commands,
          ttlSlack,
          connections,
          connectionBytes,
          fragments,
          expectations);
    }
  }
}
