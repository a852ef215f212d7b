package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Plays one connection through an engine as the input says, and checks the output. */
final class EnginePlay implements PacketOutput {
  private static final EngineLimits LIMITS =
      new EngineLimits(4_096, 6_000, 200, 1_000_000_000L, 500, 12, 5, 4, FragmentLimits.DEFAULTS)
          .withConnectionBytes(1 << 20);
  private static final int CLIENT_START = 0x7fff_ff00;
  private static final int SERVER_START = -200;

  /** Shared by all inputs, because their builders are large. */
  private static final ScriptedPeer CLIENT = new ScriptedPeer(true, CLIENT_START);

  private static final ScriptedPeer SERVER = new ScriptedPeer(false, SERVER_START);

  private final OctetScript script;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final Engine engine;
  private final FrameView view = new FrameView();
  private final long[] sent = new long[2];
  private long nowNanos = 1;
  private int timestamp;
  private int emitted;
  private int changed;

  EnginePlay(OctetScript script, Mode mode, Vantage vantage) {
    this.script = script;
    int options = script.nextOctet();
    Rule rule = new Rule("fuzzed", Match.ANY, Action.ALLOW, "scripted", new ScriptedAgent(), mode);
    engine =
        new Engine(
            new EngineConfiguration(
                mode,
                new RuleTable(List.of(rule), Action.ALLOW, mode),
                policies(script),
                LIMITS,
                Timeouts.DEFAULTS,
                vantage),
            new HashSeed(1, 2),
            allocator,
            EventSink.NONE);
    if (options % 8 != 7) {
      pass(CLIENT.syn().flags(TcpFlags.SYN).window(400 + 100 * options));
      int both = TcpFlags.SYN | TcpFlags.ACK;
      pass(SERVER.syn().flags(both).acknowledgement(CLIENT.sequenceOf(0)).window(60_000));
    }
  }

  /** Plays one packet or one pause. */
  void step() {
    int operation = script.nextOctet();
    if ((operation & 0xf0) == 0xf0) {
      nowNanos += (operation & 15) * 400_000_000L;
      fireTimers();
      return;
    }
    boolean fromClient = (operation & 1) == 0;
    int own = fromClient ? 0 : 1;
    long ahead = (operation & 2) == 0 ? 0 : script.nextSigned() * 10L;
    long offset = sent[own] + ahead;
    int flags = (operation & 4) == 0 ? TcpFlags.ACK : script.nextNumber();
    byte[] payload = script.nextOctets((operation & 8) == 0 ? operation >>> 4 : script.nextOctet());
    sent[own] = Math.max(sent[own], offset + payload.length);
    int window = (operation & 32) == 0 ? 2_000 : script.nextOctet();
    SegmentBuilder segment = (fromClient ? CLIENT : SERVER).segment(offset);
    segment
        .flags(flags)
        .window(window)
        .acknowledgement(acknowledged(fromClient, (operation & 16) == 0))
        .timestamps(++timestamp, 1)
        .payload(MemorySegment.ofArray(payload), 0, payload.length);
    addSack(segment, fromClient, operation);
    pass(segment);
  }

  /** Ends the run and checks that the engine holds nothing. */
  void finish() {
    fireTimers();
    engine.finish(nowNanos, this);
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  /** The number of packets that the engine built. */
  int emitted() {
    return emitted;
  }

  /** The number of packets that were not forwarded unchanged. */
  int changed() {
    return changed;
  }

  @Override
  public void emit(Packet packet) {
    emitted++;
    check(packet);
  }

  private int acknowledged(boolean fromClient, boolean all) {
    ScriptedPeer other = fromClient ? SERVER : CLIENT;
    return other.sequenceOf(sent[fromClient ? 1 : 0] + (all ? 0 : script.nextSigned() * 4L));
  }

  private void addSack(SegmentBuilder segment, boolean fromClient, int operation) {
    if (operation >>> 6 == 2) {
      ScriptedPeer other = fromClient ? SERVER : CLIENT;
      int left = other.sequenceOf(script.nextOctet() * 4L);
      segment.sackBlocks(new int[] {left, left + script.nextOctet(), left, left + 1}, 2);
    }
  }

  private void pass(SegmentBuilder segment) {
    nowNanos += 1_000_000;
    fireTimers();
    Packet built = segment.build(nowNanos);
    byte[] before = octetsOf(built);
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(before.clone()), 0, before.length)
            .from(built.linkType(), built.leg(), 0, nowNanos)
            .offload(ChecksumState.COMPLETE, 0);
    if (engine.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
      changed += Arrays.equals(before, octetsOf(packet)) ? 0 : 1;
      check(packet);
    } else {
      changed++;
    }
  }

  private void check(Packet packet) {
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  private void fireTimers() {
    for (long due = engine.nextDeadlineNanos(); due <= nowNanos; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, this);
    }
  }

  private static byte[] octetsOf(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  private static Policies policies(OctetScript script) {
    return new Policies(
        script.nextOf(Policies.OutOfOrder.values()),
        script.nextOf(Policies.MidStream.values()),
        Policies.OnFailure.PASS,
        script.nextOf(Policies.OnFailure.values()),
        script.nextOf(Policies.OnFailure.values()),
        script.nextOf(Policies.Urgent.values()),
        Policies.Multipath.LEAVE);
  }
}
