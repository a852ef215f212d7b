package dev.midstream.reassembly.rule;

/** Where the packets are seen, and so which stream the receiver acknowledges. */
public enum Vantage {
  /** The box is on the path; the receiver acknowledges the edited stream. */
  INLINE,
  /** The packets were recorded; the receiver acknowledged the original stream. */
  RECORDING
}
