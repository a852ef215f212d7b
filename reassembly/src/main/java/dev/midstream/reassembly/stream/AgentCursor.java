package dev.midstream.reassembly.stream;

/** What the agent was shown of the undecided octets of one direction, and what it waits for. */
public final class AgentCursor {
  private int needLength;
  private int shownLength;
  private boolean endShown;
  private boolean redeliveryDue;

  /** Begins anew, without undecided octets. */
  void reset() {
    needLength = 0;
    shownLength = 0;
    redeliveryDue = false;
  }

  /** How many undecided octets the agent wants to see before it is called again. */
  public int needLength() {
    return needLength;
  }

  /** Notes how many undecided octets the agent waits for; 0 for any. */
  public void needLength(int length) {
    needLength = length;
  }

  /** How many undecided octets the agent was shown and left. */
  public int shownLength() {
    return shownLength;
  }

  /** Notes how many octets the agent was shown and left undecided. */
  public void shownLength(int length) {
    shownLength = length;
  }

  /** Notes whether the agent's state has changed since it was shown the undecided octets. */
  public void requireRedelivery(boolean needsRedelivery) {
    redeliveryDue = needsRedelivery;
  }

  /** Whether undecided octets are to be shown again, because the agent's state has changed. */
  public boolean needsRedelivery() {
    return redeliveryDue;
  }

  /** Notes that the agent was shown the end of the stream, which happens once. */
  public void markEndShown() {
    endShown = true;
  }

  /** Whether the agent was shown the end of the stream. */
  public boolean isEndShown() {
    return endShown;
  }
}
