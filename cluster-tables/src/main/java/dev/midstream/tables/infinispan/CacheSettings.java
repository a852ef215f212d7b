package dev.midstream.tables.infinispan;

import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.Table;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfiguration;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;

/** The settings of Infinispan, where they are not its defaults. */
final class CacheSettings {
  private static final long REMOTE_MILLIS = 5_000;
  private static final long TRANSFER_SECONDS = 60;
  private static final long EXPIRE_MILLIS = 10_000;
  private static final int CHUNK_ENTRIES = 512;

  /** The segments of a table other than the connections, which have one for each bucket. */
  static final int SEGMENTS = 16;

  private CacheSettings() {}

  static GlobalConfiguration global(GroupSettings group, JChannel channel) {
    GlobalConfigurationBuilder global = GlobalConfigurationBuilder.defaultClusteredBuilder();
    global
        .transport()
        .clusterName(group.cluster())
        .nodeName(group.node())
        .distributedSyncTimeout(TRANSFER_SECONDS, TimeUnit.SECONDS)
        .addProperty(JGroupsTransport.CHANNEL_CONFIGURATOR, new GatedChannel(channel));
    global.cacheManagerName(group.node());
    global.metrics().gauges(false).histograms(false);
    global.jmx().disable();
    global.globalState().disable();
    global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
    return global.build();
  }

  static Configuration cache(Table table, TableSettings settings) {
    ConfigurationBuilder cache = new ConfigurationBuilder();
    cache.encoding().key().mediaType(MediaType.APPLICATION_OCTET_STREAM);
    cache.encoding().value().mediaType(MediaType.APPLICATION_OCTET_STREAM);
    boolean isDistributed = table == Table.CONNECTIONS && settings.copies() != TableSettings.ALL;
    cache.clustering().cacheMode(isDistributed ? CacheMode.DIST_SYNC : CacheMode.REPL_SYNC);
    if (table != Table.CONNECTIONS) {
      cache.clustering().hash().numSegments(SEGMENTS);
    }
    if (isDistributed) {
      cache.clustering().hash().numOwners(1 + settings.copies());
    }
    if (table == Table.CONNECTIONS) {
      cache
          .clustering()
          .hash()
          .numSegments(settings.buckets())
          .keyPartitioner(new BucketPartitioner());
    }
    cache.clustering().remoteTimeout(REMOTE_MILLIS, TimeUnit.MILLISECONDS);
    cache
        .clustering()
        .stateTransfer()
        .awaitInitialTransfer(false)
        .chunkSize(CHUNK_ENTRIES)
        .timeout(TRANSFER_SECONDS, TimeUnit.SECONDS);
    cache
        .clustering()
        .partitionHandling()
        .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
        .mergePolicy(new HigherEpoch());
    cache.memory().maxCount(settings.maxEntries()).whenFull(EvictionStrategy.REMOVE);
    cache.expiration().wakeUpInterval(EXPIRE_MILLIS, TimeUnit.MILLISECONDS);
    return cache.build();
  }
}
