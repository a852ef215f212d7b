package dev.midstream.reassembly.script;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.FragmentLimits;

/** The default limits of an engine, with changes. */
public final class TestLimits {
  private static final EngineLimits PLAIN = EngineLimits.DEFAULTS;

  private int delayedBytes = PLAIN.delayedBytes();
  private long totalBytes = PLAIN.totalBytes();
  private int holdBytes = PLAIN.holdBytes();
  private int waitingBytes = PLAIN.waitingBytes();
  private int commands = PLAIN.commands();
  private int connections = PLAIN.connections();
  private FragmentLimits fragments = PLAIN.fragments();

  /** Octets of a connection delayed after gaps. */
  public TestLimits delayedBytes(int bytes) {
    delayedBytes = bytes;
    return this;
  }

  /** Octets stored for all connections. */
  public TestLimits totalBytes(long bytes) {
    totalBytes = bytes;
    return this;
  }

  /** Undecided octets of a direction. */
  public TestLimits holdBytes(int bytes) {
    holdBytes = bytes;
    return this;
  }

  /** Output that waits for the receiver's window. */
  public TestLimits waitingBytes(int bytes) {
    waitingBytes = bytes;
    return this;
  }

  /** Commands of a direction. */
  public TestLimits commands(int max) {
    commands = max;
    return this;
  }

  /** Connections in the table. */
  public TestLimits connections(int max) {
    connections = max;
    return this;
  }

  /** Limits of fragments. */
  public TestLimits fragments(FragmentLimits limits) {
    fragments = limits;
    return this;
  }

  /** All limits. */
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
        fragments);
  }
}
