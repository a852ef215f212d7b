package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfigurationMatchTest {
  private static final int CLUSTER = -5;
  private static final int RULES = -7;

  @Test
  @DisplayName("LD-13 nodes need the same version, dispatchers that of the cluster's section only")
  void comparesHalves() {
    long node = ConfigurationMatch.version(CLUSTER, RULES);
    long dispatcher = ConfigurationMatch.version(CLUSTER, 0);
    assertThat(ConfigurationMatch.isAlike(node, node)).isTrue();
    assertThat(ConfigurationMatch.isAlike(node, dispatcher)).isTrue();
    assertThat(ConfigurationMatch.isAlike(dispatcher, node)).isTrue();
    assertThat(ConfigurationMatch.isAlike(dispatcher, dispatcher)).isTrue();

    long otherRules = ConfigurationMatch.version(CLUSTER, 7);
    long otherCluster = ConfigurationMatch.version(5, RULES);
    assertThat(ConfigurationMatch.isAlike(node, otherRules)).isFalse();
    assertThat(ConfigurationMatch.isAlike(node, otherCluster)).isFalse();
    assertThat(ConfigurationMatch.isAlike(dispatcher, otherCluster)).isFalse();
  }
}
