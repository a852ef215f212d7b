package dev.midstream.wire.port;

/** What a leg's interface is able to do. A port goes on in every state. */
public enum LegState {
  /** Frames come and go. */
  UP,
  /** The interface is set down; frames for it are dropped until it is up again. */
  DOWN,
  /** There is no such interface any more; it is looked for by its name. */
  ABSENT
}
