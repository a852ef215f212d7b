package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * What a worker runs: one engine, or several that share its connections. Not thread-safe: it
 * belongs to the worker's thread.
 */
public interface EngineBox extends Box {

  /**
   * Stops while connections still exist: those whose endpoints cannot continue without an engine
   * are reset, because their numbers no longer match. It must not be used afterwards.
   */
  void leave(long nowNanos, PacketOutput out);

  /**
   * Gives up the current connection after a call of this box has thrown. An edited connection is
   * reset; a monitored one passes uninspected from now on. Then the box can be used again.
   *
   * @param failure the exception, for the operator
   * @return the disposition of the current packet, if any; null if {@link #giveUpAll} is due
   */
  @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out);

  /** As {@link #giveUp}, after a call of an agent was left; its engine has a new mark then. */
  void giveUpCall(long nowNanos, PacketOutput out);

  /**
   * Gives up all connections, because a failure belongs to none of them or memory is exhausted.
   * Edited ones are reset at both ends; what comes later is treated as of a connection whose
   * opening was not seen. Then the box can be used again.
   *
   * @param failure the exception or error, for the operator
   */
  void giveUpAll(String failure, long nowNanos, PacketOutput out);

  /** The number of connections. */
  int connections();

  /** Counts what belongs to no engine in particular. */
  Counters counters();

  /** Begins a scan of all connections, whose result lists at most {@code maxConnections}. */
  StatusQuery scanStatus(int maxConnections);

  /**
   * The rule of a segment's connection, or the rule that would apply if the segment opened one;
   * null if another node has the connection. Changes nothing. May be called between two packets,
   * also by an output of this box.
   */
  @Nullable Rule ruleOf(FrameView view, long nowNanos);
}
