package dev.midstream.gateway.inbox;

/** What other threads hand to a worker. */
public interface InboxMessage {
  /** The charge of a message beside its octets. */
  int OVERHEAD_BYTES = 128;

  /** What it is charged in the inbox. */
  int bytes();
}
