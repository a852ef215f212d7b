package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Script;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that agents expect, and what becomes of them. */
class RelatedConnectionsTest {
  private static final int PARENT_PORT = 21;
  private static final int DATA_PORT = 2_000;
  private static final Handler SAME_RULE = new Handler.Rule("all");
  private static final Octets CLIENT = Ends.IPV4.addressOfSender(Direction.CLIENT_TO_SERVER);
  private static final Octets SERVER = Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT);
  private static final Expectation PASSIVE = toServer(DATA_PORT, SAME_RULE);
  private static final String SYN = "c> S 0:0(0) win 65535 <mss 1460,sackOK,wscale 0>\n>s same\n";
  private static final String EDITED =
      TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"xz\"\n>s P. 1:3(2) ack 1 \"yz\"\n";
  private static final String UNTOUCHED = TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"xz\"\n>s same\n";

  private int clientPort = 40_000;

  private static Expectation toServer(int port, Handler handler) {
    return Expectation.of(Direction.CLIENT_TO_SERVER, new Endpoint(SERVER, port), handler);
  }

  private static Expectation withContext(Expectation plain, String context, int connections) {
    return new Expectation(
        plain.opener(), plain.to(), plain.handler(), Octets.ofText(context), connections);
  }

  private static TestEngine test(AnnouncingAgent agent) {
    return TestEngine.of(agent).serverPort(PARENT_PORT);
  }

  private static TestEngine test(Expectation... expectations) {
    return test(new AnnouncingAgent(expectations));
  }

  /** A parent whose client sends {@code text}, one octet in each segment. */
  private static void announce(Script script, int port, String text) {
    script.between(Ends.IPV4.withPorts(port, PARENT_PORT)).run(TestEngine.OPEN + sent(1, text));
  }

  private static String sent(int from, String text) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int at = from + i;
      lines.append("c> P. %d:%d(1) ack 1 \"%c\"\n>s same\n".formatted(at, at + 1, text.charAt(i)));
    }
    return lines.toString();
  }

  private void open(Script script, int port, String lines) {
    script.between(Ends.IPV4.withPorts(++clientPort, port)).run(lines);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("an expected connection gets its rule and the context, once")
  void givesRuleAndContext(Vantage vantage) {
    AnnouncingAgent agent = new AnnouncingAgent(withContext(PASSIVE, "RETR a", 1));
    Script script = Scripts.of(test(agent).vantage(vantage).engine());
    open(script, DATA_PORT, UNTOUCHED);
    announce(script, 50_000, "0");
    open(script, DATA_PORT + 1, UNTOUCHED);
    open(script, DATA_PORT, EDITED);
    open(script, DATA_PORT, UNTOUCHED);

    assertThat(agent.contexts()).containsExactly(Octets.empty(), Octets.ofText("RETR a"));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("H-39 the context outlives a SYN that is repeated")
  void keepsTheContextOfARepeatedSyn(Vantage vantage) {
    AnnouncingAgent agent = new AnnouncingAgent(withContext(PASSIVE, "RETR a", 1));
    Script script = Scripts.of(test(agent).vantage(vantage).engine());
    announce(script, 50_000, "0");
    open(script, DATA_PORT, SYN + SYN + EDITED);

    assertThat(agent.contexts()).containsExactly(Octets.empty(), Octets.ofText("RETR a"));
  }

  @Test
  @DisplayName("C-53 H-56 an expected connection is edited although its SYN comes in fragments")
  void expectsASynInFragments() {
    Engine engine = test(PASSIVE).vantage(Vantage.INLINE).engine();
    announce(Scripts.of(engine), 50_000, "0");
    Ends ends = Ends.IPV4.withPorts(40_001, DATA_PORT);
    cutting(engine, 16).between(ends).run("c> S 0:0(0) <mss 1460>\nnothing\n");
    cutting(engine, 24)
        .between(ends)
        .run("c> S 0:8(8) <mss 1460> \"12345678\"\n>s S 0:0(0) <mss 1460>\n");
    Scripts.of(engine)
        .between(ends)
        .run(
            """
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> P. 1:3(2) ack 1 "xz"
            >s P. 1:3(2) ack 1 "yz"
            """);
  }

  private static Script cutting(Engine engine, int at) {
    return new Script(
        new FragmentingBox(
            Scripts.box(engine), (frame, id) -> FrameFragments.cut(frame, id + at, at)));
  }

  @Test
  @DisplayName("H-24 the context outlives a client that begins anew")
  void keepsTheContextOfARetriedOpening() {
    AnnouncingAgent agent = new AnnouncingAgent(withContext(PASSIVE, "RETR a", 1));
    Script script = Scripts.of(test(agent).vantage(Vantage.INLINE).engine());
    announce(script, 50_000, "0");
    Ends ends = Ends.IPV4.withPorts(40_001, DATA_PORT);
    script.between(ends).run(SYN);
    script.between(ends.withIsns(77_777, ends.serverIsn())).run(EDITED);

    assertThat(agent.contexts()).containsExactly(Octets.empty(), Octets.ofText("RETR a"));
  }

  @Test
  @DisplayName("an expected connection of the server is opened by it; its opener is the client")
  void expectsConnectionsOfTheServer() {
    Endpoint active = new Endpoint(CLIENT, DATA_PORT);
    Script script =
        Scripts.of(test(Expectation.of(Direction.SERVER_TO_CLIENT, active, SAME_RULE)).engine());
    announce(script, 50_000, "0");
    open(script, DATA_PORT, UNTOUCHED);
    script
        .between(Ends.IPV4.withPorts(DATA_PORT, 20))
        .run(
            """
            s> S 0:0(0) <mss 1460>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460>
            >s same
            s> . 1:1(0) ack 1
            >c same
            s> P. 1:3(2) ack 1 "xz"
            >c P. 1:3(2) ack 1 "yz"
            """);
  }

  @Test
  @DisplayName("a connection that is expected unseen passes, whatever the rules match")
  void passesUnseen() {
    Script script = Scripts.of(test(toServer(PARENT_PORT, new Handler.Unseen())).engine());
    announce(script, 50_000, "0");
    open(script, PARENT_PORT, UNTOUCHED);
    open(script, PARENT_PORT, EDITED);
  }

  @Test
  @DisplayName("several connections may be expected at once")
  void expectsSeveral() {
    Script script = Scripts.of(test(withContext(PASSIVE, "", 2)).engine());
    announce(script, 50_000, "0");
    open(script, DATA_PORT, EDITED);
    open(script, DATA_PORT, EDITED);
    open(script, DATA_PORT, UNTOUCHED);
  }

  @Test
  @DisplayName("a later expectation of the same place replaces the one before")
  void replacesTheSamePlace() {
    AnnouncingAgent agent =
        new AnnouncingAgent(withContext(PASSIVE, "old", 5), withContext(PASSIVE, "new", 1));
    Script script = Scripts.of(test(agent).engine());
    announce(script, 50_000, "01");
    open(script, DATA_PORT, EDITED);
    open(script, DATA_PORT, UNTOUCHED);

    assertThat(agent.contexts()).containsExactly(Octets.empty(), Octets.ofText("new"));
  }

  @Test
  @DisplayName("a withdrawn connection is not expected any more; nothing is counted")
  void withdraws() {
    Engine engine = test(PASSIVE, toServer(DATA_PORT + 1, SAME_RULE)).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "01A");
    open(script, DATA_PORT, UNTOUCHED);
    announce(script, 50_001, "B");
    open(script, DATA_PORT + 1, EDITED);
    script.run("at 120s\n");

    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isZero();
  }

  @Test
  @DisplayName("in monitor mode nothing is expected")
  void expectsNothingInMonitorMode() {
    AnnouncingAgent agent = new AnnouncingAgent(withContext(PASSIVE, "RETR a", 1));
    Engine engine = test(agent).mode(Mode.MONITOR).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "0");
    open(script, DATA_PORT, UNTOUCHED);

    assertThat(agent.contexts()).containsExactly(Octets.empty());
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isZero();
  }

  @Test
  @DisplayName("an expectation that is not met is counted when its time is over")
  void countsTheUnmet() {
    EngineLimits limits =
        EngineLimits.DEFAULTS.withExpectations(
            new ExpectationLimits(1_024, 4, TimeUnit.SECONDS.toNanos(5)));
    Expectation twice = withContext(toServer(DATA_PORT + 1, SAME_RULE), "", 2);
    Engine engine = test(PASSIVE, twice).limits(limits).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "01");
    open(script, DATA_PORT + 1, EDITED);
    script.run("at 4.9s\n");
    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isZero();
    script.run("at 5s\n");

    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isOne();
    open(script, DATA_PORT, UNTOUCHED);
    open(script, DATA_PORT + 1, UNTOUCHED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s> R. 1:1(0) ack 2\n>c same\n",
        "s> F. 1:1(0) ack 2\n>c same\nc> F. 2:2(0) ack 2\n>s same\ns> . 2:2(0) ack 3\n>c same\n",
      })
  @DisplayName("what a connection expects ends with it, and is counted if nothing was opened")
  void endsWithTheParent(String ending) {
    Engine engine = test(PASSIVE).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "0");
    script.run(ending);

    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isOne();
    open(script, DATA_PORT, UNTOUCHED);
  }

  @Test
  @DisplayName("what a connection expects ends when a timer resets it")
  void endsWithAResetByATimer() {
    LambdaAgent agent =
        LambdaAgent.onClient(
                (view, out) -> {
                  if (view.flush()) {
                    out.reset("silence");
                  } else {
                    out.expect(PASSIVE);
                  }
                })
            .withFlush();
    Engine engine = TestEngine.inline(agent).serverPort(PARENT_PORT).engine();
    Script script = Scripts.of(engine);
    script
        .between(Ends.IPV4.withPorts(50_000, PARENT_PORT))
        .run(
            TestEngine.OPEN
                + """
                c> P. 1:2(1) ack 1 "H"
                at 0.1s
                >c . 1:1(0) ack 2
                at 1.1s
                >s P. 1:2(1) ack 1 "H"
                >s R. 1:1(0) ack 1
                >s R. 2:2(0) ack 1
                >c R. 1:1(0) ack 2
                """);

    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isOne();
    open(script, DATA_PORT, UNTOUCHED);
  }

  @Test
  @DisplayName("what a connection expects ends when its time is over, and stays while it lives")
  void endsWhenTheParentIsForgotten() {
    EngineLimits limits =
        EngineLimits.DEFAULTS.withExpectations(
            new ExpectationLimits(1_024, 4, TimeUnit.DAYS.toNanos(1)));
    Engine engine = test(PASSIVE, PASSIVE).limits(limits).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "0");
    script.run("at 7000s\n");
    open(script, DATA_PORT, EDITED);
    announce(script, 50_001, "0");
    script.run("at 30000s\n");

    assertThat(engine.counters().of(Reason.EXPECTATION_UNMET)).isOne();
    open(script, DATA_PORT, UNTOUCHED);
  }

  @Test
  @DisplayName("of a connection that expects too many, the oldest one is forgotten")
  void boundsEachConnection() {
    Expectation[] five = new Expectation[5];
    for (int i = 0; i < five.length; i++) {
      five[i] = toServer(DATA_PORT + i, SAME_RULE);
    }
    Engine engine = test(five).engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "0123");
    assertThat(engine.counters().of(Reason.EXPECTATION_LIMIT)).isZero();
    announce(script, 50_001, "4");
    assertThat(engine.counters().of(Reason.EXPECTATION_LIMIT)).isZero();
    script.between(Ends.IPV4.withPorts(50_000, PARENT_PORT)).run(sent(5, "4"));

    assertThat(engine.counters().of(Reason.EXPECTATION_LIMIT)).isOne();
    open(script, DATA_PORT, UNTOUCHED);
    open(script, DATA_PORT + 1, EDITED);
    open(script, DATA_PORT + 4, EDITED);
    open(script, DATA_PORT + 4, EDITED);
    open(script, DATA_PORT + 4, UNTOUCHED);
  }

  @Test
  @DisplayName("an unknown rule, or an address of another IP version, is counted and left out")
  void refusesWhatIsNotPossible() {
    Octets ipv6 = Ends.IPV6.addressOfSender(Direction.SERVER_TO_CLIENT);
    Endpoint other = new Endpoint(ipv6, DATA_PORT);
    TestEngine test =
        test(
            toServer(DATA_PORT, new Handler.Rule("none")),
            Expectation.of(Direction.CLIENT_TO_SERVER, other, SAME_RULE));
    Engine engine = test.engine();
    Script script = Scripts.of(engine);
    announce(script, 50_000, "01");

    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isEqualTo(2);
    assertThat(test.eventTexts())
        .containsExactly(
            "expected connection: no rule has the name of its handler to=10.0.0.2:2000",
            "expected connection: its address is of another version of IP"
                + " to=[2001:db8::2]:2000");
    open(script, DATA_PORT, UNTOUCHED);
  }

  @Test
  @DisplayName("what is expected in silence is dated with the call, not with the last packet")
  void datesWhatIsExpectedInSilence() {
    LambdaAgent agent =
        LambdaAgent.onClient(
                (view, out) -> {
                  String text = SimpleAgents.text(view);
                  if (view.flush()) {
                    out.expect(PASSIVE);
                  }
                  if (view.flush() || !text.equals("H")) {
                    out.replace(view.length(), Octets.ofText(text.replace('x', 'y')));
                  }
                })
            .withFlush();
    long holdNanos = 2 * ExpectationLimits.DEFAULTS.nanos();
    TestEngine test = TestEngine.of(agent).serverPort(PARENT_PORT);
    RulePolicies patient = new RulePolicies(null, null, null, null, holdNanos);
    Script script = Scripts.of(test.ofRule(patient).engine());
    script
        .between(Ends.IPV4.withPorts(50_000, PARENT_PORT))
        .run(
            TestEngine.OPEN
                + """
                c> P. 1:2(1) ack 1 "H"
                at 120.1s
                >s P. 1:2(1) ack 1 "H"
                """);
    open(script, DATA_PORT, EDITED);
  }
}
