package dev.midstream.wire.port;

/** The counters of a leg. A super-segment counts as one frame. */
public enum LegCounter {
  RECEIVED_FRAMES,
  RECEIVED_BYTES,
  SENT_FRAMES,
  SENT_BYTES,
  /**
   * Long enough to be retained in place, but no spare buffer was left; forwarded, and copied as far
   * as the box stores it.
   */
  NOT_LENT,
  /** Dropped by the kernel for lack of buffer space, before the port received it. */
  MISSED,
  /** Received, but longer than a receive buffer; dropped. */
  TOO_LONG_TO_RECEIVE,
  /** Received in a form that the kernel cannot describe to the port; dropped by the kernel. */
  NOT_RECEIVABLE,
  /** Longer than the outgoing interface allows; dropped, and answered with an ICMP error. */
  TOO_LONG_TO_SEND,
  /**
   * Not sent because the interface was down, without carrier or absent; dropped. The kernel may
   * report up to a second late that an interface is up again; frames until then count here too.
   */
  LINK_DOWN,
  /** Not sent because the interface's queue was full; dropped. */
  QUEUE_FULL,
  /** Not sent because the kernel refused it for another reason; dropped. */
  REFUSED,
  /**
   * Not sent because the sender had no right to send any more, see {@link Port#setFence}; or
   * received before that right was regained, see {@link Port#discard}.
   */
  FENCED,
  /**
   * A multicast or broadcast frame whose sender was last seen on the other leg; forwarded. Many of
   * them indicate a loop.
   */
  LOOPED
}
