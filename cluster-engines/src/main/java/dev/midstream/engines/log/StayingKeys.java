package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.modcmd.state.StateWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The list of the connections of a bucket that stay at this node, which its owner gets: all at
 * first, in steps, then those that have closed. Each owner gets it in a stream of its own.
 *
 * <p>Not thread-safe.
 */
public final class StayingKeys {
  /* The kinds of records. 1 and 2 were lists without VLAN ids: a node that knows those reads no others. */
  static final int WHOLE = 3;
  static final int GIVEN = 4;
  static final int OPEN = 5;
  static final int CLOSED = 6;
  static final int NONE = 7;

  private static final int MOST_IN_RECORD = BackupStream.MESSAGE_BYTES / ConnectionEnds.BYTES - 1;
  private static final long NEVER = Long.MAX_VALUE;

  private final int bucket;
  private final Links links;
  private final ListedConnections open;
  private boolean isComplete = true;

  /** Where {@link #retainSome} goes on; null for the beginning. */
  private @Nullable Iterator<ConnectionEnds> looked;

  private @Nullable Told told;
  private boolean isGiven;

  /** An owner that is told, in a stream of its own. */
  private static final class Told {
    final NodeId owner;
    final long epoch;
    final boolean stay;
    final BackupStream stream;

    /** What is not told yet, from {@link #next} on. */
    List<ConnectionEnds> untold;

    int next;
    boolean isWhole;

    Told(NodeId owner, long epoch, boolean stay, BackupStream stream, List<ConnectionEnds> untold) {
      this.owner = owner;
      this.epoch = epoch;
      this.stay = stay;
      this.stream = stream;
      this.untold = untold;
    }

    boolean is(NodeId node, long itsEpoch) {
      return owner.equals(node) && epoch == itsEpoch;
    }

    void forgetUntold() {
      untold = new ArrayList<>();
      next = 0;
    }

    void endList() {
      StateWriter whole = new StateWriter();
      whole.octet(WHOLE);
      whole.octet(stay ? 1 : 0);
      stream.append(whole.toOctets());
      isWhole = true;
      forgetUntold();
    }
  }

  /**
   * A list without connections, which no node has.
   *
   * @param heap is charged with the octets that the list takes
   */
  public StayingKeys(int bucket, Links links, LongConsumer heap) {
    open = new ListedConnections(heap);
    this.bucket = bucket;
    this.links = links;
  }

  /**
   * Begins a list of {@code connections} at most, which no owner knows as a whole before it is
   * {@linkplain #complete complete}.
   */
  public void begin(int connections) {
    end();
    open.reserve(connections);
    isComplete = false;
  }

  /** Adds a connection. */
  public void add(ConnectionEnds stays) {
    looked = null;
    open.add(stays);
    if (told != null) {
      told.untold.add(stays);
    }
  }

  /** Notes that all connections were added. */
  public void complete() {
    open.endReserve();
    isComplete = true;
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
    told = new Told(owner, epoch, stay, stream(owner, epoch), open.copy());
  }

  private BackupStream stream(NodeId owner, long epoch) {
    return new BackupStream(bucket, epoch, LogMessage.STAYING_KEYS, links.of(owner));
  }

  /** Whether there is more to be told to the owner that is told. */
  public boolean isToBeTold() {
    return told != null && !told.isWhole && (isComplete || told.next < told.untold.size());
  }

  /**
   * Tells the owner that is told of some more connections.
   *
   * @return how many
   */
  public int tellSome(int most) {
    Told to = told;
    if (to == null || to.isWhole) {
      return 0;
    }
    int end = to.next + Math.min(most, to.untold.size() - to.next);
    List<ConnectionEnds> some = to.untold.subList(to.next, end);
    append(to.stream, OPEN, some.stream().filter(open::contains).toList());
    int count = some.size();
    to.next = end;
    if (isComplete && end == to.untold.size()) {
      to.endList();
    }
    return count;
  }

  /**
   * Tells an owner of the bucket, and no other one any more, to go on with the connections that it
   * has a replica of: an owner before was told so. None is in its list.
   */
  public void giveAnew(NodeId owner, long epoch) {
    end();
    Told to = new Told(owner, epoch, /* stay= */ false, stream(owner, epoch), new ArrayList<>());
    told = to;
    to.endList();
    give();
  }

  private static void append(BackupStream stream, int kind, List<ConnectionEnds> all) {
    for (int from = 0; from < all.size(); from += MOST_IN_RECORD) {
      StateWriter record = new StateWriter();
      record.octet(kind);
      all.subList(from, Math.min(all.size(), from + MOST_IN_RECORD))
          .forEach(each -> each.write(record));
      stream.append(record.toOctets());
    }
  }

  /**
   * Looks at some of the connections, and tells which have closed.
   *
   * @param isLeft whether one has not closed
   * @return whether all were looked at since this returned true last
   */
  public boolean retainSome(int most, Predicate<ConnectionEnds> isLeft) {
    Iterator<ConnectionEnds> all = looked == null ? open.iterator() : looked;
    List<ConnectionEnds> closed = new ArrayList<>();
    for (int i = 0; i < most && all.hasNext(); i++) {
      ConnectionEnds next = all.next();
      if (!isLeft.test(next)) {
        closed.add(next);
        open.removeLast(all);
      }
    }
    looked = all.hasNext() ? all : null;
    if (told != null) {
      append(told.stream, CLOSED, closed);
    }
    return looked == null;
  }

  /** Whether {@link #retainSome} has not looked at all of them. */
  public boolean isLooking() {
    return looked != null;
  }

  /** Tells that all connections have closed. */
  public void closeAll() {
    clear();
    if (told != null) {
      told.forgetUntold();
      told.stream.append(new byte[] {NONE});
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
    looked = null;
    isComplete = true;
  }

  /** Whether the owner that is told has answered, so that it knows what a list is. */
  public boolean isAnswered() {
    return told != null && told.stream.applied() > 0;
  }

  /** Whether the owner that is told, if there is one, knows all. */
  public boolean isHeld() {
    return told == null || (told.isWhole && told.stream.applied() == told.stream.appended());
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
