package dev.midstream.testkit.segment;

/** The control bits of a TCP header (RFC 9293 section 3.1). */
public final class ControlBits {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;
  public static final int URG = 32;

  /** A congestion mark arrived (RFC 3168). */
  public static final int ECE = 64;

  /** The congestion window was reduced (RFC 3168). */
  public static final int CWR = 128;

  static final int ALL = 255;

  private ControlBits() {}
}
