package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The watch between a layer above and a layer below that keep what they get. */
class PeerWatchTest {
  private static final Address OWN = new UUID(1, 1);
  private static final Address PEER = new UUID(2, 2);
  private static final Address THIRD = new UUID(3, 3);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int DETECT_MILLIS = 400;

  private final Asked asked = new Asked();
  private final Layer above = new Layer();
  private final Layer below = new Layer();
  private long now = Long.MAX_VALUE - 1; // it runs over
  private final PeerWatch watch = new PeerWatch(MILLI * DETECT_MILLIS, asked, () -> now);

  /** Keeps what it gets. */
  private static final class Layer extends Protocol {
    private final List<Event> events = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    @Override
    public @Nullable Object up(Event event) {
      events.add(event);
      return null;
    }

    @Override
    public @Nullable Object up(Message message) {
      messages.add(message);
      return null;
    }

    @Override
    public void up(MessageBatch batch) {
      batch.forEach(messages::add);
    }

    @Override
    public @Nullable Object down(Event event) {
      events.add(event);
      return null;
    }

    @Override
    public @Nullable Object down(Message message) {
      messages.add(message);
      return null;
    }
  }

  /** Keeps questions, which the test answers. */
  private static final class Asked implements PeerWatch.Verifier {
    private final List<Address> verified = new ArrayList<>();
    private final List<Address> doubted = new ArrayList<>();
    private final List<Address> suspected = new ArrayList<>();
    private final List<Address> heard = new ArrayList<>();
    private Runnable lastIfGone = () -> {};
    private Runnable lastIfAlive = () -> {};

    @Override
    public void verify(Address member, Runnable ifGone, Runnable ifAlive) {
      verified.add(member);
      lastIfGone = ifGone;
      lastIfAlive = ifAlive;
    }

    @Override
    public void doubt(Address member) {
      doubted.add(member);
    }

    @Override
    public void onSuspected(Address member) {
      suspected.add(member);
    }

    @Override
    public void onHeard(Address member) {
      heard.add(member);
    }
  }

  @BeforeEach
  void join() {
    watch.setUpProtocol(above);
    watch.setDownProtocol(below);
    watch.setAddress(OWN);
    show(OWN, PEER);
  }

  private void show(Address... members) {
    watch.down(new Event(Event.VIEW_CHANGE, View.create(OWN, 1, members)));
  }

  /** The members of these two views meet, of which the first one has this node. */
  private void meet(List<Address> here, List<Address> there) {
    List<View> parts = List.of(new View(OWN, 2, here), new View(there.getFirst(), 2, there));
    List<Address> all = Stream.concat(here.stream(), there.stream()).toList();
    watch.down(new Event(Event.VIEW_CHANGE, new MergeView(OWN, 3, all, parts)));
  }

  /** Looks for silent members for so long, as often as usual. */
  private void pass(int millis) {
    int beatMillis = DETECT_MILLIS / 4;
    for (int passed = 0; passed < millis; passed += beatMillis) {
      now += beatMillis * MILLI;
      watch.beat();
    }
  }

  private void breakConnection() {
    now++;
    watch.up(new Event(Event.SUSPECT, List.of(PEER)));
  }

  private List<Collection<Address>> suspicions() {
    return above.events.stream()
        .filter(each -> each.type() == Event.SUSPECT)
        .<Collection<Address>>map(Event::getArg)
        .toList();
  }

  @Test
  @DisplayName("LD-4 a message that was on its way does not clear a member that has died")
  void goesOnAskingAfterLateMessages() {
    breakConnection();
    watch.up(new BytesMessage(OWN, new byte[1]).setSrc(PEER));
    watch.beat();

    assertThat(asked.verified).containsExactly(PEER, PEER);
    assertThat(asked.suspected).containsExactly(PEER);
    assertThat(asked.heard).isEmpty();
    assertThat(above.messages).hasSize(1);
    assertThat(suspicions()).isEmpty();

    asked.lastIfGone.run();
    watch.beat();

    assertThat(suspicions()).containsExactly(List.of(PEER));
    assertThat(asked.verified).hasSize(2);
  }

  @Test
  @DisplayName("LD-4 a member that answers is suspected no more")
  void clearsWhoAnswers() {
    breakConnection();
    asked.lastIfAlive.run();
    watch.beat();

    assertThat(asked.heard).containsExactly(PEER);
    assertThat(asked.verified).containsExactly(PEER);
    assertThat(suspicions()).isEmpty();
  }

