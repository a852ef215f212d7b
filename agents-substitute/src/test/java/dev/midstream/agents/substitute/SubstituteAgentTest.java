package dev.midstream.agents.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SubstituteAgentTest {
  @Test
  @DisplayName("HDP-8 replaces several pairs that grow, shrink, keep and lose their length")
  void replacesSeveralPairs() {
    clientPairs("Hello world", "Hi there", "a", "alpha", "bye", "", "same", "SAME")
        .clientSends("Hello world, a same bye. Hello world")
        .clientEnds()
        .serverGets("Hi there, alpha SAME . Hi there")
        .play();
  }

  @Test
  @DisplayName("HDP-8 keeps the pairs of the two directions apart")
  void keepsDirectionsApart() {
    SubstituteAgent agent =
        new SubstituteAgent(
            Map.of(
                Direction.CLIENT_TO_SERVER, pairs("ping", "PING"),
                Direction.SERVER_TO_CLIENT, pairs("pong", "PONG")));
    new AgentPlaybook(agent)
        .mayPassInSilence()
        .clientSends("ping pong ")
        .serverSends("ping pong ")
        .clientSends("ping")
        .serverSends("pong")
        .serverGets("PING pong PING")
        .clientGets("ping PONG PONG")
        .play();
  }

  @Test
  @DisplayName("HDP-8 leaves a direction without pairs unchanged")
  void leavesDirectionWithoutPairsUnchanged() {
    clientPairs("ping", "PING").serverSends("ping pin").clientGets("ping pin").play();
  }

  @Test
  @DisplayName("C-14 holds a split match until it is complete and passes the octets before it")
  void holdsSplitMatch() {
    clientPairs("Hello world", "Hi there").clientSends("say Hello wor").serverGets("say ").play();
    clientPairs("Hello world", "Hi there")
        .clientSends("say Hello wor")
        .clientSends("ld")
        .serverGets("say Hi there")
        .play();
  }

  @Test
  @DisplayName("C-15 replaces adjacent matches and a stream that is one match")
  void replacesAdjacentMatches() {
    clientPairs("ab", "#", "cd", "").clientSends("ababcdabcd").serverGets("###").play();
    clientPairs("ab", "longer").clientSends("ab").serverGets("longer").play();
  }

  @Test
  @DisplayName("C-16 finds the match after a prefix that fails")
  void findsMatchAfterFailingPrefix() {
    clientPairs("Hello", "Hi").clientSends("HelHello").serverGets("HelHi").play();
    clientPairs("aab", "X").clientSends("aaaaabaab").serverGets("aaaXX").play();
    clientPairs("abab", "X").clientSends("abaabababab").serverGets("abaXX").play();
  }

  @Test
  @DisplayName("C-16 matches never overlap")
  void matchesNeverOverlap() {
    clientPairs("aa", "b").clientSends("aaaaa").clientEnds().serverGets("bba").play();
    clientPairs("abc", "1", "cde", "2").clientSends("abcde").serverGets("1de").play();
  }

  @Test
  @DisplayName("C-16 prefers the leftmost match, then the first pair of the list")
  void prefersLeftmostThenFirst() {
    clientPairs("b", "2", "abc", "1").clientSends("abc b").serverGets("1 2").play();
    clientPairs("ab", "1", "abc", "2").clientSends("abcab").serverGets("1c1").play();
    clientPairs("abc", "2", "ab", "1").clientSends("abcabd").serverGets("21d").play();
  }

  @Test
  @DisplayName("C-16 holds a match of a later pair while an earlier pair may still match")
  void holdsLaterPairForEarlierOne() {
    clientPairs("abcd", "1", "ab", "2").clientSends("xabc").serverGets("x").play();
    clientPairs("abcd", "1", "ab", "2").clientSends("xabce").serverGets("x2ce").play();
    clientPairs("abcd", "1", "ab", "2").clientSends("xabc").clientEnds().serverGets("x2c").play();
  }

  @Test
  @DisplayName("C-16 decides after silence as at an end of stream")
  void decidesAfterSilence() {
    clientPairs("abcd", "1", "ab", "2")
        .clientSends("xabc")
        .silence(Direction.CLIENT_TO_SERVER)
        .clientSends("d abcd")
        .serverGets("x2cd 1")
        .play();
    clientPairs("password: ", "pin: ")
        .clientSends("your pass")
        .silence(Direction.CLIENT_TO_SERVER)
        .serverGets("your pass")
        .play();
  }

  @Test
  @DisplayName("C-17 does not search its own replacements")
  void doesNotSearchReplacement() {
    clientPairs("a", "aa", "b", "ab").clientSends("abab").serverGets("aaabaaab").play();
  }

  @Test
  @DisplayName("C-18 deletes everything")
  void deletesEverything() {
    clientPairs("abc", "").clientSends("abcabcabc").clientEnds().serverGets("").play();
  }

  @Test
  @DisplayName("C-63 holds at most one octet less than the longest find string")
  void holdsLessThanLongestFind() {
    assertThat(agent("Hello world", "", "a", "").maxHold()).isEqualTo(10);
    assertThat(agent("a", "b").maxHold()).isEqualTo(1);
    clientPairs("aaaaaaaab", "X").clientSends("a".repeat(50)).serverGets("a".repeat(42)).play();
  }

  @Test
  void findsBinaryMatches() {
    byte[] zeroes = {0, (byte) 0xFF, 0, 0};
    SubstituteAgent agent =
        new SubstituteAgent(
            Map.of(
                Direction.SERVER_TO_CLIENT,
                List.of(Pair.of(Octets.of((byte) 0, (byte) 0xFF), Octets.empty()))));
    new AgentPlaybook(agent)
        .mayPassInSilence()
        .sends(Direction.SERVER_TO_CLIENT, Octets.of(zeroes))
        .serverEnds()
        .gets(Direction.SERVER_TO_CLIENT, Octets.of((byte) 0, (byte) 0))
        .play();
  }

  @Test
  void findsMatchAtEveryPositionOfLongStream() {
    for (int place = 0; place < 200; place++) {
      String stream = ".".repeat(place) + "Hello world" + ".".repeat(200 - place);
      clientPairs("Hello world", "")
          .clientSends(stream)
          .clientEnds()
          .serverGets(".".repeat(200))
          .play();
    }
  }

  @Test
  void replaysExactlyAndHasOneStateOnly() {
    SubstituteAgent agent = agent("a", "b");
    DecisionBatch batch = new DecisionBatch();
    byte[] octets = {'x', 'a', 'y'};
    MemoryView view = new MemoryView().show(MemorySegment.ofArray(octets), 0, octets.length, 0);
    batch.open(octets.length, false);

    assertThat(agent.replaysExactly()).isTrue();
    assertThat(agent.onOctets(agent.newConnection(), Direction.CLIENT_TO_SERVER, view, batch))
        .isSameAs(agent.newConnection());
    assertThat(batch.decidedOctets()).isEqualTo(3);
  }

  @Test
  void keepsLengthsIfEveryPairDoes() {
    assertThat(agent("a", "b", "Hello", "HELLO").keepsLengths()).isTrue();
    assertThat(agent("a", "b", "Hello", "Hi").keepsLengths()).isFalse();
    assertThat(agent("a", "bb").keepsLengths()).isFalse();
  }

  private static AgentPlaybook clientPairs(String... findsAndReplacements) {
    return new AgentPlaybook(agent(findsAndReplacements)).mayPassInSilence();
  }

  private static SubstituteAgent agent(String... findsAndReplacements) {
    return new SubstituteAgent(Map.of(Direction.CLIENT_TO_SERVER, pairs(findsAndReplacements)));
  }

  private static List<Pair> pairs(String... findsAndReplacements) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < findsAndReplacements.length; i += 2) {
      pairs.add(
          Pair.of(
              Octets.ofText(findsAndReplacements[i]), Octets.ofText(findsAndReplacements[i + 1])));
    }
    return pairs;
  }
}
