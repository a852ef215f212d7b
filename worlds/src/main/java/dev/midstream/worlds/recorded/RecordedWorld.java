package dev.midstream.worlds.recorded;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** A random recorded conversation, an engine with an agent that edits it, and the output. */
public final class RecordedWorld {
  private final RandomGenerator random;
  private final Ends ends;
  private final EditTable table;
  private final RecordedConversation conversation;
  private final NaiveReceiver receiver;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final StringBuilder trace = new StringBuilder();

  public RecordedWorld(RandomGenerator random, RecordedConversation.Ending ending) {
    this(random, ending, RecordedConversation.Recorder.PERFECT);
  }

  public RecordedWorld(
      RandomGenerator random,
      RecordedConversation.Ending ending,
      RecordedConversation.Recorder recorder) {
    this.random = random;
    Ends base = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    ends = base.withVlans(random.nextInt(3)).withIsns(number(random), number(random));
    table = EditTable.of(random);
    boolean perfect = recorder == RecordedConversation.Recorder.PERFECT;
    conversation =
        RecordedConversation.of(
            random,
            ends,
            EditTable.stream(random, random.nextInt(160), perfect),
            EditTable.stream(random, random.nextInt(160), perfect),
            ending,
            recorder);
    receiver = new NaiveReceiver(ends, perfect);
  }

  /** The recorded conversation. */
  public RecordedConversation conversation() {
    return conversation;
  }

  /** The receiver of the output. */
  public NaiveReceiver receiver() {
    return receiver;
  }

  /** Input and output in packet notation; empty unless one world is replayed. */
  public String trace() {
    return table + "\n" + trace;
  }

  /** An engine that gives every connection to the agent. */
  public Engine engine(Treatment treatment, Vantage vantage) {
    Policies.OutOfOrder[] orders = Policies.OutOfOrder.values();
    return EnginePlan.PLAIN
        .withTreatment(treatment)
        .at(vantage)
        .withOutOfOrder(orders[random.nextInt(orders.length)])
        .engine(new TableAgent(table), allocator);
  }

  /**
   * Plays the recording through {@code engine}, which must free all memory at the end. Runs {@code
   * afterEach} after each packet.
   */
  public void play(Engine engine, Runnable afterEach) {
    Packet packet = new Packet();
    long nowNanos = 0;
    for (RecordedPacket recorded : conversation.packets()) {
      nowNanos = recorded.timeNanos();
      fireTimers(engine, nowNanos);
      byte[] frame = recorded.frame().toArray();
      packet
          .at(MemorySegment.ofArray(frame), 0, frame.length)
          .from(LinkType.ETHERNET, Ends.legOfSender(recorded.direction()), 0, nowNanos);
      trace("", packet, packet.leg().opposite());
      engine.forEachConnection(
          connection -> receiver.setEdited(connection.handling() == Handling.EDITED));
      Disposition disposition =
          engine.onPacket(packet, nowNanos, emitted -> receive(emitted, emitted.leg()));
      if (disposition == Disposition.FORWARD) {
        receive(packet, Ends.legOfSender(recorded.direction()).opposite());
      }
      afterEach.run();
    }
    engine.finish(nowNanos, emitted -> receive(emitted, emitted.leg()));
    long kept = allocator.metric().usedDirectMemory();
    if (kept != 0) {
      throw new AssertionError("octets stored at the end: bytes=" + kept);
    }
  }

  /** The expected output of {@code direction}. */
  public ExpectedStream expected(Direction direction) {
    return new ExpectedStream(table, conversation.stream(direction));
  }

  private void fireTimers(Engine engine, long nowNanos) {
    for (long due = engine.nextDeadlineNanos(); due <= nowNanos; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, emitted -> receive(emitted, emitted.leg()));
    }
  }

  private void receive(Packet packet, Leg leg) {
    trace("    left ", packet, leg);
    receiver.receive(packet, leg);
  }

  private void trace(String indent, Packet packet, Leg leg) {
    if (SeededRounds.isReplay()) {
      trace.append(indent).append(EmittedFrame.of(packet, leg).line(ends)).append('\n');
    }
  }

  private static int number(RandomGenerator random) {
    return switch (random.nextInt(3)) {
      case 0 -> -random.nextInt(1, 200);
      case 1 -> Integer.MAX_VALUE - random.nextInt(200);
      default -> random.nextInt();
    };
  }
}
