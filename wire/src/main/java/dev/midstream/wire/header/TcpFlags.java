package dev.midstream.wire.header;

/** The control bits of a TCP header, as in {@link FrameView#flags} (RFC 9293, RFC 9768). */
public final class TcpFlags {
  public static final int FIN = 0x001;
  public static final int SYN = 0x002;
  public static final int RST = 0x004;
  public static final int PSH = 0x008;
  public static final int ACK = 0x010;
  public static final int URG = 0x020;
  public static final int ECE = 0x040;
  public static final int CWR = 0x080;

  /** Accurate ECN (RFC 9768); the nonce sum of RFC 3540. */
  public static final int AE = 0x100;

  /** All nine bits. */
  public static final int ALL = 0x1ff;

  private TcpFlags() {}
}
