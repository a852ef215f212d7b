package dev.midstream.agents.substitute;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import java.util.ArrayList;
import java.util.List;

/** A string. */
final class FindText implements Find {
  private static final byte[] SAME = new byte[1 << Byte.SIZE];
  private static final byte[] LOWER = new byte[1 << Byte.SIZE];
  private static final int CASE_BIT = 0x20;

  static {
    for (int octet = 0; octet < SAME.length; octet++) {
      SAME[octet] = (byte) octet;
      LOWER[octet] = (byte) (octet >= 'A' && octet <= 'Z' ? octet | CASE_BIT : octet);
    }
  }

  /** The string, in lower case if case does not matter. */
  private final byte[] octets;

  private final boolean ignoresCase;
  private final boolean endsWord;

  /** What an octet of a stream is compared as. */
  private final byte[] compared;

  /**
   * A string to find.
   *
   * @param octets 1 octet or more
   * @param ignoresCase whether the case of ASCII letters does not matter
   * @param endsWord whether no letter, digit or underscore may follow
   */
  FindText(Octets octets, boolean ignoresCase, boolean endsWord) {
    this.ignoresCase = ignoresCase;
    this.endsWord = endsWord;
    compared = ignoresCase ? LOWER : SAME;
    this.octets = octets.toArray();
    for (int i = 0; i < this.octets.length; i++) {
      this.octets[i] = compared[Byte.toUnsignedInt(this.octets[i])];
    }
  }

  @Override
  public int shortest() {
    return octets.length;
  }

  @Override
  public int longest() {
    return octets.length;
  }

  @Override
  public int decidingLength() {
    return octets.length + (endsWord ? 1 : 0);
  }

  @Override
  public int lengthAt(OctetView view, int at, boolean isLast) {
    int left = view.length() - at;
    boolean isWhole = octets.length <= left;
    if ((!isWhole && isLast) || !agrees(view, at, Math.min(octets.length, left))) {
      return NONE;
    }
    if (!isWhole) {
      return UNDECIDED;
    }
    return endsWord ? wordLengthAt(view, at, isLast) : octets.length;
  }

  @Override
  public List<Octets> prefixes(int limit) {
    if (!ignoresCase) {
      return List.of(Octets.of(octets));
    }
    List<Octets> prefixes = List.of(Octets.empty());
    for (int i = 0; i < Math.min(octets.length, PairLimits.PREFIX_BYTES); i++) {
      List<Octets> longer = withNext(prefixes, octets[i]);
      if (i > 0 && longer.size() > limit) {
        break;
      }
      prefixes = longer;
    }
    return prefixes;
  }

  /** Whether every match of {@code other} begins with a match of this one. */
  boolean isPrefixOf(FindText other) {
    boolean needsCase = !ignoresCase && other.ignoresCase;
    if (octets.length > other.octets.length || endsWord || needsCase) {
      return false;
    }
    for (int i = 0; i < octets.length; i++) {
      if (compared[Byte.toUnsignedInt(other.octets[i])] != octets[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean agrees(OctetView view, int at, int count) {
    for (int i = 0; i < count; i++) {
      if (compared[Byte.toUnsignedInt(view.at(at + i))] != octets[i]) {
        return false;
      }
    }
    return true;
  }

  /** The length of the match at {@code at}, all of whose octets are in the view. */
  private int wordLengthAt(OctetView view, int at, boolean isLast) {
    int end = at + octets.length;
    if (end == view.length()) {
      return isLast ? octets.length : UNDECIDED;
    }
    return OctetPattern.isWord(view.at(end)) ? NONE : octets.length;
  }

  private static List<Octets> withNext(List<Octets> prefixes, byte lower) {
    boolean isLetter = lower >= 'a' && lower <= 'z';
    List<Octets> longer = new ArrayList<>();
    for (Octets prefix : prefixes) {
      longer.add(Octets.join(prefix, Octets.of(lower)));
      if (isLetter) {
        longer.add(Octets.join(prefix, Octets.of((byte) (lower ^ CASE_BIT))));
      }
    }
    return longer;
  }
}
