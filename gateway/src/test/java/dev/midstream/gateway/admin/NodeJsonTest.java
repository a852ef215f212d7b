package dev.midstream.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.reassembly.status.FastPathStatus;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeJsonTest {
  private static final FastPathStatus ENGINES =
      new FastPathStatus(1, 2, 3, Map.of(RecallReason.NONE, 4L, RecallReason.BEYOND_EDGE, 5L), 6);

  @Test
  @DisplayName("each number of the fast path stands under its own name")
  void namesEachNumber() {
    NodeFastPath.Open open = new NodeFastPath.Open(12, 13, 14);

    assertThat(json(new NodeFastPath.State("", 7, 8, 9, 10, 11, open)))
        .isEqualTo(
            """
            {"fast-path":{"state":"on","connections":1,"packets":7,"octets":8,"full":2,\
            "overtaken":3,"doubled":9,"returned":10,"early":11,\
            "on-crash":{"adopted":12,"lost":13,"silent-packets":14,"unguarded":6},\
            "recalls":{"engine":4,"beyond-edge":5}}}\
            """);
  }

  @Test
  @DisplayName("it says why the fast path is off, and nothing if it is not wanted")
  void saysWhyItIsOff() {
    assertThat(json(new NodeFastPath.State("no room", 7, 8, 9, 10, 11, null)))
        .startsWith("{\"fast-path\":{\"state\":\"off\",\"why\":\"no room\",\"connections\":1,")
        .doesNotContain("on-crash");
    assertThat(json(null)).isEqualTo("{}");
  }

  private static String json(NodeFastPath.@Nullable State state) {
    ObjectNode all = new JsonMapper().createObjectNode();
    NodeJson.putFastPath(all, state, ENGINES);
    return all.toString();
  }
}
