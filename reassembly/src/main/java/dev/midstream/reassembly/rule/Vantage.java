package dev.midstream.reassembly.rule;

/** Whose acknowledgements the packets carry. */
public enum Vantage {
  /** The receiver speaks of the edited stream, as it does when the box is inline. */
  INLINE,
  /** A recording: the receiver speaks of the stream as the sender sent it. */
  RECORDING
}
