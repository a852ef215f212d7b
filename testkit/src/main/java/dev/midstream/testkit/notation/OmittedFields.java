package dev.midstream.testkit.notation;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.wire.header.TcpFlags;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the fields mean that an expectation omits, from the segments before it. A window is the one
 * that its end sent last, or repeats the right edge that the other end was shown. Options are those
 * of the end's SYN, and on other segments the newest timestamps, or none. Octets are those that
 * left at their place before. An urgent pointer is 0.
 */
final class OmittedFields {
  private static final int MAX_SCALE = 14;
  private static final int DEFAULT_WINDOW = 65_535;

  private final Map<Side, End> sides = new HashMap<>();

  /** One end of one connection. */
  private record Side(Ends ends, Direction direction) {}

  /** What one end sent, and what left the box in its name. */
  private static final class End {
    private final Map<Integer, Byte> octets = new HashMap<>();
    private @Nullable String synOptions;
    private @Nullable Integer window;
    private boolean windowOfSyn;
    private @Nullable Integer timestamp;
    private int scale = -1;
    private long edge = Long.MIN_VALUE;
  }

  /** Notes a segment that arrives; {@code options} are decoded. */
  void arrives(Ends ends, Direction direction, ScriptedSegment segment, String options) {
    End end = end(ends, direction);
    if (segment.flaws().badChecksum()) {
      return;
    }
    end.window = segment.window() == null ? DEFAULT_WINDOW : segment.window();
    end.windowOfSyn = isSyn(segment);
    if (isSyn(segment)) {
      end.synOptions = options;
      end.scale = scaleOf(options);
      end.edge = Long.MIN_VALUE;
      end.timestamp = null;
      end.octets.clear();
    }
    Integer timestamp = timestampOf(options);
    if (timestamp != null && (end.timestamp == null || timestamp - end.timestamp > 0)) {
      end.timestamp = timestamp;
    }
  }

  /** Notes a segment that left. */
  void leaves(Ends ends, Direction direction, ScriptedSegment segment) {
    End end = end(ends, direction);
    if (segment.ack() != null && segment.window() != null && !isRst(segment)) {
      end.edge = Math.max(end.edge, edge(ends, direction, segment));
    }
    Octets payload = segment.payload();
    for (int i = 0; payload != null && i < payload.length(); i++) {
      end.octets.put(segment.streamOffset() + i, payload.at(i));
    }
  }

  /**
   * The fields that {@code expected} omits and {@code got} has otherwise; null if there are none.
   */
  @Nullable String mismatch(
      Ends ends, Direction direction, ScriptedSegment expected, ScriptedSegment got) {
    if (expected.urgent() == null && !Integer.valueOf(0).equals(got.urgent())) {
      return "urg";
    }
    if (expected.options() == null && !isOptions(ends, direction, got)) {
      return "options";
    }
    if (expected.window() == null && !isRst(got) && !isWindow(ends, direction, got)) {
      return "win";
    }
    return expected.payload() == null && !isPayload(ends, direction, got) ? "payload" : null;
  }

  private boolean isWindow(Ends ends, Direction direction, ScriptedSegment got) {
    End end = end(ends, direction);
    int field = got.window() == null ? 0 : got.window();
    Integer own = end.window;
    if (own == null || got.ack() == null) {
      return true;
    }
    int shift = end.windowOfSyn && !isSyn(got) ? scale(ends, direction) : 0;
    if (field == own >> shift) {
      return true;
    }
    long edge = edge(ends, direction, got);
    return edge >= end.edge && edge < end.edge + (1L << scale(ends, direction));
  }

  private long edge(Ends ends, Direction direction, ScriptedSegment segment) {
    int shift = isSyn(segment) ? 0 : scale(ends, direction);
    long field = segment.window() == null ? 0 : segment.window();
    return (segment.ack() == null ? 0 : segment.ack()) + (field << shift);
  }

  private int scale(Ends ends, Direction direction) {
    int own = end(ends, direction).scale;
    boolean agreed = own >= 0 && end(ends, direction.opposite()).scale >= 0;
    return agreed ? Math.min(own, MAX_SCALE) : 0;
  }

  private boolean isOptions(Ends ends, Direction direction, ScriptedSegment got) {
    String options = got.options() == null ? "" : got.options();
    End end = end(ends, direction);
    if (isSyn(got)) {
      return end.synOptions == null || end.synOptions.equals(options);
    }
    Integer timestamp = timestampOf(options);
    if (timestamp == null) {
      return options.isEmpty() && (isRst(got) || !isTimestampAgreed(ends));
    }
    return !options.contains(",") && (end.timestamp == null || timestamp.equals(end.timestamp));
  }

  private boolean isTimestampAgreed(Ends ends) {
    boolean agreed = true;
    for (Direction direction : Direction.values()) {
      String options = end(ends, direction).synOptions;
      agreed &= options != null && timestampOf(options) != null;
    }
    return agreed;
  }

  private boolean isPayload(Ends ends, Direction direction, ScriptedSegment got) {
    Map<Integer, Byte> known = end(ends, direction).octets;
    Octets payload = got.payload() == null ? Octets.empty() : got.payload();
    for (int i = 0; i < payload.length(); i++) {
      Byte before = known.get(got.streamOffset() + i);
      if (before != null && before != payload.at(i)) {
        return false;
      }
    }
    return true;
  }

  private End end(Ends ends, Direction direction) {
    return sides.computeIfAbsent(new Side(ends, direction), side -> new End());
  }

  private static boolean isSyn(ScriptedSegment segment) {
    return (segment.flags() & TcpFlags.SYN) != 0;
  }

  private static boolean isRst(ScriptedSegment segment) {
    return (segment.flags() & TcpFlags.RST) != 0;
  }

  private static int scaleOf(String options) {
    for (String each : options.split(",", -1)) {
      if (each.startsWith("wscale ")) {
        return Integer.parseInt(each.substring("wscale ".length()));
      }
    }
    return -1;
  }

  private static @Nullable Integer timestampOf(String options) {
    for (String each : options.split(",", -1)) {
      if (each.startsWith("TS ")) {
        return Integer.parseInt(each.substring("TS ".length()).split("/", -1)[0]);
      }
    }
    return null;
  }
}
