package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.gate.PeerProbe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Finds out whether the processes of lives are gone, by asking their ports: one question at a time
 * for each life. Thread-safe.
 */
final class Questions {
  /*
   * A process that is killed loses its connections first and its port last. A question in between is
   * accepted and then broken, which proves nothing. The port refuses soon after, so that it is asked
   * again at once, and then after longer and longer times.
   */
  private static final int[] PAUSES_MILLIS = {1, 2, 4, 8, 16};

  private final Function<NodeAddress, PeerProbe.Finding> probe;
  private final RecentAnswers answers;
  private final CarrierListener listener;
  private final Executor executor;
  private final Set<NodeId> asked = ConcurrentHashMap.newKeySet();

  /**
   * No question yet.
   *
   * @param probe asks the port at an address; waits
   * @param listener hears of deaths and answers
   * @param executor runs what waits
   */
  Questions(
      Function<NodeAddress, PeerProbe.Finding> probe,
      RecentAnswers answers,
      CarrierListener listener,
      Executor executor) {
    this.probe = probe;
    this.answers = answers;
    this.listener = listener;
    this.executor = executor;
  }

  /** There is a reason to ask {@code node} again, although it has answered lately. */
  void suspect(NodeId node) {
    answers.remove(node);
  }

  /** Asks {@code node}, unless it has answered lately. */
  void ask(NodeId node) {
    ask(node, () -> {}, () -> {});
  }

  /**
   * Asks {@code node}, unless it has answered lately; runs {@code ifGone} if its process is gone,
   * {@code ifAlive} if it answers. Does nothing while it is being asked.
   */
  void ask(NodeId node, Runnable ifGone, Runnable ifAlive) {
    if (answers.contains(node, System.nanoTime())) {
      listener.onAnswered(node.address());
    } else if (asked.add(node)) {
      executor.execute(() -> findOut(node, ifGone, ifAlive));
    }
  }

  private void findOut(NodeId node, Runnable ifGone, Runnable ifAlive) {
    PeerProbe.Finding finding;
    Verdict verdict;
    try {
      finding = finding(node.address());
      verdict = verdict(finding, node);
      if (verdict == Verdict.ALIVE) {
        answers.add(node, System.nanoTime());
      }
    } finally {
      // before the listener hears, for it may ask again at once
      asked.remove(node);
    }
    if (finding instanceof PeerProbe.Finding.Life) {
      listener.onAnswered(node.address());
    }
    switch (verdict) {
      case GONE -> {
        listener.onDead(node);
        ifGone.run();
      }
      case ALIVE -> ifAlive.run();
      case UNKNOWN -> {
        // nothing is proved
      }
    }
  }

  private PeerProbe.Finding finding(NodeAddress address) {
    PeerProbe.Finding finding = probe.apply(address);
    for (int millis : PAUSES_MILLIS) {
      if (!(finding instanceof PeerProbe.Finding.Broken) || !pause(millis)) {
        break;
      }
      finding = probe.apply(address);
    }
    return finding;
  }

  private static boolean pause(int millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private enum Verdict {
    GONE,
    ALIVE,
    UNKNOWN
  }

  private static Verdict verdict(PeerProbe.Finding finding, NodeId node) {
    return switch (finding) {
      case PeerProbe.Finding.Refused refused -> Verdict.GONE;
      case PeerProbe.Finding.Life life -> life.node().equals(node) ? Verdict.ALIVE : Verdict.GONE;
      case PeerProbe.Finding.Stranger stranger -> Verdict.UNKNOWN;
      case PeerProbe.Finding.Silent silent -> Verdict.UNKNOWN;
      case PeerProbe.Finding.Broken broken -> Verdict.UNKNOWN;
    };
  }
}
