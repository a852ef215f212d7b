package dev.midstream.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterTextTest {
  private static final String STAYS = "connections that stay here until they close: 7";

  @Test
  @DisplayName("LD-9 status says how many packets of other nodes were lost or given up")
  void saysHowManyPacketsWereLost() {
    ObjectNode cluster = JsonNodeFactory.instance.objectNode();
    cluster.put("redirected", 9).put("redirects-lost", 2).put("redirects-abandoned", 3);
    assertThat(ClusterText.summary(cluster))
        .anyMatch(each ->
            each.contains("packets passed on 9, datagrams lost 2, packets given up 3; looped"));
  }

  @Test
  @DisplayName("PDP-1 status and buckets say how many connections stay with the node, if any do")
  void saysHowManyStay() {
    ObjectNode cluster = JsonNodeFactory.instance.objectNode().put("staying", 7);
    assertThat(ClusterText.summary(cluster)).contains(STAYS);
    assertThat(ClusterText.buckets(cluster)).containsExactly(STAYS);
    cluster.put("staying", 0);
    assertThat(ClusterText.summary(cluster)).noneMatch(each -> each.startsWith("connections"));
    assertThat(ClusterText.buckets(cluster)).isEqualTo(List.of());
  }

  @Test
  @DisplayName("PDP-1 buckets say at which node connections stay")
  void saysWhereTheyStay() {
    ObjectNode cluster = JsonNodeFactory.instance.objectNode();
    ObjectNode bucket = cluster.putArray("bucket-list").addObject();
    bucket.put("bucket", 3).put("owner", "10.9.0.2:7800").put("epoch", 7);
    assertThat(ClusterText.buckets(cluster))
        .containsExactly("3 owner 10.9.0.2:7800 epoch 7 backups none");
    bucket.put("staying-at", "10.9.0.1:7800");
    assertThat(ClusterText.buckets(cluster))
        .containsExactly(
            "3 owner 10.9.0.2:7800 epoch 7 backups none, connections stay at 10.9.0.1:7800");
  }
}
