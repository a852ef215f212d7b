package dev.midstream.reassembly.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RuleTableTest {
  private static final long INSIDE = 0x0A00_0001L;
  private static final long OUTSIDE = 0xC633_6401L;
  private static final Prefix FROM_INSIDE = new Prefix(4, 0, INSIDE, 8);

  @Test
  @DisplayName("the first rule that matches decides")
  void firstMatchDecides() {
    Rule telnet = rule("no-telnet", toPort(23), Action.REJECT, null, Mode.ENFORCE);
    Rule everything = rule("everything", Match.ANY, Action.ALLOW, null, Mode.ENFORCE);
    RuleTable table = new RuleTable(List.of(telnet, everything), Action.DROP, Mode.ENFORCE);

    assertThat(table.decide(4, 0, INSIDE, 0, OUTSIDE, 40_000, 23)).isSameAs(telnet);
    assertThat(table.decide(4, 0, INSIDE, 0, OUTSIDE, 40_000, 24)).isSameAs(everything);
    assertThat(table.rules()).containsExactly(telnet, everything);
  }

  @Test
  @DisplayName("where no rule matches, the default action decides under the name default")
  void defaultActionDecides() {
    Rule telnet = rule("no-telnet", toPort(23), Action.REJECT, null, Mode.ENFORCE);
    RuleTable table = new RuleTable(List.of(telnet), Action.DROP, Mode.ENFORCE);

    Rule decided = table.decide(6, 1, 2, 3, 4, 40_000, 24);

    assertThat(decided)
        .isEqualTo(new Rule("default", Match.ANY, Action.DROP, null, null, Mode.ENFORCE))
        .isSameAs(table.defaultRule());
  }

  @Test
  @DisplayName("an action is carried out in enforce mode only")
  void carriesOutActionsInEnforceModeOnly() {
    assertThat(rule("a", Match.ANY, Action.DROP, null, Mode.ENFORCE).mayChange()).isTrue();
    assertThat(rule("a", Match.ANY, Action.DROP, null, Mode.MONITOR).mayChange()).isFalse();
    assertThat(rule("a", Match.ANY, Action.DROP, null, Mode.OFF).mayChange()).isFalse();
  }

  @Test
  @DisplayName("addresses that an agent rule could match may change in both roles")
  void addressesMayChangeInBothRoles() {
    Match match = new Match(List.of(FROM_INSIDE), List.of(), List.of(), List.of(PortRange.of(21)));
    RuleTable table =
        tableOf(rule("ftp", match, Action.ALLOW, SimpleAgents.passing(), Mode.ENFORCE));

    assertThat(table.mayChange(4, 0, INSIDE, 0, OUTSIDE)).isTrue();
    assertThat(table.mayChange(4, 0, OUTSIDE, 0, INSIDE)).isTrue();
    assertThat(table.mayChange(4, 0, OUTSIDE, 0, OUTSIDE)).isFalse();
    assertThat(table.mayChange(6, 0, INSIDE, 0, INSIDE)).isFalse();
  }

  @Test
  @DisplayName("an agent rule after a rule that decides all ports of the addresses is not reached")
  void earlierRuleHidesAgent() {
    Match inside = new Match(List.of(FROM_INSIDE), List.of(), List.of(), List.of());
    Rule agent = rule("agent", Match.ANY, Action.ALLOW, SimpleAgents.passing(), Mode.ENFORCE);
    Rule hiding = rule("hiding", inside, Action.ALLOW, null, Mode.ENFORCE);
    Rule partial = rule("partial", toPort(80), Action.ALLOW, null, Mode.ENFORCE);

    assertThat(tableOf(hiding, agent).mayChange(4, 0, INSIDE, 0, INSIDE)).isFalse();
    assertThat(tableOf(hiding, agent).mayChange(4, 0, INSIDE, 0, OUTSIDE)).isTrue();
    assertThat(tableOf(partial, agent).mayChange(4, 0, INSIDE, 0, INSIDE)).isTrue();
  }

  @Test
  @DisplayName("C-53 only rules that are carried out may change packets, whatever the ports are")
  void onlyEnforcedRulesChangePackets() {
    Rule agent = rule("agent", toPort(21), Action.ALLOW, SimpleAgents.passing(), Mode.ENFORCE);
    Rule watched = rule("watched", toPort(21), Action.ALLOW, SimpleAgents.passing(), Mode.MONITOR);
    Rule drops = rule("drops", toPort(23), Action.DROP, null, Mode.ENFORCE);
    Match inside = new Match(List.of(FROM_INSIDE), List.of(), List.of(), List.of());
    Rule hiding = rule("hiding", inside, Action.ALLOW, null, Mode.ENFORCE);

    assertThat(tableOf(agent).mayChange(4, 0, INSIDE, 0, OUTSIDE)).isTrue();
    assertThat(tableOf(watched).mayChange(4, 0, INSIDE, 0, OUTSIDE)).isFalse();
    assertThat(tableOf(drops).mayChange(4, 0, INSIDE, 0, OUTSIDE)).isTrue();
    assertThat(tableOf(hiding, agent).mayChange(4, 0, INSIDE, 0, INSIDE)).isFalse();
    assertThat(tableOf(hiding, agent).mayChange(4, 0, INSIDE, 0, OUTSIDE)).isTrue();
    assertThat(
            new RuleTable(List.of(), Action.DROP, Mode.ENFORCE).mayChange(4, 0, INSIDE, 0, OUTSIDE))
        .isTrue();
  }

  private static RuleTable tableOf(Rule... rules) {
    return new RuleTable(List.of(rules), Action.ALLOW, Mode.ENFORCE);
  }

  private static Match toPort(int port) {
    return new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
  }

  private static Rule rule(
      String name, Match match, Action action, @Nullable Agent<?> agent, Mode mode) {
    return new Rule(name, match, action, agent == null ? null : "passing", agent, mode);
  }
}
