package dev.midstream.gateway.event;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;

/**
 * Turns the events of an engine into lines, with the time of the packet or timer that caused them.
 * Belongs to the engine's thread.
 */
public final class TimedEvents implements EventSink {
  private final Lines lines;
  private boolean debugging;
  private long nowNanos;

  /** Where the lines go. */
  interface Lines {
    /** Whether to add an event with this code. */
    boolean admits(String code, long nowNanos);

    /** Adds a line with its line feed. */
    void add(String line);
  }

  TimedEvents(Lines lines) {
    this.lines = lines;
  }

  /** Adds events for developers from now on. */
  public TimedEvents debugging() {
    debugging = true;
    return this;
  }

  /** Sets the time of the next events, since the epoch. */
  public void setTime(long nanos) {
    nowNanos = nanos;
  }

  @Override
  public void event(Reason reason, String connection, String text) {
    agentEvent(reason.code(), connection, text);
  }

  @Override
  public void agentEvent(String code, String connection, String text) {
    if (lines.admits(code, nowNanos)) {
      lines.add(EventLine.event(nowNanos, code, connection, text));
    }
  }

  @Override
  public boolean isDebugging() {
    return debugging;
  }

  @Override
  public void debug(String code, String connection, String text) {
    agentEvent(code, connection, text);
  }

  @Override
  public void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {
    if (lines.admits(EventLine.EDIT, nowNanos)) {
      lines.add(
          EventLine.edit(
              nowNanos, connection, direction, orgStart, orgLength, newLength, carriedOut));
    }
  }
}
