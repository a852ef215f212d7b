package dev.midstream.testkit.notation;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends segments through a box and compares all output of the box.
 *
 * <pre>
 *   c> P. 1:6(5) ack 1 "Hello"      the client's segment arrives at the box
 *   >s P. 1:3(2) ack 1 "Hi"         the box sends exactly this to the server
 *   s> . 1:1(0) ack 3               the server's segment arrives
 *   >c . 1:1(0) ack 6 win 500       the box sends exactly this to the client
 *   nothing                         the box sends nothing else
 *   at 1.5s                         the clock advances; due timers fire
 *   end                             no more packets arrive
 *   >s same                         the last arrival leaves unchanged
 * </pre>
 *
 * <p>Numbers count from the initial sequence numbers of {@link Ends}. Unexpected output fails at
 * the next arrival or at the end of the text. Output must have right checksums, unless its line has
 * {@code badsum}. The IP fields {@code ttl 64 tos 2 id 7 df 0} are compared only if the line
 * contains them. What a line omits of the TCP header must follow from the lines before it:
 *
 * <ul>
 *   <li>window: the last one of its end, or one that repeats the right edge shown before
 *   <li>options: the newest timestamps of its end if both SYNs have some, and no others; on a SYN
 *       those with which it arrived
 *   <li>payload: where octets left before, the same octets
 *   <li>urgent pointer: 0
 * </ul>
 *
 * <p>An arrival without payload in its line carries letters. {@code cut 3} removes three octets at
 * the end of the capture, {@code pad 6} adds octets after the packet, {@code halfsum} leaves the
 * checksum to the sender's hardware. Empty lines and lines that start with # are ignored.
 */
public final class Script {
  private static final int MAX_TIMERS = 10_000;

  private final Box box;
  private final @Nullable EndOfInput endOfInput;
  private final OmittedFields omitted = new OmittedFields();
  private final Deque<EmittedFrame> output = new ArrayDeque<>();
  private final Packet packet = new Packet();
  private Ends ends = Ends.IPV4;
  private Ends endsAtServer = Ends.IPV4;
  private Octets arrived = Octets.empty();
  private long nowNanos;

  /** The action of a box after the last packet. */
  @FunctionalInterface
  public interface EndOfInput {
    /** Called once; further output of the box goes to {@code out}. */
    void finish(long nowNanos, PacketOutput out);
  }

  /** A script for {@code box}, at time 0, between {@link Ends#IPV4}. */
  public Script(Box box) {
    this(box, null);
  }

  /** A script for a box with an action after the last packet. */
  public Script(Box box, @Nullable EndOfInput endOfInput) {
    this.box = box;
    this.endOfInput = endOfInput;
  }

  /** Switches to other endpoints; the box keeps its earlier connections. */
  public Script between(Ends ends) {
    return between(ends, ends);
  }

  /**
   * Switches to other endpoints whose addresses the box translates.
   *
   * @param ends as the client sees them
   * @param endsAtServer as the server sees them; only the addresses differ
   */
  public Script between(Ends ends, Ends endsAtServer) {
    if (!endsAtServer.withNetwork(ends.network()).equals(ends)) {
      throw new IllegalArgumentException("the ends differ in more than their addresses");
    }
    this.ends = ends;
    this.endsAtServer = endsAtServer;
    return this;
  }

  /** The endpoints as the one on the side {@code leg} sees them. */
  private Ends endsAt(Leg leg) {
    return leg == Leg.INSIDE ? ends : endsAtServer;
  }

