package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.PayloadMap.Rewritten;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PayloadMapTest {
  private static final String ORIGINAL = "abcdefghijklmnop";

  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final PayloadMap payloads = new PayloadMap(map);

  /** "abcdefghijklmnop" → "abCDEFGhij++mnop", decided up to 14. */
  @BeforeEach
  void decide() {
    commands.append(2, 2, Octets.ofText("CDEFG"));
    commands.append(4, 3, Octets.empty());
    commands.append(10, 0, Octets.ofText("+"));
    commands.append(10, 2, Octets.ofText("+"));
    map.decideTo(14);
  }

  @Test
  @DisplayName("HDP-3 C-15 every edit of a segment is applied")
  void appliesAllEdits() {
    assertThat(rewrite(0, 14)).isEqualTo(new Rewritten(0, Octets.ofText("abCDEFGhij++mn")));
  }

  @Test
  @DisplayName("HDP-3 C-3 a retransmission that is cut inside an edit carries the edit whole")
  void carriesEditsWhole() {
    assertThat(rewrite(0, 3)).isEqualTo(new Rewritten(0, Octets.ofText("abCDEFG")));
    assertThat(rewrite(3, 8)).isEqualTo(new Rewritten(2, Octets.ofText("CDEFGh")));
    assertThat(rewrite(11, 13)).isEqualTo(new Rewritten(10, Octets.ofText("++m")));
    assertThat(rewrite(8, 10)).isEqualTo(new Rewritten(8, Octets.ofText("ij")));
  }

  @Test
  @DisplayName("C-15 a segment that is deleted whole yields nothing")
  void yieldsNothingForDeletedOctets() {
    assertThat(rewrite(4, 7)).isEqualTo(new Rewritten(7, Octets.empty()));
    assertThat(rewrite(5, 6)).isEqualTo(new Rewritten(7, Octets.empty()));
  }

  @Test
  @DisplayName("HDP-7 undecided octets are never returned")
  void returnsDecidedOctetsOnly() {
    assertThat(rewrite(12, 16)).isEqualTo(new Rewritten(12, Octets.ofText("mn")));
    assertThat(rewrite(14, 16)).isEqualTo(new Rewritten(14, Octets.empty()));
    assertThat(rewrite(15, 16)).isEqualTo(new Rewritten(14, Octets.empty()));
  }

  @Test
  @DisplayName("HDP-6 a segment that starts below the base is cut there")
  void cutsSegmentAtBase() {
    commands.foldTo(9);

    assertThat(rewrite(3, 9)).isEqualTo(new Rewritten(7, Octets.ofText("hi")));
    assertThat(rewrite(0, 5)).isEqualTo(new Rewritten(7, Octets.empty()));
  }

  @Test
  @DisplayName("HDP-5 an insertion is sent with the octets before it if nothing follows")
  void carriesInsertionAtFront() {
    commands.append(14, 0, Octets.ofText("!"));

    assertThat(rewrite(13, 14)).isEqualTo(new Rewritten(13, Octets.ofText("n!")));
    map.decideTo(16);
    assertThat(rewrite(13, 14)).isEqualTo(new Rewritten(13, Octets.ofText("n")));
    assertThat(rewrite(14, 15)).isEqualTo(new Rewritten(14, Octets.ofText("!o")));
  }

  private Rewritten rewrite(int from, int to) {
    return payloads.rewrite(from, Octets.ofText(ORIGINAL.substring(from, to)));
  }
}
