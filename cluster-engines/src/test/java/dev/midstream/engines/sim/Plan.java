package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.sim.Path;
import java.util.List;

/** What is drawn or chosen for a cluster. */
record Plan(
    int machines,
    int buckets,
    int copies,
    LogSettings log,
    List<Rule> rules,
    Timeouts timeouts,
    Path path,
    long seed,
    ClusterSettings.Lone lone,
    ClusterSettings.Reallocation reallocation) {

  Plan(
      int machines,
      int buckets,
      int copies,
      LogSettings log,
      List<Rule> rules,
      Timeouts timeouts,
      Path path,
      long seed) {
    this(
        machines,
        buckets,
        copies,
        log,
        rules,
        timeouts,
        path,
        seed,
        ClusterSettings.Lone.PROVE,
        ClusterSettings.Reallocation.MOVE);
  }
}
