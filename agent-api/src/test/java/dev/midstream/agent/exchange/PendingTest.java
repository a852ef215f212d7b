package dev.midstream.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PendingTest {
  private static final int ANSWERS = 3;
  private static final int BYTES = 8;
  private static final int ROUNDS = 500;

  private final StringBuilder replies = new StringBuilder();
  private final Decisions batch =
      (Decisions)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Decisions.class},
              (proxy, method, arguments) -> answer(method.getName(), arguments));

  private static Pending<String> none() {
    return Pending.none(ANSWERS, BYTES, true);
  }

  private static Pending<String> monitored() {
    return Pending.none(ANSWERS, BYTES, false);
  }

  private @Nullable Object answer(String method, Object... arguments) {
    assertThat(method).isEqualTo("reply");
    assertThat(arguments[0]).isEqualTo(Direction.SERVER_TO_CLIENT);
    replies.append(((Octets) arguments[1]).toLatin1());
    return null;
  }

  /** The replies that {@code call} inserts towards the client. */
  private String replies(Runnable call) {
    replies.setLength(0);
    call.run();
    return replies.toString();
  }

  @Test
  void answersTheSecondRequestFirst() {
    Pending<String> due = none().pass("a").deny("x", Octets.ofText("1"), batch).pass("b");
    assertThat(due.second()).isEqualTo("b");
    assertThat(due.anyDue("b"::equals)).isTrue();
    assertThat(due.anyDue("x"::equals)).as("a request that was denied").isFalse();
    Pending<String> other = due.exchange();
    assertThat(other.next()).isEqualTo("b");
    assertThat(other.second()).isEqualTo("a");
    assertThat(replies(() -> assertThat(other.answer(batch).next()).isEqualTo("a"))).isEqualTo("1");
    assertThat(none().second()).isNull();
    assertThatThrownBy(() -> none().pass("a").exchange()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void deniesAtOnceWhereNoAnswerIsDue() {
    assertThat(
            replies(
                () -> assertThat(none().deny("x", Octets.ofText("no"), batch)).isEqualTo(none())))
        .isEqualTo("no");
  }

  @Test
  @DisplayName("a denial comes after the answers before it and before those after it")
  void keepsTheOrderOfTheRequests() {
    Pending<String> first =
        none().pass("a").deny("x", Octets.ofText("no"), batch).deny("y", Octets.ofText("!"), batch);
    Pending<String> both = first.pass("b");
    assertThat(replies(() -> first.deny("z", Octets.ofText("."), batch))).isEmpty();
    assertThat(both.next()).isEqualTo("a");
    assertThat(both.size()).isEqualTo(2);
    assertThat(replies(() -> assertThat(both.answer(batch).next()).isEqualTo("b")))
        .isEqualTo("no!");
    assertThat(replies(() -> both.answer(batch).answer(batch))).isEqualTo("no!");
  }

  @Test
  @DisplayName("C-62 a connection that is only monitored denies nothing: the server will answer")
  void deniesNothingWhereItIsOnlyMonitored() {
    Pending<String> denied = monitored().deny("x", Octets.ofText("no"), batch);
    assertThat(denied.next()).isEqualTo("x");
    Pending<String> both = denied.pass("a").deny("y", Octets.ofText("no"), batch);
    assertThat(both.size()).isEqualTo(3);
    assertThat(both.answer(batch).next()).isEqualTo("a");
    assertThat(both.answer(batch).answer(batch).next()).isEqualTo("y");
    assertThat(copied(both).answer(batch).answer(batch).answer(batch)).isEqualTo(monitored());
    assertThat(replies).isEmpty();
  }

  @Test
  @DisplayName("C-62 C-63 a monitored connection is full where an enforced one would be")
  void isFullWhereAnEnforcedConnectionWouldBe() {
    Octets half = Octets.ofText("1234");
    Pending<String> denials = monitored().deny("x", half, batch).deny("y", half, batch);
    assertThat(denials.isFull()).as("an enforced one denies them at once").isFalse();
    Pending<String> full = denials.pass("a").deny("z", Octets.ofText("12345678"), batch);
    assertThat(full.isFull()).isTrue();
    assertThatThrownBy(() -> full.pass("b")).isInstanceOf(IllegalStateException.class);
    assertThat(full.answer(batch).answer(batch).isFull()).as("a is still due").isTrue();
    assertThat(full.answer(batch).answer(batch).answer(batch).isFull()).isFalse();
    assertThatThrownBy(() -> monitored().deny("x", Octets.ofText("123456789"), batch))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName(
      "C-62 C-63 denied requests without an answer have a limit where it is only monitored")
  void boundsDeniedRequestsThatReachTheServer() {
    Octets no = Octets.ofText("no");
    Pending<String> two = monitored().deny("x", no, batch).deny("y", no, batch);
    assertThat(two.isFull()).isFalse();
    assertThat(two.deny("z", no, batch).isFull()).isTrue();
    Pending<String> most = two.pass("a").pass("b").pass("c");
    assertThat(most.isFull()).isTrue();
    assertThat(copied(most).size()).isEqualTo(5);
  }

  @Test
  @DisplayName("C-62 C-63 both are full at the same time, whatever is asked and answered")
  void isFullAsItsEnforcedTwin() {
    int full = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      List<Boolean> atServer = new ArrayList<>();
      Pending<String> enforced = none();
      Pending<String> monitored = monitored();
      for (int i = 0; i < 40; i++) {
        if (random.nextInt(5) < 3 && !enforced.isFull() && !monitored.isFull()) {
          boolean denies = random.nextInt(3) > 0;
          Octets reply = Octets.ofText("x".repeat(1 + random.nextInt(BYTES)));
          enforced = denies ? enforced.deny("d", reply, batch) : enforced.pass("p");
          monitored = denies ? monitored.deny("d", reply, batch) : monitored.pass("p");
          atServer.add(denies);
        } else if (!atServer.isEmpty()) {
          enforced = atServer.removeFirst() ? enforced : enforced.answer(batch);
          monitored = monitored.answer(batch);
        }
        monitored = copied(monitored);
        if (atServer.stream().filter(denied -> denied).count() < ANSWERS) {
          assertThat(monitored.isFull()).as("seed=" + round).isEqualTo(enforced.isFull());
          full += enforced.isFull() ? 1 : 0;
        }
      }
    }
    assertThat(full).isGreaterThan(ROUNDS);
  }

  @Test
  @DisplayName("C-63 no more is due than may be")
  void isBounded() {
    Pending<String> full = none().pass("a").pass("b").pass("c");
    assertThat(full.isFull()).isTrue();
    assertThatThrownBy(() -> full.pass("d")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> full.deny("d", Octets.ofText("no"), batch))
        .isInstanceOf(IllegalStateException.class);
    Pending<String> waiting = none().pass("a").deny("x", Octets.ofText("12345678"), batch);
    assertThat(waiting.isFull()).isTrue();
    assertThatThrownBy(() -> none().deny("x", Octets.ofText("123456789"), batch))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> none().answer(batch)).isInstanceOf(IllegalStateException.class);
    assertThat(none().next()).isNull();
    assertThat(none().anyDue(_ -> true)).isFalse();
    assertThatThrownBy(() -> Pending.none(0, 1, true)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Pending.none(1, 0, true)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("C-63 less than twice the limit of octets waits, and such a state is read back")
  void boundsTheOctetsThatWait() {
    Pending<String> most =
        none()
            .pass("a")
            .deny("x", Octets.ofText("1234567"), batch)
            .pass("b")
            .deny("y", Octets.ofText("12345678"), batch);
    assertThat(most.isFull()).isTrue();
    assertThat(copied(most).isFull()).isTrue();
  }

  @Test
  @DisplayName("the text shows all that two states may differ in, but no octet of a denial")
  void showsNoOctetOfADenial() {
    assertThat(none().pass("a").deny("x", Octets.ofText("no"), batch).pass("b"))
        .hasToString("[a, b] answers=2/3 denial-bytes=2/8");
    assertThat(monitored().pass("a").deny("x", Octets.ofText("no"), batch))
        .hasToString("[a, x (denied)] answers=2/3 denial-bytes=2/8 monitored");
  }

  @Test
  @DisplayName("C-63 a state beyond the limits is refused")
  void refusesStatesBeyondTheLimits() {
    assertRefused(written("", "", "", ""), "number out of range: max=3");
    assertRefused(written("1234567", "12345678", "1"), "number out of range: max=0");
    assertRefused(written("1234567890123456"), "number out of range: max=15");
    assertRefused(monitored("pppp"), "more is due than may be");
    assertRefused(monitored("dddd"), "more is due than may be");
    assertRefused(monitored("ppppppp"), "number out of range: max=6");
    StateWriter most = new StateWriter().flag(false).number(2);
    most.text("a").flag(false).number(15).text("a").flag(false).number(1);
    assertRefused(most, "number out of range: max=0");
    byte[] whole = written("no", "").toArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(
              () -> Pending.read(new StateReader(part), ANSWERS, BYTES, in -> in.text(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("octets are missing");
    }
  }

  @Test
  @DisplayName("C-63 a count in a damaged state takes no memory, whatever the limits are")
  void takesNoMemoryForACount() {
    int many = Integer.MAX_VALUE;
    byte[] damaged = new StateWriter().flag(true).number(many).toArray();
    assertThatThrownBy(() -> Pending.read(new StateReader(damaged), many, many, in -> in.text(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("octets are missing");
    byte[] whole = written("12345678").toArray();
    assertThat(Pending.read(new StateReader(whole), many, many, in -> in.text(1)).size()).isOne();
  }

  /** A state with one request for each of {@code denials}, which follow it. */
  private static StateWriter written(String... denials) {
    StateWriter writer = new StateWriter().flag(true).number(denials.length);
    for (String each : denials) {
      writer.text("a").octets(Octets.ofText(each));
    }
    return writer;
  }

  /** A state of a monitored connection, with a letter for each request: passed or denied. */
  private static StateWriter monitored(String requests) {
    StateWriter writer = new StateWriter().flag(false).number(requests.length());
    for (int i = 0; i < requests.length(); i++) {
      writer.text("a").flag(requests.charAt(i) == 'd').number(0);
    }
    return writer;
  }

  private static void assertRefused(StateWriter state, String why) {
    StateReader reader = new StateReader(state.toArray());
    assertThatThrownBy(() -> Pending.read(reader, ANSWERS, BYTES, in -> in.text(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  @DisplayName("the client gets answers and denials in the order of its requests, and codecs agree")
  void equalsTheOrderOfTheRequests() {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      StringBuilder asked = new StringBuilder();
      StringBuilder got = new StringBuilder();
      List<String> atServer = new ArrayList<>();
      Pending<String> pending = none();
      for (int i = 0; i < 40; i++) {
        String name = Integer.toString(i % 10);
        Pending<String> before = pending;
        if (random.nextInt(3) > 0 && !pending.isFull()) {
          asked.append(name);
          boolean passes = random.nextBoolean();
          if (passes) {
            atServer.add(name);
          }
          List<Pending<String>> after = new ArrayList<>();
          got.append(
              replies(() ->
                  after.add(
                      passes ? before.pass(name) : before.deny(name, Octets.ofText(name), batch))));
          pending = after.getFirst();
        } else if (!atServer.isEmpty()) {
          assertThat(pending.next()).isEqualTo(atServer.getFirst());
          List<Pending<String>> after = new ArrayList<>();
          got.append(atServer.removeFirst()).append(replies(() -> after.add(before.answer(batch))));
          pending = after.getFirst();
        }
        pending = copied(pending);
      }
      assertThat(asked.toString()).as("seed=" + round).startsWith(got.toString());
      assertThat(asked.length() - got.length()).isLessThanOrEqualTo(ANSWERS + BYTES);
    }
  }

  private static Pending<String> copied(Pending<String> pending) {
    StateWriter writer = new StateWriter();
    pending.write(writer, StateWriter::text);
    StateReader reader = new StateReader(writer.toArray());
    Pending<String> copy = Pending.read(reader, ANSWERS, BYTES, in -> in.text(1));
    reader.end();
    assertThat(copy).isEqualTo(pending).hasSameHashCodeAs(pending).hasToString(pending.toString());
    return copy;
  }
}
