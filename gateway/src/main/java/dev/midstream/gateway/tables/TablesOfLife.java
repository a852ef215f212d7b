package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.infinispan.InfinispanStore;
import dev.midstream.tables.service.TableService;
import java.util.List;
import java.util.function.Function;

/** Makes the tables of each life of a node, in Infinispan. */
public final class TablesOfLife implements Function<NodeId, CommonTables> {
  /** The gate refuses a port that is mistaken for one of the nodes themselves. */
  private static final String SUFFIX = " tables";

  private static final int MAX_NAME = 63;

  private final TableSettings settings;
  private final GroupSettings group;
  private final Credentials credentials;

  /** The tables of the node of {@code cluster}. */
  public TablesOfLife(ClusterConfiguration cluster, Credentials credentials) {
    this.credentials = credentials;
    int copies = cluster.settings().copies();
    settings = TableSettings.of(cluster.settings().buckets(), copies, cluster.tableRate());
    List<NodeAddress> members =
        cluster.settings().addresses().stream().map(ClusterConfiguration::tablesAddress).toList();
    group =
        new GroupSettings(
            groupName(cluster.name()),
            cluster.node(),
            ClusterConfiguration.tablesAddress(cluster.bind()),
            members,
            cluster.settings().configuration(),
            cluster.settings().detectNanos());
  }

  private static String groupName(String cluster) {
    int length = Math.min(cluster.length(), MAX_NAME - SUFFIX.length());
    return cluster.substring(0, length) + SUFFIX;
  }

  @Override
  public CommonTables apply(NodeId self) {
    NodeId atTables = new NodeId(group.bind(), self.incarnation());
    return new TableService(
        self, settings, new InfinispanStore(group, credentials, atTables, settings));
  }
}
