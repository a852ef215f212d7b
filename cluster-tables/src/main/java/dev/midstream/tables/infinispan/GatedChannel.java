package dev.midstream.tables.infinispan;

import java.util.List;
import javax.sql.DataSource;
import org.infinispan.remoting.transport.jgroups.JGroupsChannelConfigurator;
import org.jgroups.JChannel;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.util.SocketFactory;

/**
 * Gives Infinispan a channel whose sockets are behind our gate, and lets it change none of them.
 */
final class GatedChannel implements JGroupsChannelConfigurator {
  private final JChannel channel;

  GatedChannel(JChannel channel) {
    this.channel = channel;
  }

  @Override
  public String getName() {
    return "midstream";
  }

  @Override
  public JChannel createChannel(String name) {
    return channel;
  }

  @Override
  public String getProtocolStackString() {
    return channel.getProtocolStack().printProtocolSpec(false);
  }

  @Override
  public List<ProtocolConfiguration> getProtocolStack() {
    return List.of();
  }

  @Override
  public void setSocketFactory(SocketFactory factory) {
    throw new UnsupportedOperationException("other sockets would not be encrypted");
  }

  @Override
  public void setDataSource(DataSource source) {
    throw new UnsupportedOperationException("members are not found by a data base");
  }
}
