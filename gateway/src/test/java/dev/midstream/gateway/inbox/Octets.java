package dev.midstream.gateway.inbox;

/** A message of some octets. */
record Octets(int length) implements InboxMessage {
  @Override
  public int bytes() {
    return OVERHEAD_BYTES + length;
  }
}
