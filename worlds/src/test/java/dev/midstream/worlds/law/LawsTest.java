package dev.midstream.worlds.law;

import dev.midstream.worlds.law.WorldSearch.Found;
import dev.midstream.worlds.plan.Hardship;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All laws in the same random worlds. Each law has a test that fails if a world breaks it. */
@Tag("worlds")
class LawsTest {
  private static final int WORLDS = 4_000;

  /** Hardships that no world is drawn with. */
  private static final String DEFAULT_WITHOUT = "";

  private static final Set<Hardship> WITHOUT =
      Hardship.named(System.getProperty("midstream.without", DEFAULT_WITHOUT));

  private static final WorldSearch SEARCH = new WorldSearch(WITHOUT);

  @BeforeAll
  static void runWorlds() {
    SEARCH.run(WORLDS);
  }

  @Test
  @DisplayName("law 1: the receiver delivers the sender's stream as the agent decided it")
  void deliversTheDecidedStream() {
    requireNone(Law.FIDELITY);
  }

  @Test
  @DisplayName("law 2: a released octet never changes")
  void neverChangesAReleasedOctet() {
    requireNone(Law.STABILITY);
  }

  @Test
  @DisplayName("law 3: only octets that will arrive are acknowledged or SACKed")
  void acknowledgesOnlyOctetsThatWillArrive() {
    requireNone(Law.HONESTY);
  }

  @Test
  @DisplayName("law 4: acknowledgements, right edges and timestamps never decrease")
  void neverMovesAcknowledgementsOrRightEdgesBack() {
    requireNone(Law.MONOTONY);
  }

  @Test
  @DisplayName("law 5: an agent decides each octet once, in order, as it was sent")
  void decidesEachOctetOnce() {
    requireNone(Law.ONCE);
  }

  @Test
  @DisplayName("law 6: memory is limited, and all of it is freed at the end")
  void limitsAndFreesMemory() {
    requireNone(Law.BOUNDS);
  }

  @Test
  @DisplayName("C-62 law 7: an unedited connection leaves bit for bit, in order")
  void forwardsUneditedConnectionsUnchanged() {
    requireNone(Law.UNTOUCHED);
  }

  @Test
  @DisplayName("C-20 law 8: a failed call applies nothing")
  void appliesNothingOfAFailedCall() {
    requireNone(Law.ALL_OR_NOTHING);
  }

  @Test
  @DisplayName("T-10 law 9: nothing leaves or is promised that another engine could not go on with")
  void keepsWhatAnotherEngineNeeds() {
    requireNone(Law.TAKEOVER);
  }

  @Test
  @DisplayName("law 10: no packet disappears without a reason, and the engine never throws")
  void explainsEveryMissingPacket() {
    requireNone(Law.EXPLAINED);
  }

  @Test
  @DisplayName("law 11: when the wires recover, every stream completes in bounded time")
  void completesEveryStream() {
    requireNone(Law.PROGRESS);
  }

  private static void requireNone(Law law) {
    Found found = SEARCH.found(law);
    if (found != null) {
      throw LawReport.failureOf(found, SEARCH);
    }
  }
}
