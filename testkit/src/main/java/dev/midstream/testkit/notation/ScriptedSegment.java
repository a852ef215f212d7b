package dev.midstream.testkit.notation;

import dev.midstream.agent.Octets;
import dev.midstream.wire.header.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a script. An expectation omits the fields that are null: {@link OmittedFields}.
 *
 * @param flags the control bits
 * @param start the sequence number, counted from the sender's initial sequence number
 * @param length octets of payload
 * @param ack the acknowledgement, counted from the other endpoint's initial sequence number
 * @param window the window field
 * @param urgent the urgent pointer
 * @param ip fields of the IP header
 * @param options the options in {@link OptionNotation}, without padding
 * @param payload the octets
 * @param flaws flaws of the frame
 */
record ScriptedSegment(
    int flags,
    int start,
    int length,
    @Nullable Integer ack,
    @Nullable Integer window,
    @Nullable Integer urgent,
    IpNotation ip,
    @Nullable String options,
    @Nullable Octets payload,
    Flaws flaws) {

  /**
   * Flaws of a frame.
   *
   * @param badChecksum whether the TCP checksum is wrong
   * @param halfChecksum whether the TCP checksum is left to the sender's hardware
   * @param cutBytes octets at the end that the capture left out
   * @param paddingBytes octets after the IP packet
   */
  record Flaws(boolean badChecksum, boolean halfChecksum, int cutBytes, int paddingBytes) {
    static final Flaws NONE = new Flaws(false, false, 0, 0);

    Flaws cutBy(int bytes) {
      return new Flaws(badChecksum, halfChecksum, bytes, paddingBytes);
    }

    Flaws paddedBy(int bytes) {
      return new Flaws(badChecksum, halfChecksum, cutBytes, bytes);
    }
  }

  /** The letters of the control bits, in notation order. */
  static final String LETTERS = "SFRPUEWA.";

  private static final int[] BITS = {
    TcpFlags.SYN,
    TcpFlags.FIN,
    TcpFlags.RST,
    TcpFlags.PSH,
    TcpFlags.URG,
    TcpFlags.ECE,
    TcpFlags.CWR,
    TcpFlags.AE,
    TcpFlags.ACK
  };

  /** The control bit of a letter. */
  static int bit(char letter) {
    return BITS[LETTERS.indexOf(letter)];
  }

  /**
   * Whether {@code got}, which has all fields, meets this expectation in what it does not omit.
   *
   * @param isnOfSacked the initial sequence number of the octets in SACK blocks
   */
  boolean isMetBy(ScriptedSegment got, int isnOfSacked) {
    String normal = options == null ? null : OptionNotation.normal(options, isnOfSacked);
    return flags == got.flags
        && start == got.start
        && length == got.length
        && isMet(ack, got.ack)
        && isMet(window, got.window)
        && isMet(urgent, got.urgent)
        && ip.isMetBy(got.ip)
        && isMet(normal, got.options)
        && isMet(payload, got.payload)
        && flaws.badChecksum() == got.flaws.badChecksum();
  }

  /** The stream offset of the first payload octet. A SYN precedes it. */
  int streamOffset() {
    return (flags & TcpFlags.SYN) == 0 ? start - 1 : start;
  }

  /** The segment in script notation. */
  String text() {
    List<String> words = new ArrayList<>();
    words.add(flagText());
    words.add(start + ":" + (start + length) + "(" + length + ")");
    add(words, "ack ", ack);
    add(words, "win ", window);
    add(words, "urg ", urgent);
    words.addAll(ip.words());
    if (options != null && !options.isEmpty()) {
      words.add("<" + options + ">");
    }
    if (payload != null && !payload.isEmpty()) {
      words.add(PayloadNotation.text(payload));
    }
    if (flaws.badChecksum()) {
      words.add("badsum");
    }
    return String.join(" ", words);
  }

  private String flagText() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BITS.length; i++) {
      if ((flags & BITS[i]) != 0) {
        text.append(LETTERS.charAt(i));
      }
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  private static void add(List<String> words, String name, @Nullable Integer value) {
    if (value != null) {
      words.add(name + value);
    }
  }

  private static boolean isMet(@Nullable Object expected, @Nullable Object got) {
    return expected == null || Objects.equals(expected, got);
  }
}
