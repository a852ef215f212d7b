package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.modcmd.state.StateWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The list of the connections of a bucket that stay at this node, which its owner gets: all at
 * first, then those that have closed. Each owner gets it in a stream of its own.
 *
 * <p>Not thread-safe.
 */
public final class StayingKeys {
  /* The kinds of records. 1 and 2 were lists without VLAN ids: a node that knows those reads no others. */
  static final int WHOLE = 3;
  static final int GIVEN = 4;
  static final int OPEN = 5;
  static final int CLOSED = 6;

  private static final int MOST_IN_RECORD = BackupStream.MESSAGE_BYTES / ConnectionEnds.BYTES - 1;
  private static final long NEVER = Long.MAX_VALUE;

  private final int bucket;
  private final Links links;
  private final Set<ConnectionEnds> open = new HashSet<>();
  private @Nullable Told told;
  private boolean isGiven;

  /** The stream of the owner {@code owner} under {@code epoch}. */
  private record Told(NodeId owner, long epoch, BackupStream stream) {
    boolean is(NodeId node, long itsEpoch) {
      return owner.equals(node) && epoch == itsEpoch;
    }
  }

  /** A list without connections, which no node has. */
  public StayingKeys(int bucket, Links links) {
    this.bucket = bucket;
    this.links = links;
  }

  /** Adds connections; no owner may have been told. */
  public void addAll(Collection<ConnectionEnds> stay) {
    open.addAll(stay);
  }

  /** Whether the connection between {@code ends} stays here. */
  public boolean contains(ConnectionEnds ends) {
    return open.contains(ends);
  }

  /** How many connections stay here. */
  public int size() {
    return open.size();
  }

  /** Whether {@code owner} is told, which has the bucket under {@code epoch}. */
  public boolean isTold(NodeId owner, long epoch) {
    return told != null && told.is(owner, epoch);
  }

  /**
   * Tells an owner of the bucket, and no other one any more.
   *
   * @param stay whether they are all connections that there were when the bucket was handed over to
   *     this owner, so that it begins with none
   */
  public void tell(NodeId owner, long epoch, boolean stay) {
    end();
    BackupStream stream = begin(owner, epoch);
    append(stream, OPEN, open);
    endList(stream, stay);
  }

  private BackupStream begin(NodeId owner, long epoch) {
    BackupStream stream = new BackupStream(bucket, epoch, LogMessage.STAYING_KEYS, links.of(owner));
    told = new Told(owner, epoch, stream);
    return stream;
  }

  private static void endList(BackupStream stream, boolean stay) {
    StateWriter whole = new StateWriter();
    whole.octet(WHOLE);
    whole.octet(stay ? 1 : 0);
    stream.append(whole.toOctets());
  }

  /**
   * Tells an owner of the bucket, and no other one any more, to go on with the connections that it
   * has a replica of: an owner before was told so. None is in its list.
   */
  public void giveAnew(NodeId owner, long epoch) {
    end();
    endList(begin(owner, epoch), /* stay= */ false);
    give();
  }

  private static void append(BackupStream stream, int kind, Collection<ConnectionEnds> all) {
    List<ConnectionEnds> left = new ArrayList<>(all);
    for (int from = 0; from < left.size(); from += MOST_IN_RECORD) {
      StateWriter record = new StateWriter();
      record.octet(kind);
      left.subList(from, Math.min(left.size(), from + MOST_IN_RECORD))
          .forEach(each -> each.write(record));
      stream.append(record.toOctets());
    }
  }

  /** Tells that all connections but {@code left} have closed. */
  public void retain(Set<ConnectionEnds> left) {
    List<ConnectionEnds> closed = open.stream().filter(each -> !left.contains(each)).toList();
    closed.forEach(open::remove);
    if (told != null) {
      append(told.stream, CLOSED, closed);
    }
  }

  /**
   * Tells the owner to go on with the connections that it has a replica of. They stay in the list
   * until it has answered.
   */
  public void give() {
    if (told != null) {
      told.stream.append(new byte[] {GIVEN});
      isGiven = true;
    }
  }

  /** Whether the owner that is told now is to go on with the connections. */
  public boolean isGiven() {
    return isGiven;
  }

  /** Forgets all connections: none stays here any more. */
  public void clear() {
    open.clear();
  }

  /** Whether the owner that is told has answered, so that it knows what a list is. */
  public boolean isAnswered() {
    return told != null && told.stream.applied() > 0;
  }

  /** Whether the owner that is told, if there is one, knows all. */
  public boolean isHeld() {
    return told == null || told.stream.applied() == told.stream.appended();
  }

  /** Tells no owner any more. */
  public void end() {
    if (told != null) {
      told.stream.end();
      told = null;
      isGiven = false;
    }
  }

  /** Notes what {@code node} holds. */
  public void noteApplied(NodeId node, long epoch, long number, long nowNanos) {
    if (told != null && told.is(node, epoch)) {
      told.stream.noteApplied(number, nowNanos);
    }
  }

  /** When {@link #send} is due without any other cause; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    return told == null ? NEVER : told.stream.dueNanos();
  }

  /** Sends what was told, and again what is not answered for too long. */
  public void send(long nowNanos, BiConsumer<NodeId, LogMessage> sender) {
    Told now = told;
    if (now != null) {
      Consumer<Append> own = append -> sender.accept(now.owner, append);
      now.stream.sendAgain(nowNanos, own);
      now.stream.send(nowNanos, own);
    }
  }
}
