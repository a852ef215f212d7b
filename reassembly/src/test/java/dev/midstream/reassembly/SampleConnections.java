package dev.midstream.reassembly;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Connections as octets, each with a part of the state that few connections have. */
final class SampleConnections {
  private static final String OCTET = "c> P. 1:2(1) ack 1 \"X\"\n";

  private final List<byte[]> all = new ArrayList<>();
  private final boolean isWhole;

  private SampleConnections(boolean isWhole) {
    this.isWhole = isWhole;
  }

  /**
   * With the state of an agent, of IPv6 in a VLAN, with opaque octets, a dropped span, another SYN
   * of its ends, picked up, refused, with an end that was reset, and with a FIN of the engine.
   *
   * @param isWhole whether all is written, or what is essential
   */
  static List<byte[]> write(boolean isWhole) {
    SampleConnections samples = new SampleConnections(isWhole);
    samples.addOpen(counting(), OCTET + ">s P. 1:2(1) ack 1 \"1\"\n");
    samples.add(TestEngine.inline("Hello", "Hi"), Ends.IPV6.withVlans(7), TestEngine.OPEN);
    samples.addOpen(onClient(Decisions::skipRest), OCTET + ">s same\n");
    samples.addOpen(onClient(out -> out.drop(6)), OCTET + ">c . 1:1(0) ack 2\n");
    samples.addOpen(
        SimpleAgents.passing(), "c> S 100000:100000(0) win 65535 <mss 1460>\n>s same\n");
    samples.add(
        TestEngine.inline("Hello", "Hi").midStream(MidStream.PICK_UP),
        Ends.IPV4,
        "c> . 101:106(5) ack 50 \"Howdy\"\n>s same\n");
    samples.addOpen(
        onClient(out -> out.reset("no")), OCTET + ">s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 1\n");
    samples.addOpen(
        onClient(out -> out.abort(Direction.CLIENT_TO_SERVER, "no")),
        """
        s> F. 1:1(0) ack 1
        >c same
        c> . 1:1(0) ack 2
        >s same
        c> P. 1:2(1) ack 2 "X"
        >s R. 1:1(0) ack 2
        >c . 2:2(0) ack 2
        """);
    samples.addOpen(
        onClient(out -> {
          out.pass(1);
          out.finish(Direction.CLIENT_TO_SERVER);
        }),
        OCTET + ">s FP. 1:2(1) ack 1 \"X\"\n");
    return samples.all;
  }

  private static LambdaAgent counting() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      out.replace(view.length(), Octets.ofText(Integer.toString(state + 1)));
      return state + 1;
    });
  }

  private static LambdaAgent onClient(Consumer<Decisions> decision) {
    return LambdaAgent.onClient((view, out) -> decision.accept(out));
  }

  private void addOpen(LambdaAgent agent, String talk) {
    add(TestEngine.inline(agent), Ends.IPV4, TestEngine.OPEN + talk);
  }

  private void add(TestEngine engines, Ends ends, String talk) {
    MovedBox box = new MovedBox(engines);
    new Script(box).between(ends).run(talk);
    all.addAll(box.snapshots(isWhole));
  }
}
