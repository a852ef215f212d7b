package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which lives have answered lately. Such a life is not asked again: each question costs both nodes
 * a handshake, and nodes that are silent because they have too much to do would ask each other all
 * the time. If its process ends, a connection breaks, and it is suspected. Thread-safe.
 */
final class RecentAnswers {
  private final long restNanos;
  private final Map<NodeAddress, Answer> answers = new ConcurrentHashMap<>();

  private record Answer(NodeId life, long atNanos) {}

  /** Answers count for {@code restNanos}. */
  RecentAnswers(long restNanos) {
    this.restNanos = restNanos;
  }

  void add(NodeId life, long nowNanos) {
    answers.put(life.address(), new Answer(life, nowNanos));
  }

  /** There is a reason to ask {@code life} again. */
  void remove(NodeId life) {
    answers.remove(life.address());
  }

  boolean contains(NodeId life, long nowNanos) {
    Answer last = answers.get(life.address());
    return last != null && last.life().equals(life) && nowNanos - last.atNanos() < restNanos;
  }
}
