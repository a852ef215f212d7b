package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;

/** A Telnet command inside text (RFC 854), as FTP allows on its control connection. */
public final class Telnet {
  /** Interpret as command: the first octet of a command; twice it stands for itself. */
  public static final byte IAC = (byte) 255;

  private static final int SE = 240;
  private static final int SB = 250;
  private static final int WILL = 251;
  private static final int DONT = 254;

  private Telnet() {}

  /**
   * The end of the command whose {@link #IAC} stands at {@code from}: two octets, three with an
   * option, or a subnegotiation up to IAC SE.
   *
   * @param limit maximum octets of the command; 3 or more
   * @return a position after {@code from}, {@link Framing#MORE} or {@link Framing#TOO_LONG}
   */
  public static int end(OctetView view, int from, int limit) {
    if (view.length() - from < 2) {
      return Framing.MORE;
    }
    int command = Byte.toUnsignedInt(view.at(from + 1));
    if (command == SB) {
      return subnegotiationEnd(view, from, limit);
    }
    return Framing.countEnd(view, from, command >= WILL && command <= DONT ? 3 : 2);
  }

  private static int subnegotiationEnd(OctetView view, int from, int limit) {
    int available = view.length() - from;
    int stop = from + Math.min(limit, available);
    int at = from + 2;
    while (at < stop) {
      at = view.indexOf(IAC, at, stop);
      if (at + 1 < stop && Byte.toUnsignedInt(view.at(at + 1)) == SE) {
        return at + 2;
      }
      at += 2;
    }
    return available < limit ? Framing.MORE : Framing.TOO_LONG;
  }
}
