package dev.midstream.agents.substitute;

import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.SettingsReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the pairs of one direction from settings and reports every mistake. */
final class PairReader {
  private PairReader() {}

  /** The pairs in the list of {@code key}, or the only one; null if there is any mistake. */
  static @Nullable List<Pair> pairs(SettingsReader settings, String key) {
    int count = settings.list(key).size();
    if (count > PairLimits.PAIRS) {
      settings.refuse(key, "too many pairs, count=" + count + " limit=" + PairLimits.PAIRS);
      return null;
    }
    List<Pair> pairs = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (SettingsReader section : settings.sections(key)) {
      Pair pair = pair(section);
      section.refuseUnknownKeys();
      if (pair != null) {
        warnIfHidden(pair, section, pairs, places);
        pairs.add(pair);
        places.add(section.where());
      }
    }
    return pairs.size() == count ? pairs : null;
  }

  private static @Nullable Pair pair(SettingsReader section) {
    Octets find = octets(section, "find", PairLimits.FIND_BYTES);
    Octets replacement = octets(section, "replace", PairLimits.REPLACEMENT_BYTES);
    if (find != null && find.isEmpty()) {
      section.refuse("find", "must not be empty");
      return null;
    }
    return find == null || replacement == null ? null : new Pair(find, replacement);
  }

  private static @Nullable Octets octets(SettingsReader section, String key, int limit) {
    String hexKey = key + "-hex";
    boolean isText = section.node(key) != null;
    if (isText && section.node(hexKey) != null) {
      section.refuse(hexKey, "excludes " + key);
      return null;
    }
    if (!isText && section.node(hexKey) == null) {
      section.refuse(key + " is missing; give " + key + " or " + hexKey);
      return null;
    }
    String text = section.text(isText ? key : hexKey);
    Octets octets = text == null ? null : isText ? Octets.ofText(text) : hex(section, hexKey, text);
    if (octets != null && octets.length() > limit) {
      section.refuse(
          isText ? key : hexKey, "is too long, bytes=" + octets.length() + " limit=" + limit);
      return null;
    }
    return octets;
  }

  private static @Nullable Octets hex(SettingsReader section, String key, String digits) {
    try {
      return Octets.of(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      section.refuse(key, "must be an even number of hexadecimal digits");
      return null;
    }
  }

  /**
   * Warns if an earlier find string is a prefix of this one, because the earlier pair then always
   * matches first.
   */
  private static void warnIfHidden(
      Pair pair, SettingsReader section, List<Pair> earlier, List<String> places) {
    for (int i = 0; i < earlier.size(); i++) {
      if (earlier.get(i).find().isPrefixOf(pair.find())) {
        section.warn("this pair is never used; the one at " + places.get(i) + " matches first");
        return;
      }
    }
  }
}
