package dev.midstream.engines.log;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a bucket of this node that stay at another one, as that says ({@link
 * StayingKeys}).
 *
 * <p>Not thread-safe.
 */
public final class StayingList {
  private final int bucket;
  private final long epoch;
  private final NodeId from;
  private final ListedConnections open;
  private long applied;
  private boolean isWhole;
  private boolean isOfAll;
  private boolean isGiven;
  private boolean isUnreadable;

  /**
   * A list of which nothing is known.
   *
   * @param epoch that of the bucket at this node
   * @param from where the connections stay
   * @param heap is charged with the octets that the list takes
   */
  public StayingList(int bucket, long epoch, NodeId from, LongConsumer heap) {
    open = new ListedConnections(heap);
    this.bucket = bucket;
    this.epoch = epoch;
    this.from = from;
  }

  /** The node where the connections stay. */
  public NodeId from() {
    return from;
  }

  /** Whether it is the list of {@code node} for the bucket under {@code itsEpoch}. */
  public boolean isOf(NodeId node, long itsEpoch) {
    return from.equals(node) && epoch == itsEpoch;
  }

  /** Whether all connections are known that stay there. */
  public boolean isWhole() {
    return isWhole;
  }

  /** Whether all connections stay there of which the bucket was handed over by that node. */
  public boolean isOfAll() {
    return isWhole && isOfAll;
  }

  /** How many connections stay there. */
  public int size() {
    return open.size();
  }

  /** Whether what came last could not be read. */
  public boolean isUnreadable() {
    return isUnreadable;
  }

  /** Forgets the list. */
  public void clear() {
    open.clear();
  }

  /** Whether no connection stays there, or stays there any more. */
  public boolean isEmpty() {
    return isWhole && open.size() == 0;
  }

  /** Whether this node is to go on with the connections. */
  public boolean isGiven() {
    return isGiven;
  }

  /** Whether the connection between {@code ends} stays there. */
  public boolean contains(ConnectionEnds ends) {
    return open.contains(ends);
  }

  /**
   * Takes the records that are not known yet; none if there is a gap. The one that tells this node
   * to go on with the connections is answered with {@link #answerGiven}.
   *
   * @param mayGoOn whether this node could go on with the connections now. If not, the record that
   *     tells it to do so is not taken, and comes again; so does one right before it, after which
   *     the list may be whole without the connections that are given
   * @return what to answer; null for nothing, if they cannot be read
   */
  public @Nullable Applied append(Append append, boolean mayGoOn) {
    long skipped = applied + 1 - append.first();
    isUnreadable = false;
    try {
      for (long i = Math.max(0, skipped); skipped >= 0 && i < append.records().size(); i++) {
        byte[] record = append.records().get((int) i);
        boolean isToGoOn = isToGoOn(record);
        boolean isNextToGoOn =
            i + 1 < append.records().size() && isToGoOn(append.records().get((int) i + 1));
        if (!mayGoOn && (isToGoOn || isNextToGoOn)) {
          break;
        }
        apply(record);
        if (isToGoOn) {
          break;
        }
        applied++;
      }
    } catch (MalformedState _) {
      isUnreadable = true; // of another version: packets wait, as connections may stay there
      return null;
    }
    return answer();
  }

  private static boolean isToGoOn(byte[] record) {
    return record.length > 0 && record[0] == StayingKeys.GIVEN;
  }

  /** Says that the connections with which this node was told to go on are in replicas of it. */
  public Applied answerGiven() {
    applied++;
    return answer();
  }

  private Applied answer() {
    return new Applied(bucket, epoch, LogMessage.STAYING_KEYS, applied);
  }

  private void apply(byte[] record) {
    StateReader in = new StateReader(record, 0, record.length);
    switch (in.octet()) {
      case StayingKeys.OPEN -> {
        while (in.remaining() > 0) {
          open.add(ConnectionEnds.read(in));
        }
      }
      case StayingKeys.CLOSED -> {
        while (in.remaining() > 0) {
          open.remove(ConnectionEnds.read(in));
        }
      }
      case StayingKeys.NONE -> open.clear();
      case StayingKeys.WHOLE -> {
        isOfAll = in.octet() == 1;
        isWhole = true;
      }
      case StayingKeys.GIVEN -> {
        open.clear();
        isGiven = true;
      }
      default -> throw new MalformedState("unknown kind of record");
    }
  }
}
