package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CarrierContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class GroupCarrierTest extends CarrierContract {
  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
  }

  @Override
  protected NodeAddress address(int number) {
    return nodes.address(number);
  }

  @Override
  protected Carrier carrier(int number) {
    return nodes.carrier(number);
  }
}
