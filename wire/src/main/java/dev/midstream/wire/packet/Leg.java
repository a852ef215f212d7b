package dev.midstream.wire.packet;

/** The side of the box that a packet came from or leaves by. */
public enum Leg {
  INSIDE,
  OUTSIDE;

  /** The other side. */
  public Leg opposite() {
    return this == INSIDE ? OUTSIDE : INSIDE;
  }
}
