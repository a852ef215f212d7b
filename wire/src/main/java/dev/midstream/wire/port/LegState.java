package dev.midstream.wire.port;

/** What a leg's interface is able to do. A port goes on in every state. */
public enum LegState {
  /** Frames come and go. */
  UP,
  /** The interface is set down or has no carrier; frames for it are dropped until that is over. */
  DOWN,
  /** There is no such interface any more; it is looked for by its name. */
  ABSENT
}
