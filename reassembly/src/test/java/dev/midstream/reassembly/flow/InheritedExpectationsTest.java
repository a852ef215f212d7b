package dev.midstream.reassembly.flow;

import static dev.midstream.reassembly.flow.ExpectationTableTest.ends;
import static dev.midstream.reassembly.flow.ExpectationTableTest.expected;
import static dev.midstream.reassembly.flow.ExpectationTableTest.recorded;
import static dev.midstream.reassembly.flow.ExpectationTableTest.syn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.ExpectationTableTest.Kept;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an engine makes of the expectations of one that died. */
class InheritedExpectationsTest {
  private static final long LIFE = 60_000;
  private static final ExpectationLimits LIMITS = new ExpectationLimits(8, 4, LIFE);
  private static final ExpectedConnection OF_THREE = expected(1, 0, 0, 3);

  private final List<String> told = new ArrayList<>();
  private final ExpectationTable heir =
      new ExpectationTable(LIMITS, ConnectionRouter.ALONE, log(), new Counters());
  private final ExpectationTable owner =
      new ExpectationTable(LIMITS, new Counting(heir), log(), new Counters());

  private static ExpectationLog log() {
    return new Kept(new ArrayList<>());
  }

  @Test
  @DisplayName("HSI-6 what owner and others have met counts together, though its log lacks theirs")
  void addsWhatOthersHaveMet() {
    assertThat(owner.announce(OF_THREE, 0)).isTrue();
    assertThat(owner.take(syn(1, 0), ends(1, 0), 0)).isNotNull();
    owner.noteRecord(recorded(true), 0);
    ConnectionKey elsewhere = endsOf(40_001);
    heir.noteOpened(OF_THREE, elsewhere);
    heir.noteRecorded(OF_THREE, elsewhere, 0);

    heir.addInherited(OF_THREE, 1, LIFE, 1);

    assertThat(heir.take(syn(1, 0), endsOf(40_002), 1)).isNotNull();
    assertThat(heir.take(syn(1, 0), endsOf(40_003), 1)).isNull();
    assertThat(told).containsExactly("expect 0", "opened", "recorded");
  }

  @Test
  @DisplayName("HSI-6 what was told once counts once, and no more than were opened")
  void countsNoMoreThanWereOpened() {
    heir.add(OF_THREE, 0);
    heir.noteRecorded(OF_THREE, endsOf(40_001), 0);
    heir.noteOpened(OF_THREE, null);
    heir.noteRecorded(OF_THREE, endsOf(40_001), 0);
    heir.noteRecorded(OF_THREE, endsOf(40_002), 0);

    heir.addInherited(OF_THREE, 0, LIFE, 1);

    assertThat(heir.take(syn(1, 0), endsOf(40_003), 1)).isNotNull();
    assertThat(heir.take(syn(1, 0), endsOf(40_004), 1)).isNotNull();
    assertThat(heir.take(syn(1, 0), endsOf(40_005), 1)).isNull();
  }

  @Test
  @DisplayName("HSI-6 other engines hear in one announcement how many have met what is inherited")
  void tellsAllAtOnce() {
    owner.addInherited(expected(1, 0, 0, 2_000), 1_000, LIFE, 0);

    assertThat(told).containsExactly("expect 1000");
  }

  private static ConnectionKey endsOf(int clientPort) {
    Ends ends = ends(1).withPorts(clientPort, 2_000);
    FrameView view = ExpectationTableTest.view(ends);
    return new ConnectionKey().set(view, new KeyedHash(new HashSeed(1, 2))).copy(true);
  }

  /** Tells another table what is expected, and keeps how often. */
  private final class Counting extends TellingRouter {
    private final ExpectationTable other;

    Counting(ExpectationTable other) {
      super(other);
      this.other = other;
    }

    @Override
    public boolean expect(ExpectedConnection expected) {
      return expect(expected, 0);
    }

    @Override
    public boolean expect(ExpectedConnection expected, int opened) {
      told.add("expect " + opened);
      other.add(new ExpectationCodec.Written(expected, opened, LIFE), 0, 0);
      return true;
    }

    @Override
    public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
      told.add("opened");
      super.opened(expected, ends);
    }

    @Override
    public void recorded(ExpectedConnection expected, ConnectionKey ends) {
      told.add("recorded");
      super.recorded(expected, ends);
    }
  }
}
