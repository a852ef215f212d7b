package dev.midstream.modcmd.search.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OctetPatternTest {
  private static final int NONE = OctetPattern.NONE;
  private static final int UNDECIDED = OctetPattern.UNDECIDED;

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '~',
      value = {
        "abc abcd 3",
        "a.c a%c 3",
        "a|ab abc 1",
        "ab|a abc 2",
        "(?:ab|a)(c) abc 3",
        "a{3} aaaa 3",
        "a{1,3} aaaa 3",
        "a{1,3}? aaaa 1",
        "ab?c ac 2",
        "ab??c abc 3",
        "a(b|) abc 2",
        "[a-c]{2} cb 2",
        "[^a-c] d 1",
        "[-a][a-] -- 2",
        "[\\]\\\\\\-^] ^ 1",
        "\\d\\w\\D\\W 1_x! 4",
        "\\x41\\x7e A~ 2",
        "\\.\\*\\/ .*/ 3",
        "ä{2} ää 4",
        "€ € 3",
        "\uD83D\uDE00 \uD83D\uDE00 4",
        "(a?b?)?c abc 3",
        "a{0}b b 1",
        "(){0}b b 1",
      })
  @DisplayName("HDP-8 finds the match that a backtracking engine finds first")
  void findsMatch(String pattern, String text, int length) {
    OctetPattern compiled = pattern(pattern);

    assertThat(compiled.lengthAt(view(text), 0, true)).isEqualTo(length);
    assertThat(compiled.lengthAt(view("a" + text), 1, true)).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({"., '\n'", "\\S, ' '", "\\d, a", "\\w, -", "\\D, 7", "\\W, _", "\\s, x", "[^a], a"})
  void matchesNoOctetBesideTheSet(String pattern, String text) {
    assertThat(pattern(pattern).lengthAt(view(text), 0, true)).isEqualTo(NONE);
  }

  @Test
  void readsEveryEscape() {
    assertThat(pattern("\\t\\n\\r\\f\\s{6}").lengthAt(view("\t\n\r\f \t\n\u000b\f\r"), 0, true))
        .isEqualTo(10);
    assertThat(pattern("[\\t\\n\\d\\x2D]{4}").lengthAt(view("\t\n7-"), 0, true)).isEqualTo(4);
  }

  @Test
  @DisplayName("HDP-8 ignores the case of ASCII letters, also in classes and before negation")
  void ignoresCase() {
    assertThat(length("host: \\x41[b-c][^d]", "HoSt: aCx", PatternOption.IGNORE_CASE)).isEqualTo(9);
    assertThat(length("[^d]", "D", PatternOption.IGNORE_CASE)).isEqualTo(NONE);
    assertThat(length("[@`]", "@", PatternOption.IGNORE_CASE)).isEqualTo(1);
    assertThat(length("@", "`", PatternOption.IGNORE_CASE)).isEqualTo(NONE);
    assertThat(length("ä", "Ä", PatternOption.IGNORE_CASE)).isEqualTo(NONE);
    assertThat(length("a", "A")).isEqualTo(NONE);
  }

  @Test
  @DisplayName("HDP-8 finds the alternative that ends with a word")
  void endsWithWord() {
    assertThat(length("cat|cats", "cats!", PatternOption.ENDS_WORD)).isEqualTo(4);
    assertThat(length("cat|cats", "cats", PatternOption.ENDS_WORD)).isEqualTo(4);
    assertThat(length("cats|cat", "cat", PatternOption.ENDS_WORD)).isEqualTo(3);
    assertThat(length("cats|cat", "cat.", PatternOption.ENDS_WORD)).isEqualTo(3);
    assertThat(length("cat", "cat_", PatternOption.ENDS_WORD)).isEqualTo(NONE);
    assertThat(length("cat-?", "cat-x", PatternOption.ENDS_WORD)).isEqualTo(3);
    assertThat(length("[a-z]{2,3}", "abcd", PatternOption.ENDS_WORD)).isEqualTo(NONE);
  }

  @Test
  @DisplayName("C-14 is undecided exactly while more octets could matter")
  void isUndecidedWhileOctetsMatter() {
    OctetPattern pattern = pattern("ab{1,2}|a");
    assertThat(pattern.lengthAt(view("a"), 0, false)).isEqualTo(UNDECIDED);
    assertThat(pattern.lengthAt(view("ab"), 0, false)).isEqualTo(UNDECIDED);
    assertThat(pattern.lengthAt(view("abb"), 0, false)).isEqualTo(3);
    assertThat(pattern.lengthAt(view("ac"), 0, false)).isEqualTo(1);
    assertThat(pattern.lengthAt(view("b"), 0, false)).isEqualTo(NONE);
    assertThat(pattern.lengthAt(view("a"), 0, true)).isEqualTo(1);
    assertThat(pattern.lengthAt(view("ab"), 0, true)).isEqualTo(2);

    OctetPattern word = pattern("cat", PatternOption.ENDS_WORD);
    assertThat(word.lengthAt(view("cat"), 0, false)).isEqualTo(UNDECIDED);
    assertThat(word.lengthAt(view("cat "), 0, false)).isEqualTo(3);
    assertThat(word.lengthAt(view("cats"), 0, false)).isEqualTo(NONE);
  }

  @Test
  @DisplayName("C-63 knows how long its matches are")
  void knowsLengths() {
    OctetPattern pattern = pattern("ab{2,5}(c|def)?€");
    assertThat(pattern.shortest()).isEqualTo(6);
    assertThat(pattern.longest()).isEqualTo(12);
    assertThat(pattern.decidingLength()).isEqualTo(12);
    assertThat(pattern("a", PatternOption.ENDS_WORD).decidingLength()).isEqualTo(2);
  }

  @Test
  void knowsFirstOctetsOfMatches() {
    assertThat(pattern("(ab|cd)e").prefixes(16, 16)).containsExactly(text("abe"), text("cde"));
    assertThat(pattern("(ab|cd)e").prefixes(2, 16)).containsExactly(text("ab"), text("cd"));
    assertThat(pattern("(ab|cd)e").prefixes(1, 16)).containsExactly(text("a"), text("c"));
    assertThat(pattern("ab?").prefixes(16, 16)).containsExactly(text("a"));
    assertThat(pattern("ab", PatternOption.IGNORE_CASE).prefixes(16, 4))
        .containsExactly(text("AB"), text("Ab"), text("aB"), text("ab"));
    assertThat(pattern("ab", PatternOption.IGNORE_CASE).prefixes(16, 3))
        .containsExactly(text("A"), text("a"));
    assertThat(pattern("..").prefixes(16, 255)).hasSize(255).doesNotContain(text("\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "ab*#* has no upper bound; write {0,N} in its place, character=3",
        "(a|b)+#+ has no upper bound; write {1,N} in its place, character=6",
        "a{2,}#no upper bound; write {2,N} in its place, character=2",
        "a?#matches no octets; every match needs at least one",
        "(a|)#matches no octets; every match needs at least one",
        "^a#anchors are not supported; escape a literal ^ with a backslash, character=1",
        "a$#anchors are not supported; escape a literal $ with a backslash, character=2",
        "*a#there is nothing to repeat before *, character=1",
        "a|?#there is nothing to repeat before ?, character=3",
        "a]#escape a literal ] with a backslash, character=2",
        "a}#escape a literal } with a backslash, character=2",
        "{2}#escape a literal { with a backslash, character=1",
        "a{b}#{ begins a repetition {N} or {N,M}; escape a literal one, character=2",
        "a{2#{ begins a repetition {N} or {N,M}; escape a literal one, character=2",
        "a{2,b}#{ begins a repetition {N} or {N,M}; escape a literal one, character=2",
        "a{#{ begins a repetition {N} or {N,M}; escape a literal one, character=2",
        "a(b?){2}#repeats a part that may match no octets; let the part need an octet, character=6",
        "a{3,2}#upper bound is below the lower one, character=2",
        "a{4097}#too many repetitions, limit=4096, character=2",
        "a{9999999999}#too many repetitions, limit=4096, character=2",
        "a{2}{3}#a repetition cannot be repeated without a group around it, character=5",
        "a?+#a repetition cannot be repeated without a group around it, character=3",
        "(a#( is not closed, character=1",
        "a)#) has no (, character=2",
        "(?=a)#of groups that begin with (? only (?: is supported, character=2",
        "[a#[ is not closed, character=1",
        "[#[ is not closed, character=1",
        "[]#a class needs an octet; escape a literal ] with a backslash, character=2",
        "[[a]#escape a literal [ in a class with a backslash, character=2",
        "[a&&b]#escape a literal & in a class with a backslash, character=3",
        "[a-c-e]#escape a literal - in a class with a backslash, character=5",
        "[\\d-z]#a range needs one octet at each end, character=2",
        "[a-\\d]#a range needs one octet at each end, character=2",
        "[z-a]#the range ends before it begins, character=2",
        "[^\\x00-\\xff]#the class contains no octet, character=1",
        "[aä]#a character of several octets cannot be in a class; write an alternative such as "
            + "(a|b), character=3",
        "a\\#nothing follows the backslash, character=2",
        "\\b#unknown escape; whole words are a setting of their own, character=1",
        "\\1#unknown escape, character=1",
        "\\p{L}#unknown escape, character=1",
        "\\ä#unknown escape, character=1",
        "\\xg0#\\x needs two hexadecimal digits, character=1",
        "\\x0#\\x needs two hexadecimal digits, character=1",
        "\\x#\\x needs two hexadecimal digits, character=1",
      })
  @DisplayName("HDP-8 refuses a pattern with the place and the remedy")
  void refuses(String pattern, String message) {
    assertRefused(pattern, message);
  }

  @Test
  @DisplayName("C-63 limits the text, the matches and the groups of a pattern")
  void limitsPattern() {
    assertThat(pattern("a".repeat(4_096)).longest()).isEqualTo(4_096);
    assertRefused("a".repeat(4_097), "is too long, characters=4097 limit=4096");
    assertThat(pattern("(ab){2048}").longest()).isEqualTo(4_096);
    assertRefused("(ab){2048}c", "has too long matches, bytes=4097 limit=4096");
    assertRefused("((a{4096}){4096}){4096}", "has too long matches, bytes=4294967296 limit=4096");
    assertThat(pattern("(".repeat(64) + "a" + ")".repeat(64)).longest()).isEqualTo(1);
    assertRefused(
        "(".repeat(65) + "a" + ")".repeat(65),
        "groups are nested too deep, depth=65 limit=64, character=66");
  }

  @Test
  @DisplayName("C-63 limits the automaton by states, and the steps of its construction")
  void limitsAutomaton() throws PatternException {
    assertThat(OctetPattern.of("a{98}", EnumSet.noneOf(PatternOption.class), 100).states())
        .isEqualTo(100);
    assertThatThrownBy(() -> OctetPattern.of("a{99}", EnumSet.noneOf(PatternOption.class), 100))
        .isInstanceOf(PatternException.class)
        .hasMessage(
            "needs too large an automaton, limit=100 states; use fewer or smaller repetitions");
    assertRefused(
        "[ab]{0,20}a[ab]{20}",
        "needs too large an automaton, limit=16384 states; use fewer or smaller repetitions");
    assertRefused(
        "(" + "aa|ab|ac|".repeat(10) + "b){2048}",
        "repetitions multiply to too much, instructions>65536; use fewer or smaller ones");
  }

  private static void assertRefused(String pattern, String message) {
    assertThatThrownBy(() -> OctetPattern.of(pattern, EnumSet.noneOf(PatternOption.class), 1 << 20))
        .isInstanceOf(PatternException.class)
        .hasMessage(message);
  }

  private static int length(String pattern, String text, PatternOption... options) {
    return pattern(pattern, options).lengthAt(view(text), 0, true);
  }

  private static OctetPattern pattern(String text, PatternOption... options) {
    EnumSet<PatternOption> set = EnumSet.noneOf(PatternOption.class);
    set.addAll(List.of(options));
    try {
      return OctetPattern.of(text, set, PatternLimits.STATES);
    } catch (PatternException e) {
      throw new AssertionError(text, e);
    }
  }

  private static OctetView view(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return new MemoryView().show(MemorySegment.ofArray(octets), 0, octets.length, 0);
  }

  private static Octets text(String text) {
    return Octets.ofText(text);
  }
}
