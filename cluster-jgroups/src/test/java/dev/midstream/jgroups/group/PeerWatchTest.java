package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
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

  private final Asked asked = new Asked();
  private final Layer above = new Layer();
  private final Layer below = new Layer();
  private final PeerWatch watch = new PeerWatch(TimeUnit.HOURS.toNanos(1), asked);

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

  private void breakConnection() {
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
