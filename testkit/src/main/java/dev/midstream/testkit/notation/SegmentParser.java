package dev.midstream.testkit.notation;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.ScriptedSegment.Flaws;
import dev.midstream.wire.header.TcpFlags;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses one segment of a script: {@code P. 1:6(5) ack 1 win 500 <nop,nop,TS 1/2> "Hello"}. */
final class SegmentParser {
  private static final Pattern HEAD =
      Pattern.compile(
          "(?<flags>[SFRPUEWA.]+|-)\\s+(?<start>-?\\d+):(?<end>-?\\d+)\\((?<length>\\d+)\\)");
  private static final Pattern WORD =
      Pattern.compile(
          "\\s+(?:(?<name>ack|win|urg|ttl|tos|id|df|cut|pad) (?<value>-?\\d+)|<(?<options>[^>]*)>"
              + "|\"(?<text>(?:[^\"\\\\]|\\\\.)*)\"|0x(?<hex>[0-9a-f]+)|(?<sum>badsum|halfsum))");

  private int flags;
  private int start;
  private int length;
  private @Nullable Integer ack;
  private @Nullable Integer window;
  private @Nullable Integer urgent;
  private IpNotation ip = IpNotation.NOTHING;
  private @Nullable String options;
  private @Nullable Octets payload;
  private Flaws flaws = Flaws.NONE;

  private SegmentParser() {}

  /** Parses {@code text}. */
  static ScriptedSegment parse(String text) {
    return new SegmentParser().parsed(text.strip());
  }

  private ScriptedSegment parsed(String text) {
    Matcher head = HEAD.matcher(text);
    require(head.lookingAt(), "no flags and start:end(length)");
    readHead(head);
    Matcher word = WORD.matcher(text);
    int at = head.end();
    while (at < text.length()) {
      word.region(at, text.length());
      require(word.lookingAt(), "cannot read '" + text.substring(at).strip() + "'");
      read(word);
      at = word.end();
    }
    require(((flags & TcpFlags.ACK) != 0) == (ack != null), "ack and the flag . go together");
    require(payload == null || payload.length() == length, "payload of another length");
    return new ScriptedSegment(
        flags, start, length, ack, window, urgent, ip, options, payload, flaws);
  }

  private void readHead(Matcher head) {
    String letters = head.group("flags");
    for (int i = 0; i < letters.length() && !letters.equals("-"); i++) {
      flags |= ScriptedSegment.bit(letters.charAt(i));
    }
    start = Integer.parseInt(head.group("start"));
    length = Integer.parseInt(head.group("length"));
    require(Integer.parseInt(head.group("end")) - start == length, "length is not end - start");
  }

  private void read(Matcher word) {
    if (word.group("name") != null) {
      read(word.group("name"), Integer.parseInt(word.group("value")));
    } else if (word.group("options") != null) {
      options = word.group("options");
    } else if (word.group("text") != null) {
      payload = PayloadNotation.parse(word.group("text"));
    } else if (word.group("hex") != null) {
      payload = Octets.of(HexFormat.of().parseHex(word.group("hex")));
    } else {
      boolean half = word.group("sum").equals("halfsum");
      flaws = new Flaws(!half, half, flaws.cutBytes(), flaws.paddingBytes());
    }
  }

  private void read(String name, int value) {
    switch (name) {
      case "ack" -> ack = value;
      case "win" -> window = value;
      case "urg" -> urgent = value;
      case "ttl", "tos", "id", "df" -> ip = ip.with(name, value);
      case "cut" -> flaws = flaws.cutBy(value);
      default -> flaws = flaws.paddedBy(value);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
