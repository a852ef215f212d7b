package dev.midstream.agents.substitute;

import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import dev.midstream.modcmd.search.pattern.PatternException;
import dev.midstream.modcmd.search.pattern.PatternOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the pairs of one direction from settings and reports every mistake. */
final class PairReader {
  private final SettingsReader settings;
  private final String key;

  /** The states that further automata may have. */
  private int states = PairLimits.STATES;

  private PairReader(SettingsReader settings, String key) {
    this.settings = settings;
    this.key = key;
  }

  /** The pairs in the list of {@code key}, or the only one; null if there is any mistake. */
  static @Nullable List<Pair> pairs(SettingsReader settings, String key) {
    return new PairReader(settings, key).pairs();
  }

  private @Nullable List<Pair> pairs() {
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

  private @Nullable Pair pair(SettingsReader section) {
    boolean ignoresCase = section.flag("ignore-case", false);
    boolean wholeWords = section.flag("whole-words", false);
    int limit =
        section.smallNumber("limit", Quantity.COUNT, 1, PairLimits.REPLACEMENTS, Pair.UNLIMITED);
    Find find = find(section, ignoresCase, wholeWords);
    Octets replacement = octets(section, "replace", PairLimits.REPLACEMENT_BYTES);
    return find == null || replacement == null
        ? null
        : new Pair(find, replacement, wholeWords, limit);
  }

  private @Nullable Find find(SettingsReader section, boolean ignoresCase, boolean wholeWords) {
    if (section.node("pattern") != null) {
      return pattern(section, ignoresCase, wholeWords);
    }
    Octets find = octets(section, "find", PairLimits.FIND_BYTES);
    if (find != null && find.isEmpty()) {
      section.refuse("find", "must not be empty");
      return null;
    }
    return find == null ? null : new FindText(find, ignoresCase, wholeWords);
  }

  private @Nullable Find pattern(SettingsReader section, boolean ignoresCase, boolean wholeWords) {
    for (String other : List.of("find", "find-hex")) {
      if (section.node(other) != null) {
        section.refuse("pattern", "excludes " + other);
        return null;
      }
    }
    String text = section.text("pattern");
    if (text == null) {
      return null;
    }
    Set<PatternOption> options = EnumSet.noneOf(PatternOption.class);
    if (ignoresCase) {
      options.add(PatternOption.IGNORE_CASE);
    }
    if (wholeWords) {
      options.add(PatternOption.ENDS_WORD);
    }
    try {
      OctetPattern pattern = OctetPattern.of(text, options, states);
      states -= pattern.states();
      return new FindPattern(pattern);
    } catch (PatternException e) {
      section.refuse("pattern", e.getMessage());
      return null;
    }
  }

  private static @Nullable Octets octets(SettingsReader section, String key, int limit) {
    String hexKey = key + "-hex";
    boolean isText = section.node(key) != null;
    if (isText && section.node(hexKey) != null) {
      section.refuse(hexKey, "excludes " + key);
      return null;
    }
    if (!isText && section.node(hexKey) == null) {
      String keys = key + (key.equals("find") ? ", " + hexKey + " or pattern" : " or " + hexKey);
      section.refuse(key + " is missing; give " + keys);
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

  /** Warns if an earlier pair always matches where this one does. */
  private static void warnIfHidden(
      Pair pair, SettingsReader section, List<Pair> earlier, List<String> places) {
    for (int i = 0; i < earlier.size(); i++) {
      if (earlier.get(i).hides(pair)) {
        section.warn("this pair is never used; the one at " + places.get(i) + " matches first");
        return;
      }
    }
  }
}
