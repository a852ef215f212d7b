package dev.midstream.agents.substitute;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import dev.midstream.modcmd.settings.SettingsNode.Mapping;
import dev.midstream.modcmd.settings.SettingsNode.Scalar;
import dev.midstream.modcmd.settings.SettingsNode.Sequence;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the pairs of one direction from settings and reports every mistake. */
final class PairParser {
  private static final Set<String> KEYS = Set.of("find", "find-hex", "replace", "replace-hex");

  private final Problems problems;

  PairParser(Problems problems) {
    this.problems = problems;
  }

  /** The pairs of a list, or one pair without a list; null if there is any mistake. */
  @Nullable List<Pair> pairsOf(SettingsNode node) {
    List<SettingsNode> items = node instanceof Sequence list ? list.items() : List.of(node);
    if (items.size() > PairLimits.PAIRS) {
      problems.add(
          node.where(), "too many pairs, count=" + items.size() + " limit=" + PairLimits.PAIRS);
      return null;
    }
    List<Pair> pairs = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (SettingsNode item : items) {
      Pair pair = pairOf(item);
      if (pair != null) {
        warnIfHidden(pair, item.where(), pairs, places);
        pairs.add(pair);
        places.add(item.where());
      }
    }
    return pairs.size() == items.size() ? pairs : null;
  }

  private @Nullable Pair pairOf(SettingsNode item) {
    if (!(item instanceof Mapping mapping)) {
      problems.add(item.where(), "a pair must be a mapping of find and replace");
      return null;
    }
    boolean isKnown = hasKnownKeys(mapping);
    Octets find = octetsOf(mapping, "find", PairLimits.FIND_BYTES);
    Octets replacement = octetsOf(mapping, "replace", PairLimits.REPLACEMENT_BYTES);
    if (find != null && find.isEmpty()) {
      problems.add(mapping.where(), "find must not be empty");
      return null;
    }
    return isKnown && find != null && replacement != null ? new Pair(find, replacement) : null;
  }

  private boolean hasKnownKeys(Mapping mapping) {
    boolean isKnown = true;
    for (var entry : mapping.entries().entrySet()) {
      if (!KEYS.contains(entry.getKey())) {
        problems.add(
            entry.getValue().where(),
            "unknown key; use find, find-hex, replace or replace-hex, key=" + entry.getKey());
        isKnown = false;
      }
    }
    return isKnown;
  }

  private @Nullable Octets octetsOf(Mapping mapping, String key, int limit) {
    SettingsNode text = mapping.entries().get(key);
    SettingsNode hex = mapping.entries().get(key + "-hex");
    if (text == null && hex == null) {
      problems.add(mapping.where(), key + " is missing; give " + key + " or " + key + "-hex");
      return null;
    }
    if (text != null && hex != null) {
      problems.add(hex.where(), key + " and " + key + "-hex exclude each other");
      return null;
    }
    SettingsNode node = text == null ? hex : text;
    if (!(node instanceof Scalar scalar)) {
      problems.add(mapping.where(), key + " must be a single value");
      return null;
    }
    Octets octets = text == null ? hexOf(scalar, key) : Octets.ofText(scalar.text());
    if (octets != null && octets.length() > limit) {
      problems.add(
          scalar.where(), key + " is too long, bytes=" + octets.length() + " limit=" + limit);
      return null;
    }
    return octets;
  }

  private @Nullable Octets hexOf(Scalar scalar, String key) {
    try {
      return Octets.of(HexFormat.of().parseHex(scalar.text()));
    } catch (IllegalArgumentException e) {
      problems.add(scalar.where(), key + "-hex must be an even number of hexadecimal digits");
      return null;
    }
  }

  /**
   * Warns if an earlier find string is a prefix of this one, because the earlier pair then always
   * matches first.
   */
  private void warnIfHidden(Pair pair, String where, List<Pair> earlier, List<String> places) {
    for (int i = 0; i < earlier.size(); i++) {
      if (earlier.get(i).find().isPrefixOf(pair.find())) {
        problems.warn(
            where, "this pair is never used; the one at " + places.get(i) + " matches first");
        return;
      }
    }
  }
}