  @Test
  @DisplayName("an answer from before the last connection broke clears a member of nothing")
  void asksAgainWhenAnotherBreaks() {
    breakConnection();
    Runnable ifAlive = asked.lastIfAlive;
    breakConnection();
    ifAlive.run();

    assertThat(asked.verified).containsExactly(PEER, PEER);
    assertThat(asked.doubted).containsExactly(PEER, PEER);
    assertThat(asked.suspected).containsExactly(PEER);
    assertThat(asked.heard).isEmpty();
    watch.beat();
    assertThat(asked.verified).hasSize(3);

    asked.lastIfAlive.run();
    assertThat(asked.heard).containsExactly(PEER);
  }

  @Test
  @DisplayName("LD-4 a member that has left the view unproved is asked for still")
  void goesOnAskingAfterTheView() {
    breakConnection();
    show(OWN);
    watch.beat();
    assertThat(asked.verified).containsExactly(PEER, PEER);

    asked.lastIfGone.run();
    watch.beat();

    assertThat(asked.verified).hasSize(2);
    assertThat(suspicions()).isEmpty();
  }

  @Test
  @DisplayName("LD-4 one that is not in the view is not suspected")
  void suspectsMembersOnly() {
    show(OWN);
    breakConnection();
    watch.beat();

    assertThat(asked.suspected).isEmpty();
    assertThat(asked.verified).isEmpty();
  }

  @Test
  @DisplayName("LD-4 a member of which nothing arrives is suspected after the detection time")
  void suspectsTheSilent() {
    pass(DETECT_MILLIS);
    assertThat(suspicions()).isEmpty();
    pass(1);
    assertThat(suspicions()).containsExactly(List.of(PEER));
  }

  @Test
  @DisplayName(
      "LD-3 LD-4 a member that was met by a merge may be silent until it has the view, too, and is"
          + " watched from its first beat on")
  void waitsForTheFirstBeat() {
    show(OWN);
    pass(10 * DETECT_MILLIS);
    meet(List.of(OWN), List.of(PEER));
    pass(900);
    watch.up(new BytesMessage(OWN, new byte[1]).setSrc(PEER));
    assertThat(suspicions()).as("before it has the view").isEmpty();

    watch.up(new EmptyMessage(OWN).putHeader((short) 700, new PeerWatch.Beat()).setSrc(PEER));
    pass(DETECT_MILLIS);
    assertThat(suspicions()).isEmpty();
    pass(1);
    assertThat(suspicions()).containsExactly(List.of(PEER));
  }

  @Test
  @DisplayName("LD-4 one that dies right after a merge is suspected one second later than usual")
  void suspectsTheSilentAfterAMerge() {
    show(OWN);
    meet(List.of(OWN), List.of(PEER));
    watch.up(new BytesMessage(OWN, new byte[1]).setSrc(PEER));
    show(OWN, PEER, THIRD);
    pass(1_000 + DETECT_MILLIS);
    assertThat(suspicions().stream().flatMap(Collection::stream)).doesNotContain(PEER);
    pass(1);
    assertThat(suspicions().getLast()).contains(PEER);
  }

  @Test
  @DisplayName("LD-4 a merge gives no time to a member that was in view before")
  void watchesOldMembersAsBefore() {
    meet(List.of(OWN, PEER), List.of(THIRD));
    pass(DETECT_MILLIS);
    assertThat(suspicions()).isEmpty();
    pass(1);
    assertThat(suspicions()).containsExactly(List.of(PEER));
  }

  @Test
  @DisplayName("LD-4 each beat is one message for each other member, which goes no further up")
  void sendsBeats() {
    watch.beat();

    assertThat(below.messages).hasSize(1);
    Message beat = below.messages.getFirst();
    assertThat(beat).isInstanceOf(EmptyMessage.class);
    assertThat(beat.getDest()).isEqualTo(PEER);
    watch.up(beat.setSrc(PEER));
    MessageBatch batch = new MessageBatch(4).setSender(PEER).add(beat);
    watch.up(batch.add(new BytesMessage(OWN, new byte[1]).setSrc(PEER)));
    assertThat(above.messages).hasSize(1);
  }
}
