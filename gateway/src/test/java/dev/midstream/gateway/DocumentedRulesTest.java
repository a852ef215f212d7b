package dev.midstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the ids in the sources of all modules with the pages that explain them, both ways.
 *
 * <p>With {@code -Dmidstream.write-ids=true} the tables of tests are written first.
 */
class DocumentedRulesTest {
  private static final Path TREE = Path.of("..");

  private static final List<RulePage> PAGES = new ArrayList<>();
  private static final Set<String> EXPLAINED = new HashSet<>();
  private static RuleMentions sources = new RuleMentions();

  @BeforeAll
  static void read() throws IOException {
    sources = RuleMentions.below(TREE);
    for (String name : List.of("engine.md", "requirements.md", "cases.md", "laws.md")) {
      RulePage page = RulePage.read(TREE.resolve("docs").resolve(name));
      if (Boolean.getBoolean("midstream.write-ids")) {
        page.update(sources);
        page.write();
      }
      PAGES.add(page);
      EXPLAINED.addAll(page.rules());
    }
  }

  @Test
  @DisplayName("every id that a source or a page names has a rule")
  void explainsEveryId() {
    List<RuleMentions.Mention> mentions = new ArrayList<>(sources.all());
    PAGES.forEach(page -> mentions.addAll(page.mentions()));

    assertThat(mentions).hasSizeGreaterThan(500);
    assertThat(mentions)
        .filteredOn(mention -> !EXPLAINED.contains(mention.id()))
        .as("ids without a rule in docs/engine.md, requirements.md, cases.md or laws.md")
        .isEmpty();
  }

