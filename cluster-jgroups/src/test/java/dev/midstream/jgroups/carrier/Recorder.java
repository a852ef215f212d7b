package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Keeps what a carrier brings, and waits for it. */
public final class Recorder implements CarrierListener {
  static final Duration LONGEST = Duration.ofSeconds(20);

  private final List<List<NodeId>> views = new ArrayList<>();
  private final List<ClusterMessage> messages = new ArrayList<>();
  private final List<LogMessage> logs = new ArrayList<>();
  private final List<NodeId> senders = new ArrayList<>();
  private final List<NodeId> dead = new ArrayList<>();
  private final List<NodeId> suspected = new ArrayList<>();
  private final List<NodeId> heard = new ArrayList<>();
  private final List<NodeAddress> answered = new ArrayList<>();
  private final List<Long> absent = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private Runnable atNextAnswer = () -> {};
  private int calls;

  @Override
  public void onView(List<NodeId> members) {
    note(() -> views.add(members));
  }

  @Override
  public void onMessage(NodeId from, ClusterMessage message) {
    note(() -> {
      senders.add(from);
      messages.add(message);
    });
  }

  @Override
  public void onLog(NodeId from, LogMessage message) {
    note(() -> {
      senders.add(from);
      logs.add(message);
    });
  }

  @Override
  public void onDead(NodeId node) {
    note(() -> dead.add(node));
  }

  @Override
  public void onSuspected(NodeId node) {
    note(() -> suspected.add(node));
  }

  @Override
  public void onHeard(NodeId node) {
    note(() -> heard.add(node));
  }

  @Override
  public void onAnswered(NodeAddress address) {
    note(() -> answered.add(address));
    nextAnswer().run();
  }

  private synchronized Runnable nextAnswer() {
    Runnable next = atNextAnswer;
    atNextAnswer = () -> {};
    return next;
  }

  /** Runs {@code call} in the carrier's thread while the next answer is heard. */
  public synchronized void atNextAnswer(Runnable call) {
    atNextAnswer = call;
  }

  @Override
  public void onAbsent(NodeAddress address, long number) {
    note(() -> absent.add(number));
  }

  @Override
  public void onRefused(Refusal refusal) {
    note(() -> refusals.add(refusal));
  }

  private synchronized void note(Runnable change) {
    change.run();
    calls++;
    notifyAll();
  }

  /** Waits until {@code isEnough} holds of what was heard; fails after 20 s. */
  public void await(String what, Predicate<Recorder> isEnough) {
    if (!comes(LONGEST, isEnough)) {
      throw new AssertionError("did not come: " + what + "\n" + this);
    }
  }

  /** Waits for some time; returns whether {@code isEnough} holds of what was heard. */
  public synchronized boolean comes(Duration time, Predicate<Recorder> isEnough) {
    long end = System.nanoTime() + time.toNanos();
    while (!isEnough.test(this)) {
      long leftMillis = (end - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return true;
  }

  private synchronized <T> T read(Supplier<T> what) {
    return what.get();
  }

  public List<NodeId> view() {
    return read(() -> views.isEmpty() ? List.of() : views.getLast());
  }

  /** All views, in their order. */
  public List<List<NodeId>> views() {
    return read(() -> List.copyOf(views));
  }

  public List<ClusterMessage> messages() {
    return read(() -> List.copyOf(messages));
  }

  public List<LogMessage> logs() {
    return read(() -> List.copyOf(logs));
  }

  public List<NodeId> senders() {
    return read(() -> List.copyOf(senders));
  }

  public List<NodeId> dead() {
    return read(() -> List.copyOf(dead));
  }

  public List<NodeId> suspected() {
    return read(() -> List.copyOf(suspected));
  }

  public List<NodeId> heard() {
    return read(() -> List.copyOf(heard));
  }

  public List<NodeAddress> answered() {
    return read(() -> List.copyOf(answered));
  }

  public List<Long> absent() {
    return read(() -> List.copyOf(absent));
  }

  public List<Refusal> refusals() {
    return read(() -> List.copyOf(refusals));
  }

  public int calls() {
    return read(() -> calls);
  }

  @Override
  public synchronized String toString() {
    return "view="
        + view()
        + " messages="
        + messages.size()
        + " logs="
        + logs.size()
        + " dead="
        + dead
        + " suspected="
        + suspected
        + " heard="
        + heard
        + " absent="
        + absent
        + " refusals="
        + refusals;
  }
}
