package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.Invariants.Mapping;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InvariantsTest {
  private static final StreamState SOUND =
      new StreamState(50, 100, 80, 90, 85, 120, 60, 45, 60, 130, 10, 5);

  @Test
  void acceptsValidState() {
    assertThat(Invariants.ofState(SOUND)).isEmpty();
    assertThat(Invariants.ofStep(SOUND, SOUND)).isEmpty();
  }

  @Test
  void acceptsStateAtEveryLimit() {
    StreamState full = new StreamState(50, 80, 80, 95, 85, 60, 60, 45, 60, 60, 10, 5);

    assertThat(Invariants.ofState(full)).isEmpty();
    StreamState drained = new StreamState(50, 100, 90, 90, 85, 120, 60, 45, 60, 130, 0, 0);
    assertThat(Invariants.ofState(drained)).isEmpty();
  }

  @Test
  @DisplayName("law 3: the advertised acknowledgement covers acknowledged octets or custody")
  void findsUncoveredAdvertisedAck() {
    assertThat(
            Invariants.ofState(new StreamState(50, 100, 80, 90, 85, 120, 60, 45, 61, 130, 10, 5)))
        .containsExactly(Invariant.ADVERTISED_ACK_IS_COVERED);
    assertThat(Invariants.ofState(new StreamState(50, 100, 80, 90, 85, 120, 0, 61, 61, 130, 10, 5)))
        .isEmpty();
  }

  @Test
  void findsCustodyOfUnheldOctetsAndBeyondWindow() {
    assertThat(Invariants.ofState(new StreamState(50, 100, 80, 90, 85, 59, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.CUSTODY_IS_HELD);
    assertThat(Invariants.ofState(new StreamState(50, 100, 80, 90, 85, 120, 60, 45, 60, 59, 10, 5)))
        .containsExactly(Invariant.CUSTODY_WITHIN_EDGE);
  }

  @Test
  void findsReleaseBeyondDecidedOrWindow() {
    assertThat(
            Invariants.ofState(new StreamState(50, 100, 91, 90, 85, 120, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.RELEASED_IS_DECIDED);
    assertThat(Invariants.ofState(new StreamState(50, 79, 80, 90, 85, 120, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.RELEASED_WITHIN_RIGHT_EDGE);
  }

  @Test
  @DisplayName("law 6: waiting octets are bounded")
  void findsTooManyWaitingOctets() {
    assertThat(
            Invariants.ofState(new StreamState(50, 100, 80, 96, 85, 120, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.WAITING_IS_BOUNDED);
  }

  @Test
  void findsEveryViolationOfAState() {
    assertThat(Invariants.ofState(new StreamState(50, 70, 80, 75, 85, 59, 60, 45, 61, 59, 10, 5)))
        .containsExactly(
            Invariant.ADVERTISED_ACK_IS_COVERED,
            Invariant.CUSTODY_IS_HELD,
            Invariant.CUSTODY_WITHIN_EDGE,
            Invariant.RELEASED_IS_DECIDED,
            Invariant.RELEASED_WITHIN_RIGHT_EDGE);
  }

  @Test
  @DisplayName("law 4: advertised, released and decided values never go back")
  void findsValuesThatGoBack() {
    assertThat(
            Invariants.ofStep(
                SOUND, new StreamState(50, 100, 80, 90, 85, 120, 60, 45, 60, 129, 10, 5)))
        .containsExactly(Invariant.EDGE_NEVER_LEFT);
    assertThat(
            Invariants.ofStep(
                SOUND, new StreamState(50, 100, 80, 90, 85, 120, 60, 45, 59, 130, 10, 5)))
        .containsExactly(Invariant.ADVERTISED_ACK_NEVER_FALLS);
    assertThat(
            Invariants.ofStep(
                SOUND, new StreamState(50, 100, 79, 90, 85, 120, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.RELEASED_NEVER_FALLS);
    assertThat(
            Invariants.ofStep(
                SOUND, new StreamState(50, 100, 80, 90, 84, 120, 60, 45, 60, 130, 10, 5)))
        .containsExactly(Invariant.DECIDED_NEVER_FALLS);
  }

  @Test
  void acceptsValidMapping() {
    assertThat(Invariants.ofMapping(sound(), 0, 20)).isEmpty();
  }

  @Test
  void findsDecreasingBefore() {
    Mapping falls = new Mapping(p -> p == 7 ? 3 : p, a -> a, p -> p != 7);

    assertThat(Invariants.ofMapping(falls, 0, 20)).contains(Invariant.BEFORE_NEVER_FALLS);
  }

  @Test
  void checksExactlyTheRange() {
    Mapping fallsAtTheEnd = new Mapping(p -> p == 20 ? 18 : p, a -> a, p -> p != 20);
    Mapping soundFromEight = new Mapping(p -> p < 8 ? 99 : p, a -> a < 8 ? 99 : a, p -> true);

    assertThat(Invariants.ofMapping(fallsAtTheEnd, 0, 20))
        .containsExactly(Invariant.BEFORE_NEVER_FALLS);
    assertThat(Invariants.ofMapping(soundFromEight, 8, 20)).isEmpty();
  }

  @Test
  void findsAckBelowCut() {
    Mapping lazy = new Mapping(p -> p, a -> a == 9 ? 8 : a, p -> true);

    assertThat(Invariants.ofMapping(lazy, 0, 20))
        .containsExactly(Invariant.ACKNOWLEDGEMENT_REACHES_CUT);
    Mapping insideAnEdit = new Mapping(p -> p, a -> a == 9 ? 8 : a, p -> p != 9);
    assertThat(Invariants.ofMapping(insideAnEdit, 0, 20)).isEmpty();
  }

  @Test
  @DisplayName("law 3: octets are acknowledged only if they were received")
  void findsDishonestAck() {
    Mapping generous = new Mapping(p -> p, a -> a == 20 ? 21 : a, p -> true);

    assertThat(Invariants.ofMapping(generous, 0, 20))
        .containsExactly(Invariant.ACKNOWLEDGEMENT_IS_HONEST);
  }

  @Test
  @DisplayName("law 4: acknowledgements never fall")
  void findsDecreasingAck() {
    Mapping falls = new Mapping(p -> p, a -> a == 9 ? 7 : a, p -> p != 9);

    assertThat(Invariants.ofMapping(falls, 0, 20))
        .containsExactly(Invariant.ACKNOWLEDGEMENT_NEVER_FALLS);
  }

  @Test
  @DisplayName("law 3: a SACK block covers only octets whose whole output was reported")
  void findsDishonestBlock() {
    assertThat(Invariants.ofSack(sound(), 5, 11, 5, 8)).isEmpty();
    assertThat(Invariants.ofSack(sound(), 6, 11, 5, 8)).containsExactly(Invariant.SACK_IS_HONEST);
    assertThat(Invariants.ofSack(sound(), 5, 10, 5, 8)).containsExactly(Invariant.SACK_IS_HONEST);
    assertThat(Invariants.ofSack(sound(), 5, 11, 6, 8)).containsExactly(Invariant.SACK_IS_HONEST);
    assertThat(Invariants.ofSack(sound(), 5, 20, 5, 6)).containsExactly(Invariant.SACK_IS_HONEST);
  }

  @Test
  void findsPositionMovedByFolding() {
    Mapping mapping = sound();

    assertThat(Invariants.ofFolding(mapping, 0, 8, new long[] {11, 12, 13})).isEmpty();
    assertThat(Invariants.ofFolding(mapping, 0, 8, new long[] {11, 12, 14}))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
    assertThat(Invariants.ofFolding(mapping, 0, 8, new long[] {10}))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
  }

  @Test
  @DisplayName(
      "H-10: folding moves the base only beyond insertions there, and forgets what is below")
  void allowsBaseToMoveForward() {
    Mapping mapping = sound();

    assertThat(Invariants.ofFolding(mapping, 8, 8, new long[] {9, 12, 13})).isEmpty();
    assertThat(Invariants.ofFolding(mapping, 9, 8, new long[] {0, 12, 13})).isEmpty();
    assertThat(Invariants.ofFolding(mapping, 1L << 40, 8, new long[] {0, 0, 0})).isEmpty();
    assertThat(Invariants.ofFolding(mapping, 8, 8, new long[] {12, 12, 13}))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
    assertThat(Invariants.ofFolding(mapping, 8, 8, new long[] {11, 11}))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
  }

  @Test
  @DisplayName("H-10: positions inside an edit at the base move with the base, and no further")
  void allowsInsideOfEditAtBaseToMoveForward() {
    long[] earlier = {0, 0, 9, 10, 13};
    Mapping moved = new Mapping(p -> p < 10 ? 11 : p + 3, a -> a, p -> p != 9);
    Mapping cut = new Mapping(moved.before(), a -> a, p -> true);
    Mapping further = new Mapping(p -> p == 9 ? 12 : p < 10 ? 11 : p + 3, a -> a, p -> p != 9);

    assertThat(Invariants.ofFolding(moved, 8, 6, earlier)).isEmpty();
    assertThat(Invariants.ofFolding(cut, 8, 6, earlier))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
    assertThat(Invariants.ofFolding(further, 8, 6, earlier))
        .containsExactly(Invariant.FOLDING_MOVES_NOTHING);
  }

  @Test
  @DisplayName("law 2: a new octet keeps its value")
  void findsChangedOutput() {
    Octets first = Octets.ofText("abcdef");

    assertThat(Invariants.ofOutput(10, first, 12, Octets.ofText("cdefgh"))).isEmpty();
    assertThat(Invariants.ofOutput(10, first, 8, Octets.ofText("..abc"))).isEmpty();
    assertThat(Invariants.ofOutput(10, first, 16, Octets.ofText("xyz"))).isEmpty();
    assertThat(Invariants.ofOutput(10, first, 15, Octets.ofText("xyz")))
        .containsExactly(Invariant.OUTPUT_IS_STABLE);
    assertThat(Invariants.ofOutput(10, first, 8, Octets.ofText("..x")))
        .containsExactly(Invariant.OUTPUT_IS_STABLE);
  }

  /** [5, 8) is replaced by six octets; 20 octets are decided. */
  private static Mapping sound() {
    CommandList commands = new CommandList();
    commands.append(5, 3, Octets.ofText("123456"));
    OffsetMap map = new OffsetMap(commands);
    map.decideTo(20);
    return Mapping.of(map);
  }
}