  @Test
  @DisplayName("every rule has a row that names its tests, or says that it is open")
  void namesTestsOfEveryRule() {
    List<String> wrong = new ArrayList<>();
    for (RulePage page : PAGES) {
      assertThat(page.rows()).extracting(RulePage.Row::id).isEqualTo(page.rules());
      for (RulePage.Row row : page.rows()) {
        String expected = RulePage.expectedCell(row.cell(), sources.testsOf(row.id()));
        String wanted = expected.isEmpty() ? "a test, or \"open: \" and why" : expected;
        if (!row.cell().equals(wanted)) {
          wrong.add(row.place() + " " + row.id() + ": the last cell must be: " + wanted);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  @DisplayName("every id has one rule and one spelling")
  void spellsEveryIdInOneWay() {
    assertThat(sources.misspelt()).isEmpty();
    assertThat(PAGES.stream().flatMap(page -> page.rules().stream())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'HDP-3 C-1 C-9 a retransmission' | HDP-3 C-1 C-9",
        "'a D-SACK (H-35), never UTF-8 or SHA-256' | H-35",
        "'law 6 of the laws' | law 6",
        "'laws 1 to 3 hold' | law 1 law 2 law 3",
        "'laws 3, 6 and 10 hold' | law 3 law 6 law 10",
        "'law4:2183, -C2-00, H-0, XH-1, H-1x' | ''"
      })
  @DisplayName("finds ids by their spelling, and each law of a list")
  void findsIds(String text, String ids) {
    assertThat(String.join(" ", RuleIds.in(text))).isEqualTo(ids);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'H-41 law 3 laws 1 to 3 ack 2 SYN-ACK 4' | ''",
        "'H41 and C 7' | H41 C 7",
        "'ACK_2 HDP-03 law-3 Law 3' | ACK_2 HDP-03 law-3 Law 3",
        "'laws 3' | laws 3",
        "'ENGINE 6.9 rule 4: one' | ENGINE 6 rule 4"
      })
  @DisplayName("notices ids in another spelling")
  void noticesOtherSpellings(String text, String found) {
    assertThat(String.join(" ", RuleIds.misspelt(text))).isEqualTo(found);
  }

  @Test
  @DisplayName("finds a display name that is split over lines, and no string elsewhere")
  void findsDisplayNames() {
    RuleMentions read = new RuleMentions();
    read.add(
        "m/src/test/java/OneTest.java",
        """
        // H-1
        @DisplayName(
            "C-2 says \\"no\\""
                + " as law"
                + " 3 does, not H2")
        String other = "H-4";
        """);

    assertThat(read.testsOf("C-2")).isEqualTo(Map.of("OneTest", 1));
    assertThat(read.testsOf("law 3")).isEqualTo(Map.of("OneTest", 1));
    assertThat(read.testsOf("H-1")).isEmpty();
    assertThat(read.testsOf("H-4")).isEmpty();
    assertThat(read.all())
        .extracting(RuleMentions.Mention::id)
        .containsExactly("H-1", "C-2", "H-4");
    assertThat(read.misspelt())
        .containsExactly(new RuleMentions.Mention("H2", "m/src/test/java/OneTest.java:2"));
  }

  @Test
  @DisplayName("notices another spelling in a comment of a main source, not in its code")
  void findsSpellingsInComments() {
    RuleMentions read = new RuleMentions();
    read.add(
        "m/src/main/java/One.java",
        """
        int H1 = 'C' + H2; // H-3 T4
        /** ACK_5, {@code law6:7}
         * and /* law7. */
        String text = "// H8 \\" /* H9 */" + '"' + H10;
        """);
    read.add("m/src/test/java/OneTest.java", "// H-11 H12");

    assertThat(read.misspelt())
        .containsExactly(
            new RuleMentions.Mention("T4", "m/src/main/java/One.java:1"),
            new RuleMentions.Mention("ACK_5", "m/src/main/java/One.java:2"),
            new RuleMentions.Mention("law7", "m/src/main/java/One.java:2"));
    assertThat(read.all()).extracting(RuleMentions.Mention::id).containsExactly("H-3", "H-11");
  }

  @Test
  @DisplayName("a law has a heading and a row of the table")
  void readsLaws() {
    RulePage page =
        RulePage.of(
            Path.of("page.md"),
            """
            ### Law 1: one
            | law 2 to law 3 | no rule |
            ### Law 2: two
            ## Tests
            | law 2 | open: all of it |
            """);
    RuleMentions read = new RuleMentions();
    read.add("m/src/test/java/OneTest.java", "@DisplayName(\"law 1 it\")");

    page.update(read);

    assertThat(page.rules()).containsExactly("law 1", "law 2");
    assertThat(page.rows()).extracting(RulePage.Row::id).isEqualTo(page.rules());
    assertThat(page.rows())
        .extracting(RulePage.Row::cell)
        .containsExactly("OneTest", "open: all of it");
  }

  @Test
  @DisplayName(
      "writes the table: what is open stays, of many tests the most frequent six are listed")
  void writesTheTableOfTests() {
    RuleMentions read = new RuleMentions();
    for (String type : List.of("A", "B", "C", "D", "E", "F", "G", "H")) {
      String twice = type.compareTo("C") < 0 ? "" : "@DisplayName(\"H-1 again\")";
      read.add("m/src/test/java/" + type + ".java", "@DisplayName(\"H-1 it\")\n" + twice);
    }
    read.add("m/src/test/java/A.java", "@DisplayName(\"H-2 H-3 H-6 it\")");
    RulePage page =
        RulePage.of(
            Path.of("page.md"),
            """
            ### H-1 one
            | id | rule |
            | H-2 | two |
            | H-3 | three |
            | H-4 | four |
            | H-5 | five |
            | H-6 | six |
            ## Tests
            | H-2 | B; open: half of it |
            | H-3 | open: all of it |
            | H-4 | A |
            | H-6 | open: no test |
            | H-5 | open: all of it |
            """);

    page.update(read);

    assertThat(page.rules()).containsExactly("H-1", "H-2", "H-3", "H-4", "H-5", "H-6");
    assertThat(page.rows()).extracting(RulePage.Row::id).isEqualTo(page.rules());
    assertThat(page.rows())
        .extracting(RulePage.Row::cell)
        .containsExactly(
            "C, D, E, F, G, H and 2 more",
            "A; open: half of it",
            "A; open: all of it",
            "open: no test",
            "open: all of it",
            "A");
  }
}
