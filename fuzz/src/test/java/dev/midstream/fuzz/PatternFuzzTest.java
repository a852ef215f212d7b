package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import dev.midstream.modcmd.search.pattern.PatternException;
import dev.midstream.modcmd.search.pattern.PatternOption;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary text as a pattern, and arbitrary octets before it. */
class PatternFuzzTest {
  private static final int MAX_CHARACTERS = 100;
  private static final int MAX_STATES = 500;

  @DictionaryEntries({"(?:", "[^", "{1,9}", "{2}?", "\\xff", "\\w", "|", ")", "]", "??"})
  @FuzzTest
  @DisplayName("HDP-8 any text is a pattern or refused, and what it decides it never takes back")
  void compilesOrRefusesAnyText(FuzzedDataProvider input) {
    Set<PatternOption> options = EnumSet.noneOf(PatternOption.class);
    for (PatternOption option : PatternOption.values()) {
      if (input.consumeBoolean()) {
        options.add(option);
      }
    }
    String text = input.consumeString(MAX_CHARACTERS);
    try {
      OctetPattern pattern = OctetPattern.of(text, options, MAX_STATES);
      checkCuts(pattern, input.consumeRemainingAsBytes());
    } catch (PatternException e) {
      assertThat(e).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  private static void checkCuts(OctetPattern pattern, byte[] octets) {
    MemoryView view = new MemoryView();
    MemorySegment memory = MemorySegment.ofArray(octets);
    int whole = pattern.lengthAt(view.show(memory, 0, octets.length, 0), 0, true);
    assertThat(whole == OctetPattern.NONE || whole >= pattern.shortest()).isTrue();
    assertThat(whole).isLessThanOrEqualTo(pattern.longest());
    for (int cut = 0; cut <= octets.length; cut++) {
      int length = pattern.lengthAt(view.show(memory, 0, cut, 0), 0, false);
      if (length == OctetPattern.UNDECIDED) {
        assertThat(cut).isLessThan(pattern.decidingLength());
      } else {
        assertThat(length).isEqualTo(whole);
      }
    }
  }
}
