package dev.midstream.modcmd.call;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * What the agent was shown of the undecided octets of one direction, and what it waits for. Derived
 * state: without it the agent is only called earlier, which must not change its decisions.
 */
public final class AgentCursor {
  private int needLength;
  private int shownLength;
  private boolean endShown;
  private boolean redeliveryDue;
  private boolean redeliveryPostponed;
  private boolean flushed;
  private boolean awaitingOther;

  /** Writes all of it. */
  public void write(StateWriter out) {
    out.flags(endShown, redeliveryDue || redeliveryPostponed, flushed, awaitingOther);
    out.number(needLength);
    out.number(shownLength);
  }

  /** Reads what {@link #write} wrote. */
  public void read(StateReader in) {
    int flags = in.count(15);
    endShown = (flags & 1) != 0;
    redeliveryDue = (flags & 2) != 0;
    flushed = (flags & 4) != 0;
    awaitingOther = (flags & 8) != 0;
    needLength = in.count(Integer.MAX_VALUE);
    shownLength = in.count(Integer.MAX_VALUE);
  }

  /** Resets everything but the end of the stream: nothing is undecided any more. */
  public void reset() {
    needLength = 0;
    shownLength = 0;
    requireRedelivery(false);
    awaitingOther = false;
  }

  /** Forgets what the agent waits for; to be called before the answers of a call are applied. */
  public void beginCall() {
    needLength = 0;
    awaitingOther = false;
  }

  /** Notes that the agent waits for a change of its state by the other direction. */
  public void awaitOther() {
    awaitingOther = true;
  }

  /** Whether the agent waits for a change of its state by the other direction. */
  public boolean isAwaitingOther() {
    return awaitingOther;
  }

  /** Undecided octets that the agent wants to see before the next call; 0 for any. */
  public int needLength() {
    return needLength;
  }

  /** Sets how many undecided octets the agent waits for; 0 for any. */
  public void setNeedLength(int length) {
    needLength = length;
  }

  /** Undecided octets that the agent was shown and left undecided. */
  public int shownLength() {
    return shownLength;
  }

  /** Sets how many octets the agent was shown and left undecided. */
  public void setShownLength(int length) {
    shownLength = length;
  }

  /** Whether the undecided octets must be shown again, because the agent's state has changed. */
  public void requireRedelivery(boolean needsRedelivery) {
    redeliveryDue = needsRedelivery;
    redeliveryPostponed = false;
  }

  /** Notes that the undecided octets are to be shown again, but not before the next packet. */
  void postponeRedelivery() {
    redeliveryPostponed = true;
  }

  /** Notes that a packet has come. */
  void endPostponement() {
    redeliveryDue |= redeliveryPostponed;
    redeliveryPostponed = false;
  }

  /** Whether undecided octets are to be shown again, because the agent's state has changed. */
  public boolean needsRedelivery() {
    return redeliveryDue;
  }

  /** Sets whether silence ends a hold, as the agent says for its present state. */
  public void setFlushed(boolean wantsFlush) {
    flushed = wantsFlush;
  }

  /** Whether silence ends a hold. */
  public boolean isFlushed() {
    return flushed;
  }

  /** Notes that the agent was shown the end of the stream. That happens once. */
  public void markEndShown() {
    endShown = true;
  }

  /** Whether the agent was shown the end of the stream. */
  public boolean isEndShown() {
    return endShown;
  }
}
