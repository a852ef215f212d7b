package dev.midstream.engines.worker;

import dev.midstream.agent.Direction;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/** An engine that edits all connections, and the packets that open them. */
final class Connected {
  /** The rule of all connections. */
  static final Rule RULE =
      new Rule(
          "all",
          Match.ANY,
          Action.ALLOW,
          "test",
          LambdaAgent.by((_, view, out) -> out.pass(view.length())),
          Mode.ENFORCE,
          RulePolicies.NONE,
          List.of());

  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(RULE), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);

  final Engine engine;

  Connected(BucketLog log) {
    engine =
        new Engine(
            CONFIGURATION,
            new HashSeed(1, 2),
            new EngineResources(CONFIGURATION, UnpooledByteBufAllocator.DEFAULT),
            log,
            ConnectionRouter.ALONE,
            EventSink.NONE);
  }

  static ConnectionEnds endsOf(Ends ends) {
    FrameView view = new FrameView();
    view.read(syn(ends));
    return ConnectionEnds.of(view);
  }

  static Packet syn(Ends ends) {
    return packet(ends, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0);
  }

  private static Packet packet(Ends ends, Direction direction, int flags, long number, long ack) {
    byte[] frame = new FrameBuilder(ends, direction).flags(flags).numbers(number, ack).build();
    Leg leg = direction == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
    return Frames.packet(frame, leg, 0);
  }

  void process(Packet packet) {
    Disposition ignored = engine.onPacket(packet, 0, _ -> {});
  }

  void open(Ends ends) {
    process(syn(ends));
    process(packet(ends, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, 1));
    process(packet(ends, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1));
  }
}
