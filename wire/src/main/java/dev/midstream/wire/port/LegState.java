package dev.midstream.wire.port;

/** The state of a leg's interface. A port keeps running in every state. */
public enum LegState {
  /** Frames are received and sent. */
  UP,
  /** The interface is down or has no carrier; frames to it are dropped. */
  DOWN,
  /** The interface no longer exists; it is looked up by its name. */
  ABSENT
}
