package dev.midstream.reassembly.commit;

import static dev.midstream.reassembly.commit.ManyConnections.AGAIN;
import static dev.midstream.reassembly.commit.ManyConnections.ANSWER;
import static dev.midstream.reassembly.commit.ManyConnections.LEAVES_AGAIN;
import static dev.midstream.reassembly.commit.ManyConnections.MANY;
import static dev.midstream.reassembly.commit.ManyConnections.MOST_AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.stream.CommitMode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What becomes of many connections when no other engine keeps their records any more. */
class LossStepsTest {
  private static final String HELLO = "c> P. 1:6(5) ack 1 \"Hello\"\n";
  private static final String HI = ">s P. 1:3(2) ack 1 \"Hi\"\n";

  private ManyConnections many = ManyConnections.of(CommitMode.ON_CHANGE, NoCopy.CONTINUE);

  private void begin(CommitMode mode, NoCopy noCopy) {
    many = ManyConnections.of(mode, noCopy);
    for (int i = 0; i < MANY; i++) {
      String answer = mode.delaysOpening() ? "nothing\n" : ">c same\n";
      many.of(i).run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n" + answer);
      many.commit();
      many.of(i).run("c> . 1:1(0) ack 1\n>s same\n");
    }
  }

  private long withRecords() {
    return Connections.of(many.engine()).stream().filter(each -> each.record() != null).count();
  }

  /** Runs timers until none is due now; returns how many. */
  private int finish() {
    int timers = 0;
    for (; many.engine().nextDeadlineNanos() <= many.nanos() && timers < MANY; timers++) {
      many.runTimer();
    }
    return timers;
  }

  private Connection connection(int number) {
    String port = ":" + ManyConnections.ends(number).clientPort() + " ";
    return Connections.of(many.engine()).stream()
        .filter(each -> each.name().contains(port))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 when the copy is lost, what waits leaves some connections at a time")
  void sendsSomeAtATime(CommitMode mode) {
    begin(mode, NoCopy.CONTINUE);
    for (int i = 0; i < MANY; i++) {
      many.of(i).run(HELLO + (mode.delaysOctets() ? "nothing\n" : HI));
    }
    many.left().clear();
    many.change(LogState.ALONE);
    assertThat(many.left()).as("the call that learns of it walks no connection").isEmpty();
    assertThat(withRecords()).isEqualTo(MANY);
    for (int timers = 0; many.engine().nextDeadlineNanos() <= many.nanos(); timers++) {
      int before = many.left().size();
      many.runTimer();
      assertThat(many.left().size() - before).isLessThanOrEqualTo(MOST_AT_ONCE);
      assertThat(timers).isLessThan(MANY);
    }
    assertThat(many.left().size()).isEqualTo(mode.delaysOctets() ? MANY : 0);
    assertThat(withRecords()).isZero();
    assertThat(many.unprotected()).isEqualTo(MANY);
    assertThat(many.engine().counters().of(Reason.NO_COPY)).isEqualTo(MANY);
    many.of(MANY - 1).run(ANSWER + AGAIN + LEAVES_AGAIN);
  }

  @Test
  @DisplayName("HDP-18 what waits leaves first, before connections for which nothing does")
  void sendsWhatWaitsFirst() {
    begin(CommitMode.STRICT, NoCopy.CONTINUE);
    many.of(MANY / 2).run(HELLO + "nothing\n");
    many.change(LogState.ALONE);
    assertThat(many.unprotected()).as("in no record that counts").isEqualTo(MANY);
    many.runTimer();
    assertThat(connection(MANY / 2).record()).isNull();
    many.of(MANY / 2).run(ANSWER + AGAIN + LEAVES_AGAIN);
    finish();
    assertThat(withRecords()).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold: no connection is walked, and nothing leaves of any")
  void holdsEachWhenItIsDue(CommitMode mode) {
    begin(mode, NoCopy.HOLD);
    many.left().clear();
    many.change(LogState.ALONE);
    assertThat(finish()).isZero();
    assertThat(withRecords()).isEqualTo(MANY);
    assertThat(many.unprotected()).isEqualTo(MANY);
    for (int i = 0; i < MANY; i += 7) {
      many.of(i).run(HELLO + "nothing\n");
      assertThat(connection(i).record()).isNull();
    }
    assertThat(many.engine().counters().of(Reason.NO_COPY)).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 a copy that is there again before the turn of a connection gets it all")
  void protectsThoseWhoseTurnHadNotCome(CommitMode mode) {
    begin(mode, NoCopy.CONTINUE);
    for (int i = 0; i < MANY; i++) {
      many.of(i).run(HELLO + (mode.delaysOctets() ? "nothing\n" : HI));
    }
    many.change(LogState.ALONE);
    many.runTimer();
    many.change(LogState.COMMITTING);
    many.left().clear();
    finish();
    assertThat(many.left().size()).isLessThanOrEqualTo(MOST_AT_ONCE);
    assertThat(many.replica().size()).isEqualTo(MANY);
    many.commit();
    finish();
    if (mode.delaysOctets()) {
      assertThat(many.left().size()).isGreaterThanOrEqualTo(MANY - MOST_AT_ONCE);
    }
    assertThat(many.unprotected()).isZero();
  }

  @Test
  @DisplayName("HDP-18 half-open connections are forgotten by the log at once, all together")
  void forgetsHalfOpenOnes() {
    for (int i = 0; i < MANY; i++) {
      many.of(i).run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n");
    }
    many.change(LogState.ALONE);
    assertThat(many.engine().counters().of(Reason.NO_COPY)).isEqualTo(MANY);
    many.change(LogState.COMMITTING);
    finish();
    assertThat(many.replica().size()).isEqualTo(MANY);
  }
}
