package dev.midstream.wire.packet;

/** The side of the box a packet came from or goes to. */
public enum Leg {
  INSIDE,
  OUTSIDE;

  /** The other side. */
  public Leg opposite() {
    return this == INSIDE ? OUTSIDE : INSIDE;
  }
}
