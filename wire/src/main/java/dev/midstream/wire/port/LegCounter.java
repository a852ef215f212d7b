package dev.midstream.wire.port;

/** What is counted for each leg. A super-segment counts as one frame. */
public enum LegCounter {
  RECEIVED_FRAMES,
  RECEIVED_BYTES,
  SENT_FRAMES,
  SENT_BYTES,
  /**
   * Long enough to be kept where they were received, but no buffer was spare; they go on, and what
   * is kept of them is copied.
   */
  NOT_LENT,
  /** Dropped by the kernel before the port saw them, for lack of room. */
  MISSED,
  /** Received, but longer than a buffer; dropped. */
  TOO_LONG_TO_RECEIVE,
  /** Received in a form that the kernel cannot describe to a port; dropped by it. */
  NOT_RECEIVABLE,
  /** To be sent, but longer than the interface allows; dropped. */
  TOO_LONG_TO_SEND,
  /**
   * To be sent while the interface was down, without carrier or absent; dropped. The kernel may say
   * as late as a second after that an interface is up again: what passes until then counts here
   * too.
   */
  LINK_DOWN,
  /** To be sent while the interface's queue was full; dropped. */
  QUEUE_FULL,
  /** To be sent, but refused by the kernel for another reason; dropped. */
  REFUSED,
  /** For a group, from a sender that the other leg heard last; forwarded. Many are a loop. */
  LOOPED
}
