package dev.midstream.gateway.fastpath;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Prefix;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.wire.fastpath.EarlyPass;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which ports and addresses rules name. A rule names its ports; one without ports names its
 * addresses; one with neither matches all, and no segment may pass early. An expected connection
 * may be on any port, between addresses that some rule matches: if an agent may expect one, rules
 * name their addresses only.
 */
final class EarlyRules {
  private EarlyRules() {}

  /** What may pass early. */
  static EarlyPass of(RuleTable table) {
    boolean hasPorts = table.rules().stream().noneMatch(EarlyRules::mayExpect);
    BitSet ports = new BitSet();
    List<EarlyPass.Block> blocks = new ArrayList<>();
    boolean isEachNamed = table.defaultRule().action() == Action.ALLOW;
    for (Rule rule : table.rules()) {
      boolean isNamed = hasPorts && namePorts(rule.match(), ports);
      isEachNamed &= isNamed || nameBlocks(rule.match(), blocks);
    }
    return isEachNamed && blocks.size() <= EarlyPass.MAX_BLOCKS
        ? EarlyPass.butFor(ports, blocks)
        : EarlyPass.withoutTcp();
  }

  @SuppressWarnings("IllegalCatch") // an agent of a plug-in may do anything
  private static boolean mayExpect(Rule rule) {
    Agent<?> agent = rule.agent();
    try {
      return agent != null && agent.mayExpect();
    } catch (RuntimeException | Error e) {
      return true;
    }
  }

  /** Both conditions hold for each connection of a rule, so one of them is enough. */
  private static boolean namePorts(Match match, BitSet ports) {
    List<PortRange> ranges =
        match.destinationPorts().isEmpty() ? match.sourcePorts() : match.destinationPorts();
    ranges.forEach(range -> ports.set(range.start(), range.end()));
    return !ranges.isEmpty();
  }

  private static boolean nameBlocks(Match match, List<EarlyPass.Block> blocks) {
    List<Prefix> prefixes = match.destinations().isEmpty() ? match.sources() : match.destinations();
    for (Prefix each : prefixes) {
      blocks.add(EarlyPass.Block.of(each.ipVersion(), each.high(), each.low(), each.length()));
    }
    return !prefixes.isEmpty();
  }
}