  /** The current time. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Runs all lines of {@code text}. */
  public Script run(String text) {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      play(line.strip(), number);
    }
    failIfAnyOutput("at the end of the script");
    return this;
  }

  /**
   * Sends a frame that is no segment of the script through the box, which must forward it
   * unchanged.
   */
  public Script passes(byte[] frame, Direction direction) {
    arrive(frame.clone(), frame.length, direction);
    EmittedFrame first = output.pollFirst();
    if (first == null || !first.frame().equals(Octets.of(frame))) {
      throw new AssertionError("the frame did not leave as it was: " + first);
    }
    failIfAnyOutput("after the frame");
    return this;
  }

  /** Sends a frame that is no segment of the script through the box, which must not forward it. */
  public Script drops(byte[] frame, Direction direction) {
    arrive(frame.clone(), frame.length, direction);
    failIfAnyOutput("in place of the frame");
    return this;
  }

  private void play(String line, int number) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    String where = "line " + number + ": ";
    try {
      step(line, where);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(where + e.getMessage() + ": " + line, e);
    }
  }

  private void step(String line, String where) {
    if (line.startsWith(">s ") || line.startsWith(">c ")) {
      expect(line, where);
      return;
    }
    failIfAnyOutput(where + "before " + line);
    if (line.startsWith("c> ")) {
      arrive(line.substring(3), Direction.CLIENT_TO_SERVER);
    } else if (line.startsWith("s> ")) {
      arrive(line.substring(3), Direction.SERVER_TO_CLIENT);
    } else if (line.startsWith("at ")) {
      advance(line.substring(3).strip());
    } else if (line.equals("end")) {
      Objects.requireNonNull(endOfInput, "no end of input").finish(nowNanos, this::emitted);
    } else if (!line.equals("nothing")) {
      throw new IllegalArgumentException("cannot read the line");
    }
  }

  private void arrive(String text, Direction direction) {
    int otherIsn = ends.isn(direction.opposite());
    ScriptedSegment segment = SegmentParser.parse(text);
    String options = segment.options() == null ? "" : segment.options();
    omitted.arrives(ends, direction, segment, OptionNotation.normal(options, otherIsn));
    Octets payload = segment.payload();
    FrameBuilder frames =
        new FrameBuilder(endsAt(Ends.legOfSender(direction)), direction)
            .flags(segment.flags())
            .sequence(ends.isn(direction) + segment.start())
            .acknowledgement(segment.ack() == null ? 0 : otherIsn + segment.ack())
            .window(orElse(segment.window(), 65_535))
            .urgentPointer(orElse(segment.urgent(), 0))
            .options(options)
            .payload(
                payload == null
                    ? PayloadNotation.filling(segment.streamOffset(), segment.length())
                    : payload)
            .badChecksum(segment.flaws().badChecksum())
            .halfChecksum(segment.flaws().halfChecksum())
            .padding(segment.flaws().paddingBytes());
    segment.ip().putTo(frames);
    byte[] frame = frames.build();
    arrive(frame, frame.length - segment.flaws().cutBytes(), direction);
  }

  private void arrive(byte[] frame, int present, Direction direction) {
    byte[] there = Arrays.copyOf(frame, present);
    arrived = Octets.of(there);
    packet
        .at(MemorySegment.ofArray(there), 0, present)
        .missing(frame.length - present)
        .from(LinkType.ETHERNET, Ends.legOfSender(direction), 0, nowNanos);
    if (box.onPacket(packet, nowNanos, this::emitted) == Disposition.FORWARD) {
      output.add(EmittedFrame.of(packet, Ends.legOfSender(direction).opposite()));
    }
  }

  private void emitted(Packet emitted) {
    output.add(EmittedFrame.of(emitted, emitted.leg()));
  }

  private void advance(String time) {
    if (!time.endsWith("s")) {
      throw new IllegalArgumentException("time without unit s");
    }
    long until = Math.round(Double.parseDouble(time.substring(0, time.length() - 1)) * 1e9);
    if (until < nowNanos) {
      throw new IllegalArgumentException("the clock cannot go back");
    }
    int fired = 0;
    for (long due = box.nextDeadlineNanos(); due <= until; due = box.nextDeadlineNanos()) {
      box.onTimer(Math.max(due, nowNanos), this::emitted);
      if (++fired > MAX_TIMERS) {
        throw new AssertionError("timers never end: due=" + due);
      }
    }
    nowNanos = until;
  }

  private void expect(String line, String where) {
    EmittedFrame got = output.pollFirst();
    if (got == null) {
      throw new AssertionError(where + "expected " + line + "\n  got nothing");
    }
    Direction direction =
        line.startsWith(">s") ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    String text = line.substring(3).strip();
    if (got.direction() != direction || !isAsExpected(text, got)) {
      throw new AssertionError(where + "expected " + line + "\n  got " + line(got));
    }
    ScriptedSegment left = got.segment(endsAt(got.leg()));
    String field = text.equals("same") ? null : mismatch(text, direction, left);
    if (field != null) {
      throw new AssertionError(
          where + "the line omits " + field + ": " + line + "\n  got " + line(got));
    }
    omitted.leaves(ends, direction, left);
  }

  private boolean isAsExpected(String text, EmittedFrame got) {
    if (text.equals("same")) {
      return got.frame().equals(arrived);
    }
    int otherIsn = ends.isn(got.direction().opposite());
    return SegmentParser.parse(text).isMetBy(got.segment(endsAt(got.leg())), otherIsn);
  }

  private @Nullable String mismatch(String text, Direction direction, ScriptedSegment left) {
    return omitted.mismatch(ends, direction, SegmentParser.parse(text), left);
  }

  private void failIfAnyOutput(String where) {
    if (!output.isEmpty()) {
      StringBuilder message = new StringBuilder(where).append(" unexpected output:");
      output.forEach(emittedFrame -> message.append("\n  ").append(line(emittedFrame)));
      output.clear();
      throw new AssertionError(message);
    }
  }

  private String line(EmittedFrame frame) {
    return frame.line(endsAt(frame.leg()));
  }

  private static int orElse(@Nullable Integer value, int other) {
    return value == null ? other : value;
  }
}
