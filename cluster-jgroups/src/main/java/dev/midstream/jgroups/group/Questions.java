package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.gate.PeerProbe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private final Map<NodeId, Question> open = new HashMap<>();

  /** What is run when a question is answered. */
  private static final class Question {
    private final List<Runnable> ifGone = new ArrayList<>();
    private final List<Runnable> ifAlive = new ArrayList<>();

    /** Whether there was a reason to ask since it was asked. */
    private boolean isLate;

    void add(Runnable whenGone, Runnable whenAlive) {
      ifGone.add(whenGone);
      ifAlive.add(whenAlive);
    }
  }

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

  /**
   * There is a reason to ask {@code node}: what it has answered lately, or answers to a question
   * that is open, may be from before.
   */
  synchronized void suspect(NodeId node) {
    answers.remove(node);
    Question question = open.get(node);
    if (question != null) {
      question.isLate = true;
    }
  }

  /** Asks {@code node}, unless it has answered lately. */
  void ask(NodeId node) {
    if (answers.contains(node, System.nanoTime())) {
      listener.onAnswered(node.address());
    } else {
      ask(node, () -> {}, () -> {});
    }
  }

  /**
   * Asks {@code node}; runs {@code ifGone} if its process is gone, {@code ifAlive} if it answers.
   * If a question is open, its answer is that of this one.
   */
  void ask(NodeId node, Runnable ifGone, Runnable ifAlive) {
    Question begun = begin(node, ifGone, ifAlive);
    if (begun == null) {
      return;
    }
    boolean isAsked = false;
    try {
      executor.execute(() -> findOut(node, begun));
      isAsked = true;
    } finally {
      if (!isAsked) {
        close(node, begun); // without a thread it would be open for ever
      }
    }
  }

  /** Returns null if a question is open. */
  private synchronized @Nullable Question begin(NodeId node, Runnable ifGone, Runnable ifAlive) {
    Question known = open.get(node);
    Question question = known == null ? new Question() : known;
    question.add(ifGone, ifAlive);
    open.put(node, question);
    return known == null ? question : null;
  }

  private void findOut(NodeId node, Question question) {
    PeerProbe.Finding finding;
    Verdict verdict;
    try {
      do {
        finding = finding(node.address());
        verdict = verdict(finding, node);
      } while (!end(node, question, verdict));
    } finally {
      close(node, question);
    }
    if (finding instanceof PeerProbe.Finding.Life) {
      listener.onAnswered(node.address());
    }
    switch (verdict) {
      case GONE -> {
        listener.onDead(node);
        question.ifGone.forEach(Runnable::run);
      }
      case ALIVE -> question.ifAlive.forEach(Runnable::run);
      case UNKNOWN -> {
        // nothing is proved
      }
    }
  }

  /**
   * Ends a question before the listener hears, for it may ask again at once. Returns false if there
   * was a reason to ask meanwhile, and only a death counts, which is forever.
   */
  private synchronized boolean end(NodeId node, Question question, Verdict verdict) {
    if (question.isLate && verdict != Verdict.GONE) {
      question.isLate = false;
      return false;
    }
    if (verdict == Verdict.ALIVE) {
      answers.add(node, System.nanoTime());
    }
    close(node, question);
    return true;
  }

  private synchronized void close(NodeId node, Question question) {
    boolean ignored = open.remove(node, question);
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
