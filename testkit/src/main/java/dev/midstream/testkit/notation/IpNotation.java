package dev.midstream.testkit.notation;

import dev.midstream.wire.header.FrameView;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The IP header fields in a line of a script: {@code ttl 64 tos 3 id 7 df 0}. Null means absent; an
 * expectation does not compare absent fields.
 *
 * @param hopLimit the hop limit or time to live
 * @param trafficClass the traffic class or type of service, with ECN in the last two bits
 * @param identification the identification; 0 over IPv6
 * @param dontFragment 0 if routers may fragment the packet; 0 over IPv6
 */
record IpNotation(
    @Nullable Integer hopLimit,
    @Nullable Integer trafficClass,
    @Nullable Integer identification,
    @Nullable Integer dontFragment) {
  static final IpNotation NOTHING = new IpNotation(null, null, null, null);

  /** The IP header fields of {@code view}. */
  static IpNotation of(FrameView view) {
    long at = view.packet().offset() + view.ipOffset();
    int first = view.packet().memory().get(ValueLayout.JAVA_BYTE, at);
    int second = view.packet().memory().get(ValueLayout.JAVA_BYTE, at + 1);
    int over6 = (first & 0xf) << 4 | (second >>> 4 & 0xf);
    return new IpNotation(
        view.hopLimit(),
        view.ipVersion() == 4 ? second & 0xff : over6,
        view.ipv4Id(),
        view.ipv4DontFragment() ? 1 : 0);
  }

  /** A copy with one more field. */
  IpNotation with(String name, int value) {
    return switch (name) {
      case "ttl" -> new IpNotation(value, trafficClass, identification, dontFragment);
      case "tos" -> new IpNotation(hopLimit, value, identification, dontFragment);
      case "id" -> new IpNotation(hopLimit, trafficClass, value, dontFragment);
      default -> new IpNotation(hopLimit, trafficClass, identification, value);
    };
  }

  /** Sets the fields of {@code frames}; absent fields get their default. */
  void putTo(FrameBuilder frames) {
    frames
        .hopLimit(hopLimit == null ? 64 : hopLimit)
        .trafficClass(trafficClass == null ? 0 : trafficClass)
        .identification(identification == null ? 1 : identification)
        .fragmentable(dontFragment != null && dontFragment == 0);
  }

  /** Whether {@code got}, which has all fields, meets this expectation. */
  boolean isMetBy(IpNotation got) {
    return isMet(hopLimit, got.hopLimit)
        && isMet(trafficClass, got.trafficClass)
        && isMet(identification, got.identification)
        && isMet(dontFragment, got.dontFragment);
  }

  /** The fields that differ from the default, as words of a script. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (hopLimit != null) {
      words.add("ttl " + hopLimit);
    }
    if (trafficClass != null && trafficClass != 0) {
      words.add("tos " + trafficClass);
    }
    if (dontFragment != null && dontFragment == 0 && !Objects.equals(identification, 0)) {
      words.add("id " + identification);
      words.add("df 0");
    }
    return words;
  }

  private static boolean isMet(@Nullable Integer expected, @Nullable Integer got) {
    return expected == null || Objects.equals(expected, got);
  }
}
