package dev.midstream.reassembly.script;

import dev.midstream.reassembly.rule.EngineLimits;

/** The bounds an engine has by default, but for those that a test sets. */
public final class TestLimits {
  private static final EngineLimits PLAIN = EngineLimits.DEFAULTS;

  private int delayedBytes = PLAIN.delayedBytes();
  private long totalBytes = PLAIN.totalBytes();
  private int holdBytes = PLAIN.holdBytes();
  private int waitingBytes = PLAIN.waitingBytes();
  private int commands = PLAIN.commands();
  private int connections = PLAIN.connections();

  /** Octets of a connection kept behind gaps. */
  public TestLimits delayedBytes(int bytes) {
    delayedBytes = bytes;
    return this;
  }

  /** Octets kept of all connections. */
  public TestLimits totalBytes(long bytes) {
    totalBytes = bytes;
    return this;
  }

  /** Octets of a direction that an agent may leave undecided. */
  public TestLimits holdBytes(int bytes) {
    holdBytes = bytes;
    return this;
  }

  /** Octets that may wait for the receiver's window. */
  public TestLimits waitingBytes(int bytes) {
    waitingBytes = bytes;
    return this;
  }

  /** Commands of a direction. */
  public TestLimits commands(int most) {
    commands = most;
    return this;
  }

  /** Connections known at once. */
  public TestLimits connections(int most) {
    connections = most;
    return this;
  }

  /** All bounds. */
  public EngineLimits limits() {
    return new EngineLimits(
        delayedBytes,
        totalBytes,
        holdBytes,
        PLAIN.holdNanos(),
        waitingBytes,
        commands,
        PLAIN.ttlSlack(),
        connections,
        PLAIN.fragments());
  }
}
