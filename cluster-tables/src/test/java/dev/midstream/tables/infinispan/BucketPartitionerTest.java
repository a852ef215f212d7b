package dev.midstream.tables.infinispan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.tables.Entries;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.Table;
import org.infinispan.commons.marshall.WrappedByteArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BucketPartitionerTest {
  private final BucketPartitioner partitioner = new BucketPartitioner();

  @Test
  @DisplayName("HSI-3 the segment of a connection is its bucket; that of a segment is itself")
  void findsTheSegment() {
    TableSettings settings = TableSettings.of(16, 1);
    partitioner.init(CacheSettings.cache(Table.CONNECTIONS, settings).clustering().hash());
    byte[] key = KeyCodec.octets(Entries.key(29));

    assertThat(partitioner.getSegment(key)).isEqualTo(13);
    assertThat(partitioner.getSegment(new WrappedByteArray(key))).isEqualTo(13);
    assertThat(partitioner.getSegment(11)).isEqualTo(11);
  }
}
