package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.EditGuard;
import dev.midstream.reassembly.flow.Guarded;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * Tells the kernel what becomes of edited connections while this process is silent, where the
 * kernel forwards then: one in the middle of an edit must not pass, a settled one passes with its
 * shift. A connection has its guard from before its first edit leaves until it is forgotten.
 */
public final class Guards implements EditGuard {
  private final boolean isOn;
  private final FastPathTable table;
  private final FlowKey clientKey;
  private final FlowKey serverKey;
  private final FlowEntry entry;
  private int missing;

  /** Guards in {@code table}; none if it is null. */
  public Guards(@Nullable FastPathTable table) {
    isOn = table != null;
    this.table = table == null ? new FastPathModel(0) : table;
    clientKey = this.table.newKey();
    serverKey = this.table.newKey();
    entry = this.table.newEntry();
  }

  /**
   * Edited connections that have no guard, because the table has no room or no key for them, or the
   * kernel does not read their tags.
   */
  public int missing() {
    return missing;
  }

  @Override
  public void hold(Connection connection) {
    Guarded before = connection.seen().guarded();
    if (!isOn || before == Guarded.HELD || before == Guarded.MISSING) {
      return;
    }
    boolean isHeld = isReadByKernel(connection);
    if (isHeld || before == Guarded.SHIFTED) {
      setKeys(connection);
      entry.begin(0).asHeld();
      isHeld = isHeld && table.put(clientKey, entry) && table.put(serverKey, entry);
      if (!isHeld) {
        remove(clientKey); // half of a guard would stop one direction
        remove(serverKey);
      }
    }
    connection.seen().setGuarded(isHeld ? Guarded.HELD : Guarded.MISSING);
    missing += isHeld ? 0 : 1;
  }

  /** Whether the kernel finds the guard of what both ends have sent so far. */
  private static boolean isReadByKernel(Connection connection) {
    boolean isRead = connection.key().hasOneTagAtMost();
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null && stream.headers().isTemplateKnown()) {
        isRead &= stream.headers().template().hasPlainLink();
      }
    }
    return isRead;
  }

  /** Whether there are any. */
  boolean isOn() {
    return isOn;
  }

  /** Whether {@code connection} is held, or would be if there was room. */
  boolean isHeld(Connection connection) {
    Guarded guarded = connection.seen().guarded();
    return guarded == Guarded.HELD || guarded == Guarded.MISSING;
  }

  /**
   * Lets a held connection pass with the shifts of {@code client} and {@code server}. They may be
   * 0: the next process knows by the guard that the connection was edited.
   */
  void shift(Connection connection, FlowEntry client, FlowEntry server) {
    if (connection.seen().guarded() == Guarded.MISSING) {
      release(connection);
    }
    setKeys(connection);
    boolean isShifted =
        table.put(clientKey, client.asShifted()) && table.put(serverKey, server.asShifted());
    if (isShifted) {
      connection.seen().setGuarded(Guarded.SHIFTED);
    } else {
      connection.seen().setGuarded(Guarded.NOT);
      hold(connection);
    }
  }

  /** Removes the guard of {@code connection}, if it has one. */
  void release(Connection connection) {
    Guarded before = connection.seen().guarded();
    connection.seen().setGuarded(Guarded.NOT);
    if (before == Guarded.MISSING) {
      missing--;
    } else if (before != Guarded.NOT) {
      setKeys(connection);
      remove(clientKey);
      remove(serverKey);
    }
  }

  /**
   * Removes the guard that an engine before had of the connection of the segment in {@code view}.
   */
  public void forget(FrameView view) {
    remove(clientKey.set(view));
    remove(serverKey.setOpposite(clientKey));
  }

  private void remove(FlowKey key) {
    boolean ignored = table.take(key, entry);
  }

  /** Forgets {@code connection} and leaves its guard where it is. */
  void leave(Connection connection) {
    missing -= connection.seen().guarded() == Guarded.MISSING ? 1 : 0;
    connection.seen().setGuarded(Guarded.NOT);
  }

  private void setKeys(Connection connection) {
    connection.key().flowKey(clientKey, true);
    connection.key().flowKey(serverKey, false);
  }
}
